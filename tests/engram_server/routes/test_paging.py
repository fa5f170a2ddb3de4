"""Cursors: opaque, and nothing but our own is taken for one."""

from __future__ import annotations

import base64
from typing import Dict, Optional, Type, Union, cast

import pytest

from engram_server.domains.errors import Invalid
from engram_server.domains.scope import Scope
from engram_server.domains.structured.records import Position
from engram_server.routes.base import Call, Services
from engram_server.routes.paging import Page, next_cursor, next_position, page_of, position_of


def page(**query: str) -> Page:
    given: Dict[str, str] = query
    return page_of(Call(cast(Services, None), cast(Scope, None), {}, given, None), 20)


@pytest.mark.parametrize("row_id", [0, 1, 9, 10, 12345, 2**53, 10**18 - 1])
def test_a_cursor_is_read_as_it_was_made(row_id: int) -> None:
    cursor = next_cursor([99, row_id], 2)
    assert cursor is not None and cursor.isascii() and not set(cursor) & set("+/=&?")
    assert page(cursor=cursor) == Page(20, 0, row_id)


@pytest.mark.parametrize(
    ("row_ids", "limit", "has_more"), [([], 2, False), ([5], 2, False), ([5, 4], 2, True), ([5], 1, True)]
)
def test_only_a_full_page_has_a_next_one(row_ids: "list[int]", limit: int, has_more: bool) -> None:
    assert (next_cursor(row_ids, limit) is not None) == has_more


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, Page(20, 0, None)),
        ({"limit": "5", "offset": "7"}, Page(5, 7, None)),
        ({"limit": "5000"}, Page(1000, 0, None)),
        ({"cursor": ""}, Page(20, 0, None)),
        ({"cursor": "", "offset": "3"}, Page(20, 3, None)),
        ({"offset": "9" * 18}, Page(20, 2**53, None)),
    ],
)
def test_a_page_is_what_is_asked_for(query: Dict[str, str], expected: Page) -> None:
    assert page(**query) == expected


def encoded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "!", "é", "\0", "====", "A" * 10_000,
        encoded(b"engram1:"), encoded(b"engram1:-1"), encoded(b"engram1:1.0"), encoded(b"engram1: 1"),
        encoded(b"engram1:1 "), encoded(b"engram1:1_0"), encoded(b"engram1:" + "٣".encode()),
        encoded(b"engram1:" + b"1" * 19), encoded(b"engram2:1"), encoded(b"1"), encoded(b"Engram1:1"),
        encoded(b"engram1:1") + "\n", " " + encoded(b"engram1:1"), encoded(b"engram1:1") + "=x",
    ],
)  # fmt: skip
def test_what_we_did_not_give_out_is_invalid(cursor: str) -> None:
    with pytest.raises(Invalid, match="^cursor: ") as caught:
        page(cursor=cursor)
    assert caught.value.details == {"field": "cursor"}


@pytest.mark.parametrize("offset", ["1", "20"])
def test_a_cursor_and_an_offset_do_not_go_together(offset: str) -> None:
    cursor: Optional[str] = next_cursor([3], 1)
    assert cursor is not None
    with pytest.raises(Invalid, match="offset"):
        page(cursor=cursor, offset=offset)


# -- lists in another order

Kind = Union[Type[int], Type[str]]


@pytest.mark.parametrize(
    "position", [(0, 0), (-(2**53), 2**53), ("", ""), ("=a", "b"), ("\0\"\\", "é\U0001f642"), ("x" * 50_000, "y")]
)
def test_a_position_is_read_as_it_was_made(position: Position) -> None:
    cursor = next_position([("no", "such"), position], 2)
    assert cursor is not None and cursor.isascii() and not set(cursor) & set("+/=&?")
    assert position_of(cursor, int if isinstance(position[0], int) else str) == position
    assert next_position([position], 2) is None and next_position([], 0) is None


@pytest.mark.parametrize("cursor", [None, ""])
def test_no_cursor_is_the_beginning(cursor: Optional[str]) -> None:
    assert position_of(cursor, int) is None


@pytest.mark.parametrize(
    ("cursor", "kind"),
    [
        ("x", int), ("é", int), ("A" * 10_000, int),
        (encoded(b"engram1:1"), int), (encoded(b"engram2:"), int), (encoded(b"engram2:null"), int),
        (encoded(b"engram2:[1,2,3]"), int), (encoded(b"engram2:[1]"), int), (encoded(b"engram2:[1,\"a\"]"), int),
        (encoded(b"engram2:[true,false]"), int), (encoded(b"engram2:[1.0,2.0]"), int),
        (encoded(b"engram2:[1,2]"), str), (encoded(b"engram2:[\"a\",\"b\"]"), int),
        (encoded(b"engram2:[1,9223372036854775808]"), int), (encoded(b"engram2:[1," + b"9" * 5_000 + b"]"), int),
        (encoded(b"engram2:[\"\\ud800\",\"b\"]"), str), (encoded(b"engram2:" + b"[" * 5_000), str),
        (encoded(b"engram2:{\"a\":1}"), str), (encoded(b"engram2:\"ab\""), str), (encoded(b"engram2:[\xff]"), str),
    ],
)  # fmt: skip
def test_what_is_no_position_of_ours_is_invalid(cursor: str, kind: Kind) -> None:
    with pytest.raises(Invalid, match="^cursor: ") as caught:
        position_of(cursor, kind)
    assert caught.value.details == {"field": "cursor"}
