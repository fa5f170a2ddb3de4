"""A program for tests that need real processes: it stores memories in a file and says which are acknowledged.

    storing.py FILE WRITERS COUNT NAME

WRITERS threads each store COUNT memories (without end when COUNT is 0), named NAME-thread-number. Before a write
begins its name goes to standard output as `? name`, and once it returned as `= name`.
"""

from __future__ import annotations

import itertools
import os
import sys
import threading
from collections import Counter
from contextlib import closing
from typing import Iterable

from engram_server.storage import NewMemory, Store, Writer, open_store

NOW = 1_700_000_000_000
SPACE = "shared"


def draft(name: str) -> NewMemory:
    content = f"{name} said that the number is {name[-1]}"
    print_id = name.encode("ascii").rjust(16, b"\x00")
    return NewMemory(name, content, print_id, print_id, 8, Counter(content.split()))


def obtain_space(writer: Writer) -> int:
    tenant = writer.ensure_tenant("acme", NOW)
    space = writer.space(tenant, SPACE)
    return (space or writer.add_space(tenant, name=SPACE, public_id="bkt_1", description=None, now=NOW)).id


def say(word: str, name: str) -> None:
    # One unbuffered write, which a kill cannot cut in two nor hold back.
    os.write(sys.stdout.fileno(), f"{word} {name}\n".encode("ascii"))


def work(store: Store, space_id: int, name: str, numbers: Iterable[int]) -> None:
    for number in numbers:
        new = draft(f"{name}-{number}")
        say("?", new.public_id)
        store.write(lambda writer: writer.add_memories(space_id, [new], NOW))
        say("=", new.public_id)


def main(path: str, writers: int, count: int, name: str) -> None:
    with closing(open_store(path)) as store:
        space_id = store.write(obtain_space)
        threads = [
            threading.Thread(
                target=work,
                args=(store, space_id, f"{name}-{thread}", range(count) if count else itertools.count()),
            )
            for thread in range(writers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
