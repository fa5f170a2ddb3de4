"""A program for tests that need real processes: `working.py WHERE VERB ARGUMENT...`.

WHERE is a file or the URL of a server. It says `ready` and waits for a line before it begins.
"""

from __future__ import annotations

import json
import sys
from typing import Callable, Dict, List

from engram.coordination import Engram, ResourceLocked
from tests.contract.doors import KEY


def say(value: object) -> None:
    """Tell one result."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def race(engram: Engram, rounds: str) -> None:
    """Try to get one exclusive lock a round; tell which ones."""
    me = engram.register("racer", "racing")
    say("ready")
    sys.stdin.readline()
    won: List[int] = []
    for number in range(int(rounds)):
        try:
            engram.lock_resource(me, f"/r{number}", mode="exclusive")
            won.append(number)
        except ResourceLocked:
            pass
    say(won)


def log(engram: Engram, count: str) -> None:
    """Append notes; tell the session."""
    me = engram.register("writer", "writing")
    say("ready")
    sys.stdin.readline()
    for number in range(int(count)):
        assert engram.log(me, str(number))
    say(me)


def complete(engram: Engram, count: str) -> None:
    """Register, lock and complete, again and again."""
    say("ready")
    sys.stdin.readline()
    for number in range(int(count)):
        me = engram.register("worker", str(number))
        engram.lock_resource(me, f"/{number}")
        engram.complete(me, "done")
    say("done")


def write_world(engram: Engram) -> None:
    """Set the world state without end."""
    say("ready")
    sys.stdin.readline()
    number = 0
    while True:
        number += 1
        version = engram.set_world_state(f"{number} " * 300)
        say(version)


def hold(engram: Engram, resource: str) -> None:
    """Hold an exclusive lock until killed; tell session and token."""
    me = engram.register("holder", "holding")
    lease = engram.lock_resource(me, resource, mode="exclusive", ttl_s=3_600)
    assert lease is not None
    say([me, lease.token])
    sys.stdin.readline()


def verdicts(engram: Engram) -> None:
    """Tell which sessions are live by their statuses."""
    say({row["summary"]: row["status"] for row in engram.list_sessions()["sessions"]})


VERBS: Dict[str, Callable[..., None]] = {
    verb.__name__: verb for verb in (race, log, complete, write_world, hold, verdicts)
}

if __name__ == "__main__":
    where, name, *arguments = sys.argv[1:]
    opened = Engram(base_url=where, api_key=KEY) if where.startswith("http") else Engram(where)
    with opened as this:
        VERBS[name](this, *arguments)
