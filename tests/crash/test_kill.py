"""kill -9 in the middle of writing: nothing acknowledged is lost, nothing is invented, and the file is sound.

It shows what survives the death of the process. What survives a power failure no kill can tell.
"""

from __future__ import annotations

import random
import selectors
import subprocess
import sys
import time
from pathlib import Path
from typing import List, Set, Tuple

from engram_server.storage import open_store
from tests.engram_server.storage.samples import assert_consistent, contents

from . import storing

ROUNDS = 50
THREADS = 4
# Of acknowledged writes: from a process that has just begun to one that is well under way.
MAX_ACKNOWLEDGED = 60
# Some commits long, so that the kill meets every part of one.
COMMITS_SECONDS = 0.004
PATIENCE_SECONDS = 20.0


def _run_and_kill(path: Path, name: str, acknowledged: int, then_seconds: float) -> Tuple[Set[str], Set[str]]:
    """Kill a writing process soon after it has acknowledged so many; return what it began and what it finished."""
    command = [sys.executable, storing.__file__, str(path), str(THREADS), "0", name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0) as process:
        assert process.stdout is not None
        said = b""
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while said.count(b"=") < acknowledged:
                assert selector.select(PATIENCE_SECONDS), "the writing process is stuck"
                piece = process.stdout.read(65_536)
                assert piece, "the writing process has ended"
                said += piece
        time.sleep(then_seconds)
        process.kill()
        said += process.stdout.read()
    lines = [line.split(" ") for line in said.decode("ascii").splitlines()]
    return {name for word, name in lines if word == "?"}, {name for word, name in lines if word == "="}


def test_kill_9_loses_no_acknowledged_write_and_invents_none(tmp_path: Path, rng: random.Random) -> None:
    path = tmp_path / "engram.db"
    begun: Set[str] = set()
    finished: Set[str] = set()
    lost: List[str] = []
    for turn in range(ROUNDS):
        moment = rng.randint(0, MAX_ACKNOWLEDGED), rng.uniform(0, COMMITS_SECONDS)
        tried, done = _run_and_kill(path, f"r{turn}", *moment)
        begun |= tried
        finished |= done
        # What the killed process left in the log must be taken up, and not be refused.
        open_store(path).close()
        found = contents(path)
        stored = [content.split(" ")[0] for _, content in found.memories.values()]
        lost += sorted(finished - set(stored))
        assert lost == []
        assert set(stored) <= begun
        assert len(stored) == len(set(stored))
        assert_consistent(found)
    assert len(finished) > ROUNDS
