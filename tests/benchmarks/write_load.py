"""The load of the write benchmark, in a process of its own: N threads, each with a client, one memory a request."""

from __future__ import annotations

import sys
import threading
import time

from .support import client, memories


def main() -> None:
    """Print acknowledged writes a second."""
    url, threads, each = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    contents = memories(threads * each)
    start_line = threading.Barrier(threads + 1)

    def work(mine: "list[str]") -> None:
        with client(url) as engram:
            engram.list_buckets()
            start_line.wait()
            for content in mine:
                engram.store_memory(content)

    workers = [threading.Thread(target=work, args=(contents[n::threads],)) for n in range(threads)]
    for worker in workers:
        worker.start()
    start_line.wait()
    start = time.perf_counter()
    for worker in workers:
        worker.join()
    print(len(contents) / (time.perf_counter() - start))


if __name__ == "__main__":
    main()
