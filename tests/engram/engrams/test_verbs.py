"""An imprint carries a key of the call where its answer could be lost and nothing else would make it happen once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import List, Optional

import pytest

from engram import EngramClient
from engram.engrams.verbs import EngramVerbs
from engram.testing import LiveServer
from engram.transport.base import Next, Request, Response
from engram.types import ImprintBody

BODY: ImprintBody = {"op": "append", "entry": {"content": "note"}}
KEYED: ImprintBody = {"op": "append", "entry": {"content": "note"}, "idempotency_key": "mine"}


def _imprinted(client: EngramClient, body: ImprintBody) -> "List[Optional[str]]":
    """Imprint; return the key of the call that each attempt carried."""
    keys: List[Optional[str]] = []

    def look(request: Request, send: Next) -> Response:
        keys.append(request.headers.get("idempotency-key"))
        return send(request)

    with client:
        assert EngramVerbs(client.with_options(hooks=[look])).imprint("ctx", body)["version"] == 1
    return keys


def test_over_http_an_imprint_has_one_key(engram_server: LiveServer) -> None:
    (key,) = _imprinted(engram_server.client(), BODY)
    assert key
    assert _imprinted(engram_server.client(), KEYED) == [None]


@pytest.mark.parametrize("body, records", [(BODY, 0), (KEYED, 1)], ids=["without a key", "with one"])
def test_in_the_process_no_answer_is_kept_that_cannot_be_lost(body: ImprintBody, records: int, tmp_path: Path) -> None:
    path = tmp_path / "engram.db"
    with EngramClient.local(path) as client:
        receipts = [EngramVerbs(client).imprint("ctx", body) for _ in range(2)]
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("SELECT COUNT(*) FROM recorded").fetchone() == (records,)
    assert (receipts[0]["id"] == receipts[1]["id"]) == bool(records)


def test_a_hook_in_the_process_may_lose_an_answer(tmp_path: Path) -> None:
    (key,) = _imprinted(EngramClient.local(tmp_path / "engram.db"), BODY)
    assert key
