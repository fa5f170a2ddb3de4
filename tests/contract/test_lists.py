"""Lists, single memories, updates, deletes and buckets."""

from __future__ import annotations

from typing import Any, Dict, List
from urllib.parse import quote

import pytest

from engram import EngramClient
from engram.errors import ConflictError, NotFoundError, PreconditionFailedError
from engram.types.limits import MAX_BUCKET_NAME_CHARS, MAX_DESCRIPTION_CHARS, MAX_PAGE_ITEMS

from .doors import START, Door

FIRST = "2026-01-01T00:00:00.000Z"


@pytest.fixture
def ids(engram: EngramClient) -> List[str]:
    """Seven memories in the bucket `b`, as their ids, oldest first."""
    results = engram.store_memories([f"memory number {number}" for number in range(7)], "b")["memories"]
    return [result["id"] for result in results]


def listed(page: Any) -> List[str]:
    return [memory["id"] for memory in page["memories"]]


# -- pages


@pytest.mark.parametrize(
    ("limit", "offset"), [(1, 0), (3, 0), (3, 3), (3, 6), (7, 0), (100, 0), (1000, 5), (3, 7), (3, 99)]
)
def test_a_page_is_newest_first_and_echoes_what_was_asked(
    limit: int, offset: int, ids: List[str], engram: EngramClient
) -> None:
    page = engram.list_memories("b", limit=limit, offset=offset)
    assert listed(page) == ids[::-1][offset : offset + limit]
    assert (page["total"], page["limit"], page["offset"]) == (7, limit, offset)


def test_a_limit_alone_and_nothing_at_all_will_do(ids: List[str], door: Door) -> None:
    for query, limit in [("", 20), ("?limit=2", 2), ("?offset=1", 20), ("?order=recent&limit=5", 5)]:
        page = door.request("GET", f"/v1/buckets/b/memories{query}").json()
        assert (page["limit"], page["total"]) == (limit, 7)


@pytest.mark.parametrize("limit", [MAX_PAGE_ITEMS + 1, 10**6, 10**17])
def test_a_large_limit_is_cut_and_not_refused(limit: int, ids: List[str], engram: EngramClient) -> None:
    page = engram.list_memories("b", limit=limit)
    assert (page["limit"], len(page["memories"])) == (MAX_PAGE_ITEMS, 7)


BAD_NUMBERS = ["0", "-1", "x", "", "1.5", "1e3", "+1", "%201", "1_0", "%D9%A3", "NaN"]


@pytest.mark.parametrize("path", ["/v1/buckets", "/v1/buckets/b/memories"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("limit", value) for value in BAD_NUMBERS),
        *(("offset", value) for value in BAD_NUMBERS if value != "0"),
        *(("cursor", value) for value in ["x", "%00", "engram1:5", "é"]),
        *(("cursor", value) for value in ["ZW5ncmFtMTo", "ZW5ncmFtMTp4", "ZW5ncmFtMTotMQ"]),
        ("cursor", "ZW5ncmFtMTo5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ"),
    ],
)
def test_a_bad_number_or_cursor_is_a_422_that_names_it(
    path: str, name: str, value: str, ids: List[str], door: Door
) -> None:
    answer = door.request("GET", f"{path}?{name}={quote(value, safe='%:')}")
    assert (answer.status, answer.json()["code"]) == (422, "invalid_field")
    assert answer.json()["details"] == {"field": name}
    assert answer.json()["error"].startswith(f"{name}: ")


def test_a_cursor_and_an_offset_contradict_each_other(ids: List[str], door: Door) -> None:
    cursor = door.request("GET", "/v1/buckets/b/memories?limit=1").json()["next_cursor"]
    answer = door.request("GET", f"/v1/buckets/b/memories?cursor={cursor}&offset=1")
    assert (answer.status, answer.json()["details"]) == (422, {"field": "cursor"})
    assert door.request("GET", f"/v1/buckets/b/memories?cursor={cursor}&offset=0").status == 200


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_cursors_lead_through_all_pages(size: int, ids: List[str], engram: EngramClient) -> None:
    assert [memory["id"] for memory in engram.iter_memories("b", page_size=size)] == ids[::-1]


