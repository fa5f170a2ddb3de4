"""What is logged of a packet, and that a packet is built of what is stored."""

from __future__ import annotations

import logging
from typing import Iterator, List

import pytest

from engram.types import FactInput, PacketRequest
from engram_server.domains.scope import Scope, Writer
from engram_server.domains.structured import packets, records

from ...support import new_scope
from .support import SCOPE, Kept, fact, packet_of, state


@pytest.fixture
def scope() -> Iterator[Scope]:
    with new_scope() as made:
        yield made


def _logged(caplog: pytest.LogCaptureFixture) -> List[str]:
    return [f"{record.levelname} {record.getMessage()}" for record in caplog.records]


def test_the_log_tells_what_was_looked_at_scored_and_dropped(caplog: pytest.LogCaptureFixture) -> None:
    known = [fact(id_, confidence=0.0) for id_ in "ab"]
    kept = Kept(known=known, words={("facts", "a"): {"word:boat": 0.5}}, state=state(goal="to sail"))
    packet = packet_of(kept, query="boat", policy={"rank": "relevance"}, max_tokens=120)
    with caplog.at_level(logging.DEBUG, "engram_store"):
        packets.log(packet)
    lines = _logged(caplog)
    assert lines[:3] == [
        "DEBUG candidates: 1 selected, 1 omitted",
        "DEBUG score: facts a 0.5000 {'word:boat': 0.5, 'confidence': 0.0}",
        "DEBUG score: facts b 0.0000 {'confidence': 0.0}",
    ]
    assert "DEBUG dropped: facts b (budget)" in lines
    assert f"DEBUG usage: facts {packet['budget_report']['section_usage']['facts']}" in lines
    used = packet["budget_report"]["used_tokens_est"]
    assert lines[-1] == f"INFO packet built: 1 facts, 0 episodes, {used} of 120 tokens"


def test_what_is_over_is_a_warning_and_is_all_that_is_told_by_default(caplog: pytest.LogCaptureFixture) -> None:
    packet = packet_of(Kept(known=[fact("a")]), max_tokens=50, per_section={"working_state": 20})
    with caplog.at_level(logging.WARNING, "engram_store"):
        packets.log(packet)
        packets.log(packet_of(Kept()))
    assert _logged(caplog) == [
        "WARNING nothing more can be dropped: 9 tokens over in all, by section: working_state 8"
    ]


def test_no_line_says_what_a_record_says(caplog: pytest.LogCaptureFixture) -> None:
    packet = packet_of(Kept(known=[fact("a", "key", "a secret")], state=state(goal="a secret")), max_tokens=1)
    with caplog.at_level(logging.DEBUG, "engram_store"):
        packets.log(packet)
    assert caplog.records and "secret" not in caplog.text


def test_what_is_stored_is_found_by_its_words(scope: Scope, caplog: pytest.LogCaptureFixture) -> None:
    def keep(writer: Writer) -> None:
        for number in range(90):
            value = "She sails a boat." if number == 77 else "something else"
            given: FactInput = {"fact_id": f"f{number:02}", "fact_key": f"k{number:02}", "value": value}
            records.upsert_fact(writer, scope, SCOPE, given)

    scope.store.write(keep)
    request: PacketRequest = {
        "scope": {**SCOPE},
        "purpose": "tool",
        "query": "Who has a boat?",
        "policy": {"rank": "relevance", "max_facts": 1},
    }
    with caplog.at_level(logging.DEBUG, "engram_store"):
        packet = packets.packet(scope, request)
    assert [one["fact_id"] for one in packet["long_term"]["facts"]] == ["f77"]
    assert "word:boat" in packet["explain"]["selected"][0]["parts"]
    assert any(line.startswith("DEBUG score: facts f77 ") for line in _logged(caplog))
