"""A program for tests that need real processes: it upserts one key of an engram and says which are done.

    imprinting.py FILE-OR-URL COUNT NAME

COUNT upserts of the key `k` (without end when COUNT is 0); once one returned, its version goes to standard output.
"""

from __future__ import annotations

import itertools
import os
import sys
from typing import Iterable

from engram import EngramClient, calls_engrams


def main(where: str, count: int, name: str) -> None:
    numbers: Iterable[int] = range(count) if count else itertools.count()
    with EngramClient(base_url=where) if where.startswith("http:") else EngramClient.local(where) as engram:
        for number in numbers:
            body = {"op": "upsert", "entry": {"by": name, "number": number}, "merge_key": "k"}
            receipt = engram._call(calls_engrams.IMPRINT, {"engram_id": "ctx"}, body=body)
            # One unbuffered write, which a kill cannot cut in two nor hold back.
            os.write(sys.stdout.fileno(), f"{receipt['version']}\n".encode("ascii"))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