def test_a_cursor_stays_right_while_rows_come_and_go(ids: List[str], engram: EngramClient) -> None:
    """Offsets would repeat a row when one is added, and pass one over when one is deleted."""
    page = engram.list_memories("b", limit=2)
    assert listed(page) == [ids[6], ids[5]]
    engram.store_memories(["newer one", "newer two"], "b")
    engram.delete_memory(ids[6], "b")
    engram.delete_memory(ids[5], "b")  # The row that the cursor was made from.
    engram.delete_memory(ids[3], "b")
    page = engram.list_memories("b", limit=2, cursor=page["next_cursor"])
    assert listed(page) == [ids[4], ids[2]]
    assert page["total"] == 6
    rest = engram.list_memories("b", limit=9, cursor=page["next_cursor"])
    assert (listed(rest), rest["next_cursor"]) == ([ids[1], ids[0]], None)


def test_iterating_while_deleting_what_comes_visits_each_once(ids: List[str], engram: EngramClient) -> None:
    seen = []
    for memory in engram.iter_memories("b", page_size=2):
        seen.append(memory["id"])
        engram.delete_memory(memory["id"], "b")
    assert seen == ids[::-1]
    assert engram.list_memories("b")["total"] == 0


def test_buckets_are_paged_in_the_order_in_which_they_were_made(door: Door) -> None:
    engram = door.client()
    names = ["m", "a", "z", "B"]
    for name in names:
        engram.create_bucket(name)
    assert [bucket["name"] for bucket in engram.list_buckets()] == names
    first = door.request("GET", "/v1/buckets?limit=3").json()
    assert [bucket["name"] for bucket in first["buckets"]] == names[:3]
    assert (first["total"], first["limit"], first["offset"]) == (4, 3, 0)
    engram.delete_bucket("a")
    rest = door.request("GET", f"/v1/buckets?limit=3&cursor={first['next_cursor']}").json()
    assert [bucket["name"] for bucket in rest["buckets"]] == names[3:]
    assert rest["next_cursor"] is None
    assert [b["name"] for b in door.request("GET", "/v1/buckets?limit=1&offset=1").json()["buckets"]] == ["z"]


# -- one memory


def test_a_memory_tells_when_it_was_made_and_changed(door: Door) -> None:
    engram = door.client()
    stored = engram.store_memory("before", "b")
    memory = engram.get_memory(stored["id"], "b")
    assert memory == {
        "id": stored["id"], "memory_id": stored["id"], "content": "before", "bucket_name": "b", "created_at": FIRST,
        "updated_at": FIRST, "token_count": stored["token_count"], "version": 1,
    }  # fmt: skip
    assert engram.list_memories("b")["memories"] == [memory]
    door.clock.now = START + 61.5
    updated = engram.update_memory(stored["id"], "after it all", "b")
    assert updated == engram.get_memory(stored["id"], "b")
    assert updated == {
        **memory, "content": "after it all", "updated_at": "2026-01-01T00:01:01.500Z", "version": 2,
        "token_count": updated["token_count"],
    }  # fmt: skip


def test_an_updated_memory_keeps_its_place_and_is_found_by_its_new_words(ids: List[str], engram: EngramClient) -> None:
    engram.update_memory(ids[2], "The zebra sleeps.", "b")
    assert listed(engram.list_memories("b")) == ids[::-1]
    found = engram.query("zebra", buckets=["b"])["explanation"]["retrieved_memories"]
    assert [row["memory_id"] for row in found] == [ids[2]]
    gone = engram.query("2", buckets=["b"])["explanation"]["retrieved_memories"]
    assert ids[2] not in [row["memory_id"] for row in gone]


