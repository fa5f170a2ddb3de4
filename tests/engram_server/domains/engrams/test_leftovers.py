"""What imprints leave behind for replays and for the way back is swept: it does not grow with the number of tasks."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import List

from engram.types import ImprintBody
from engram_server.domains.engrams.imprinting import imprint, order_of
from engram_server.domains.scope import Scope
from engram_server.ids import Ids
from engram_server.storage import open_store

START = 1_767_225_600.0
DAY_SECONDS = 24 * 60 * 60
TASKS = 1_000


def _left(path: Path) -> List[int]:
    """Return how many receipts are kept, and how many changes that could be taken back."""
    with closing(sqlite3.connect(path)) as db:
        return [
            *db.execute("SELECT COUNT(*) FROM recorded").fetchone(),
            *db.execute("SELECT COUNT(*) FROM entry_changes WHERE open = 1").fetchone(),
        ]


def test_tasks_that_nobody_ends_leave_nothing_for_longer_than_a_day(tmp_path: Path) -> None:
    path, now = tmp_path / "engram.db", [START]

    def clock() -> float:
        return now[0]

    with closing(open_store(path)) as store:
        scope = Scope(store.write(lambda writer: writer.ensure_tenant("t", 0)), store, clock, Ids(clock))
        # A task every 10 minutes, which is 144 a day.
        for number in range(TASKS):
            now[0] += 600
            body: ImprintBody = {"op": "append", "entry": {"content": number}, "trace_id": f"trc_{number}"}
            body["idempotency_key"] = f"evt_{number}"
            store.write(partial(imprint, scope=scope, engram_id="ctx", order=order_of(body, scope.now())))
        assert _left(path) == [145, 145]
