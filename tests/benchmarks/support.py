"""What the benchmarks share: a server in a process of its own, percentiles, made-up memories, tables."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator, List, NamedTuple, Sequence

from engram import EngramClient
from engram_server.keys import DEVELOPMENT_KEY

_WORDS = 20_000
_READY = "engram-server ready "


#: Set to anything, it makes the long benchmarks run at a tenth of their sizes.
QUICK = bool(os.environ.get("ENGRAM_QUICK"))


class Server(NamedTuple):
    """A running server."""

    url: str
    pid: int


@contextmanager
def server(db: Path, *flags: str) -> Iterator[Server]:
    """Run `engram-server` on a database file."""
    command = [sys.executable, "-m", "engram_server", "--port", "0", "--db", str(db), "--log-level", "error", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Server(process.stdout.readline()[len(_READY) :].strip(), process.pid)
        finally:
            process.terminate()
            process.wait(10)


def client(url: str) -> EngramClient:
    """Return a client of a benchmark's server."""
    return EngramClient(base_url=url, api_key=DEVELOPMENT_KEY)


def peak_mebibytes(of: Server) -> float:
    """Return the most memory that a server has used so far; not a number where /proc does not tell."""
    status = Path(f"/proc/{of.pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), float("nan"))


def microseconds(call: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1e6


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def memories(count: int, words: int = 16, seed: int = 7) -> List[str]:
    """Return made-up memories whose words are as unevenly common as those of real text (Zipf)."""
    chance = random.Random(seed)
    vocabulary = [_word(number) for number in range(_WORDS)]
    weights = [1 / rank for rank in range(1, _WORDS + 1)]
    drawn = chance.choices(vocabulary, weights, k=count * words)
    return [" ".join(drawn[at : at + words]) for at in range(0, len(drawn), words)]


def _word(number: int) -> str:
    syllables = "ba de fi go lu ma ne pi ro su ta ve wi zo ka li".split()
    word = ""
    for _ in range(4):
        number, at = divmod(number, len(syllables))
        word += syllables[at]
    return word + "x" * (number > 0)


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table."""
    print(f"\n{title}\n")
    for row in [head, ["---"] * len(head), *rows]:
        print("| " + " | ".join(f"{cell:,.2f}" if isinstance(cell, float) else str(cell) for cell in row) + " |")