def test_an_update_may_be_conditional_on_the_version(engram: EngramClient) -> None:
    stored = engram.store_memory("one", "b")
    assert engram.update_memory(stored["id"], "two", "b", if_version=1).get("version") == 2
    with pytest.raises(PreconditionFailedError) as caught:
        engram.update_memory(stored["id"], "three", "b", if_version=1)
    assert (caught.value.status, caught.value.code) == (412, "version_mismatch")
    body: Any = caught.value.body
    assert body["details"] == {"field": "if_version", "version": 2}
    assert engram.get_memory(stored["id"], "b")["content"] == "two"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "content"),
        ({"content": ""}, 422, "content"),
        ({"content": None}, 422, "content"),
        ({"content": "x" * 65_537}, 413, "content"),
        ({"content": "x", "if_version": 0}, 422, "if_version"),
        ({"content": "x", "if_version": "1"}, 422, "if_version"),
        ({"content": "x", "if_version": 1.0}, 422, "if_version"),
        ({"content": "x", "if_version": True}, 422, "if_version"),
        ({"content": "x", "if_version": 2**53 + 1}, 422, "if_version"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_bad_update_names_its_field_and_changes_nothing(body: Any, status: int, field: str, door: Door) -> None:
    stored = door.client().store_memory("as it was", "b")
    answer = door.request("PATCH", f"/v1/buckets/b/memories/{stored['id']}", body)
    assert (answer.status, answer.json()["details"]["field"]) == (status, field)
    assert door.client().get_memory(stored["id"], "b").get("version") == 1


def test_deleting_is_answered_with_a_small_object_and_is_final(ids: List[str], door: Door) -> None:
    path = f"/v1/buckets/b/memories/{ids[3]}"
    answer = door.request("DELETE", path)
    assert (answer.status, answer.json()) == (200, {"success": True, "id": ids[3]})
    again = door.request("DELETE", path)
    assert (again.status, again.json()["code"]) == (404, "memory_not_found")
    assert listed(door.client().list_memories("b")) == [*ids[:3], *ids[4:]][::-1]


@pytest.mark.parametrize("verb", ["get", "update", "delete"])
def test_an_id_of_another_bucket_is_unknown(verb: str, ids: List[str], engram: EngramClient) -> None:
    engram.store_memory("x", "c")
    calls: Dict[str, Any] = {
        "get": lambda memory_id: engram.get_memory(memory_id, "c"),
        "update": lambda memory_id: engram.update_memory(memory_id, "y", "c"),
        "delete": lambda memory_id: engram.delete_memory(memory_id, "c"),
    }
    for memory_id in (ids[0], "mem_00000000000000000000000000", "x", "../b", "%", "x" * 2000, "'; DROP TABLE memories"):
        with pytest.raises(NotFoundError) as caught:
            calls[verb](memory_id)
        assert caught.value.code == "memory_not_found"
    assert listed(engram.list_memories("b")) == ids[::-1]


# -- clearing and buckets


def test_clearing_returns_the_count_and_keeps_the_bucket(ids: List[str], engram: EngramClient) -> None:
    engram.store_memory("other", "c")
    bucket = engram.list_buckets()[0]
    assert engram.clear_memories("b") == {"success": True, "cleared_count": 7}
    assert engram.clear_memories("b") == {"success": True, "cleared_count": 0}
    after = engram.list_buckets()[0]
    assert (after["id"], after["memory_count"]) == (bucket["id"], 0)
    assert engram.query("memory number", buckets=["b"])["memories_found"] == 0
    assert engram.list_memories("c")["total"] == 1


def test_a_deleted_bucket_is_gone_and_a_new_one_of_its_name_is_another(ids: List[str], engram: EngramClient) -> None:
    before = engram.list_buckets()[0]["id"]
    engram.delete_bucket("b")
    assert engram.list_buckets() == []
    with pytest.raises(NotFoundError):
        engram.get_memory(ids[0], "b")
    engram.store_memory("new", "b")
    assert engram.list_buckets()[0]["id"] != before
    assert engram.list_memories("b")["total"] == 1
    assert engram.query("memory number", buckets=["b"])["memories_found"] == 0


def test_a_bucket_is_what_it_was_made_as(door: Door) -> None:
    engram = door.client()
    made = engram.create_bucket("user-123", "What we know of Ana")
    assert made == {
        "id": made["id"], "name": "user-123", "bucket_name": "user-123", "description": "What we know of Ana",
        "created_at": FIRST,
    }  # fmt: skip
    assert made["id"].startswith("bkt_")
    assert engram.list_buckets() == [{**made, "memory_count": 0, "last_write_at": None}]
    door.clock.now = START + 1
    engram.store_memories(["a", "b"], "user-123")
    assert engram.list_buckets() == [{**made, "memory_count": 2, "last_write_at": "2026-01-01T00:00:01.000Z"}]


@pytest.mark.parametrize("description", [None, "", "ü\n\0\U0001f642", "x" * MAX_DESCRIPTION_CHARS])
def test_a_description_may_be_anything_or_nothing(description: Any, engram: EngramClient) -> None:
    assert engram.create_bucket("b", description)["description"] == description
    assert engram.list_buckets()[0]["description"] == description


@pytest.mark.parametrize("body", [{"name": "b"}, {"name": "b", "color": "red", "id": "mine"}])
def test_a_description_may_be_left_out_and_unknown_fields_pass(body: Any, door: Door) -> None:
    made = door.request("POST", "/v1/buckets", body)
    assert made.status in (200, 201)
    assert made.json()["description"] is None and made.json()["id"] != "mine"


@pytest.mark.parametrize("made_by", ["create", "store"])
def test_a_taken_name_is_a_conflict(made_by: str, engram: EngramClient) -> None:
    if made_by == "create":
        engram.create_bucket("b", "the first")
    else:
        engram.store_memory("x", "b")
    with pytest.raises(ConflictError) as caught:
        engram.create_bucket("b", "the second")
    assert (caught.value.status, caught.value.code) == (409, "bucket_exists")
    assert len(engram.list_buckets()) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"name": 1}, "name"),
        ({"name": "."}, "name"),
        ({"name": ".."}, "name"),
        ({"name": "a\0"}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "x" * (MAX_BUCKET_NAME_CHARS + 1)}, "name"),
        ({"name": "b", "description": 1}, "description"),
        ({"name": "b", "description": "x" * (MAX_DESCRIPTION_CHARS + 1)}, "description"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_bucket_that_cannot_be_named_is_a_422_that_names_the_field(body: Any, field: str, door: Door) -> None:
    answer = door.request("POST", "/v1/buckets", body)
    assert (answer.status, answer.json()["details"]["field"]) == (422, field)
    assert door.client().list_buckets() == []


UNKNOWN: List[Any] = [
    lambda c: c.list_memories("nobody"),
    lambda c: list(c.iter_memories("nobody")),
    lambda c: c.get_memory("mem_x", "nobody"),
    lambda c: c.update_memory("mem_x", "y", "nobody"),
    lambda c: c.delete_memory("mem_x", "nobody"),
    lambda c: c.clear_memories("nobody"),
    lambda c: c.delete_bucket("nobody"),
    lambda c: c.get_profile("nobody"),
    lambda c: c.regenerate_profile("nobody"),
]


@pytest.mark.parametrize("call", UNKNOWN)
def test_an_unknown_bucket_is_a_404_that_names_it(call: Any, engram: EngramClient) -> None:
    with pytest.raises(NotFoundError, match="Bucket not found") as caught:
        call(engram)
    body: Any = caught.value.body
    assert (caught.value.status, caught.value.code) == (404, "bucket_not_found")
    assert body["details"] == {"bucket": "nobody"}
    assert engram.list_buckets() == []
