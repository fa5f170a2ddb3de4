"""A list in as many requests as it takes: nothing is told twice, nothing is left out, and it ends."""

from __future__ import annotations

import json
from typing import Dict, Iterator, List, Optional

import pytest

from engram import EngramClient, Memory, Page, ValidationError, calls_structured
from engram.pages import PAGE_PACKETS, PAGE_RECORDS, read_list
from engram.testing import LiveServer
from engram.types import Event, ScopeInput
from tests.engram.recording import Recording, reply

SCOPE: ScopeInput = {"user_id": "u", "agent_id": "a", "session_id": "s", "run_id": "r"}
IDS = [f"e-{number}" for number in range(7)]


@pytest.fixture(scope="module")
def client() -> Iterator[EngramClient]:
    """A client of a store with seven events."""
    with EngramClient.local() as engram:
        memory = Memory(client=engram)
        for number, event_id in enumerate(IDS):
            memory.append_event(
                {"event_id": event_id, "scope": SCOPE, "kind": "system", "payload": None, "ts_ms": number}
            )
        yield engram


def _read(client: EngramClient, limit: Optional[int], at_once: int, cursor: Optional[str] = None) -> "Page[Event]":
    body: Dict[str, object] = {"scope": SCOPE, "cursor": cursor}
    return read_list(client, calls_structured.LIST_EVENTS, body, limit, lambda part: part["events"], at_once=at_once)


def _ids(page: "Page[Event]") -> List[str]:
    return [event["event_id"] for event in page]


@pytest.mark.parametrize("at_once", [1, 2, 3, 7, 8, 100])
@pytest.mark.parametrize("limit", [None, 0, 1, 3, 6, 7, 8, 100])
def test_however_many_a_request_takes_the_list_is_the_same(
    client: EngramClient, limit: Optional[int], at_once: int
) -> None:
    first = _read(client, limit, at_once)
    assert _ids(first) == IDS[:limit]
    if limit is not None and 0 < limit < len(IDS):
        rest = _read(client, None, at_once, first.next_cursor)
        assert _ids(rest) == IDS[limit:] and rest.next_cursor is None
    elif limit != len(IDS):
        assert first.next_cursor is None


def test_what_a_request_asks_for() -> None:
    with Recording(lambda sent: reply({"events": [], "context_builds": [], "next_cursor": "again"})) as server:
        with Memory(base_url=server.url, api_key="k") as memory:
            # A server that goes on for ever with nothing is not followed.
            assert memory.list_events(SCOPE, limit=3) == []
            assert memory.list_events(SCOPE) == []
            assert memory.list_context_builds(SCOPE) == []
    assert [json.loads(sent.body)["limit"] for sent in server.sent] == [3, PAGE_RECORDS, PAGE_PACKETS]


@pytest.mark.parametrize("limit", ["3", 1.5, [1], True], ids=repr)
def test_a_limit_that_is_no_number_is_refused_here(client: EngramClient, limit: int) -> None:
    with pytest.raises(ValidationError, match="limit: must be a whole number") as caught:
        _read(client, limit, 2)
    assert caught.value.outcome == "not_sent"


def test_packets_come_with_their_ids(engram_server: LiveServer) -> None:
    with Memory(base_url=engram_server.url, api_key=engram_server.api_key) as memory:
        for _ in range(3):
            memory.build_memory_packet({"scope": SCOPE, "purpose": "tool"})
        packets = memory.list_context_builds(SCOPE, limit=2)
        assert len(packets) == len(packets.build_ids) == 2
        rest = memory.list_context_builds(SCOPE, cursor=packets.next_cursor)
        assert len({*packets.build_ids, *rest.build_ids}) == 3
        assert memory.delete_context_build(SCOPE, packets.build_ids[0]) is True
        assert memory.delete_context_build(SCOPE, packets.build_ids[0]) is False
        assert memory.list_context_builds(SCOPE).build_ids == [packets.build_ids[1], *rest.build_ids]
