"""The table of calls, and what of a reply becomes a result."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from engram import calls, calls_engrams, calls_structured
from engram.calls import Call
from engram.errors import ProtocolError
from engram.types import JsonValue

ALL: Dict[str, "Call[Any]"] = {
    name: value for module in (calls, calls_structured) for name, value in vars(module).items() if isinstance(value, Call)
}
DROPPED = {"DELETE_BUCKET", "DELETE_MEMORY"}
FAMILIES = ("events", "facts", "episodes", "procedures", "insights", "context_builds")
LISTS = {
    "LIST_BUCKETS": "buckets",
    "LIST_MEMORIES": "memories",
    "STORE_MEMORIES": "memories",
    **{f"LIST_{family.upper()}": family for family in FAMILIES},
}
#: What only reads and is sent as POST, because what is asked for is too much for a query string.
POSTED_READS = {
    "QUERY",
    "GET_WORKING_STATE",
    "GET_STM",
    "PREVIEW_PACKET",
    *(f"LIST_{family.upper()}" for family in FAMILIES),
}


def test_writes_are_what_changes_something() -> None:
    """A write carries an idempotency key; without one it would not be safe to repeat."""
    reads = {name for name, call in ALL.items() if not call.writes}
    assert reads == {"LIST_BUCKETS", "LIST_MEMORIES", "GET_MEMORY", "GET_PROFILE"} | POSTED_READS
    assert all(ALL[name].method == "GET" for name in reads - POSTED_READS)


@pytest.mark.parametrize("name", sorted(ALL))
def test_an_object_is_a_result(name: str) -> None:
    body: Dict[str, JsonValue] = {"id": "x", **{key: [] for key in (ALL[name].list_under,) if key}}
    assert ALL[name].result(body, 200) == body


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_bare_list_is_wrapped(name: str) -> None:
    assert ALL[name].result([{"id": "x"}], 200) == {LISTS[name]: [{"id": "x"}]}


@pytest.mark.parametrize("name", sorted(set(ALL) - DROPPED))
@pytest.mark.parametrize("value", [None, True, 1, "text"], ids=repr)
def test_what_is_no_object_is_a_protocol_error(name: str, value: JsonValue) -> None:
    with pytest.raises(ProtocolError) as caught:
        ALL[name].result(value, 200)
    assert (caught.value.status, caught.value.body) == (200, value)


@pytest.mark.parametrize("name", sorted(set(ALL) - DROPPED - set(LISTS)))
def test_a_list_is_no_object(name: str) -> None:
    with pytest.raises(ProtocolError):
        ALL[name].result([], 200)


@pytest.mark.parametrize("name", sorted(LISTS))
@pytest.mark.parametrize("value", [{}, {"total": 3}], ids=repr)
def test_a_list_that_is_not_there_is_missed(name: str, value: JsonValue) -> None:
    with pytest.raises(ProtocolError, match=f"without '{LISTS[name]}'"):
        ALL[name].result(value, 200)


@pytest.mark.parametrize("name", sorted(LISTS))
@pytest.mark.parametrize("value", [None, {}, "x", 1], ids=repr)
def test_a_list_that_is_none_is_refused(name: str, value: JsonValue) -> None:
    with pytest.raises(ProtocolError):
        ALL[name].result({LISTS[name]: value}, 200)


@pytest.mark.parametrize("name", sorted(DROPPED))
@pytest.mark.parametrize("value", [{"ok": True}, True, "deleted", None, [], 1], ids=repr)
def test_a_delete_succeeds_with_any_json(name: str, value: JsonValue) -> None:
    """Servers were seen to answer deletes with whatever they like; nobody reads it."""
    ALL[name].result(value, 200)


def test_only_the_results_of_deletes_are_unread() -> None:
    assert {name for name, call in ALL.items() if call.result_unread} == DROPPED


def test_the_calls_of_engrams_that_change_something_carry_a_key() -> None:
    table = {name: value for name, value in vars(calls_engrams).items() if isinstance(value, Call)}
    reads = {name for name, call in table.items() if not call.writes}
    # One imprint needs none: it is sent where it happens once all the same.
    assert reads - {"IMPRINT_ONCE"} == {"LIST_ENGRAMS", "GET_ENGRAM", "GET_HISTORY", "RECALL", "RECALL_MANY"}
    assert {name for name in reads if table[name].method != "GET"} == {"RECALL", "RECALL_MANY", "IMPRINT_ONCE"}
