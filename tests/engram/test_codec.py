"""Bodies to bytes and back: what is no JSON, in either direction, is an `EngramError` and nothing else."""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from types import MappingProxyType
from typing import Dict, List

import pytest

from engram.codec import decode, encode
from engram.errors import ProtocolError, ValidationError

VALUES: List[object] = [
    None, True, 0, -1, 2**63, 1.5, 1e308, "", "a\u2028b", "\0\x1f\x7f", "\U0001f642", "e\u0301", "\ufeff",
    [], {}, {"a": [{"b": None}]}, {"": ""},
]  # fmt: skip

CYCLE: List[object] = []
CYCLE.append(CYCLE)
DEEP: Dict[str, object] = {}
for _ in range(100_000):
    DEEP = {"a": DEEP}


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_what_is_sent_is_what_is_read(value: object) -> None:
    assert decode(encode({"v": value}), 200, "application/json") == {"v": value}


def test_a_body_is_compact_utf8() -> None:
    assert encode({"a": [1, "é"], "b": None}) == '{"a":[1,"é"],"b":null}'.encode()


def test_any_mapping_is_an_object() -> None:
    """The signatures say `Mapping`, so a read-only one has to do, however deep it stands."""
    assert encode({"a": MappingProxyType({"b": MappingProxyType({"c": 1})})}) == b'{"a":{"b":{"c":1}}}'


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(b"bytes", id="bytes"),
        pytest.param(object(), id="object"),
        pytest.param({1, 2}, id="set"),
        pytest.param(math.nan, id="nan"),
        pytest.param(-math.inf, id="infinity"),
        pytest.param("\ud800", id="half-a-pair"),
        pytest.param({"\udfff": 1}, id="half-a-pair-in-a-key"),
        pytest.param({b"k": 1}, id="bytes-key"),
        pytest.param(CYCLE, id="cycle"),
        pytest.param(DEEP, id="too-deep"),
    ],
)
def test_what_is_no_json_is_refused_before_it_is_sent(value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        encode({"content": value})
    assert caught.value.outcome == "not_sent"
    assert "JSON: content" in str(caught.value)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"ts": datetime(2026, 5, 8)}, "ts: datetime is not JSON; a moment is text, as isoformat() writes it"),
        ({"fact": {"value": [1, {"when": date(2026, 5, 8)}]}}, "fact.value[1].when: date is not JSON; a moment"),
        ({"a": 1, "tags": {"x"}}, "tags: set is not JSON"),
        ({"a": [(), MappingProxyType({"b": b""})]}, "a[1].b: bytes is not JSON"),
        ({"a": [0.5, math.nan]}, "a[1]: nan is not a number of JSON"),
        ({"a": {"b": "x\ud800"}}, "a.b: half of a surrogate pair is not text"),
        ({"a": {"\udfff": 1}}, "a: half of a surrogate pair is not text"),
        ({"a": {b"k": 1}}, "a: bytes is no key of JSON"),
        ({"a": CYCLE}, "it is nested too deep, or in itself"),
        ({"k" * 100: {1}}, f"JSON: {'k' * 40}: set"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_place_of_what_is_no_json_is_told(body: object, told: str) -> None:
    with pytest.raises(ValidationError) as caught:
        encode(body)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<html>login</html>", id="html"),
        pytest.param(b'{"id": "mem_', id="cut"),
        pytest.param(b'{"a": NaN}', id="nan"),
        pytest.param(b'{"a": -Infinity}', id="infinity"),
        pytest.param(b'"\xff"', id="no-utf8"),
        pytest.param(b"\xef\xbb\xbf{}", id="byte-order-mark"),
        pytest.param(b"{} trailing", id="trailing"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"1" * 5_000, id="long-number"),
        pytest.param(b"\x1f\x8b\x08", id="gzip"),
    ],
)
def test_what_is_no_json_is_a_protocol_error_that_shows_how_it_begins(content: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        decode(content, 200, "text/html; charset=utf-8")
    assert caught.value.status == 200
    assert "HTTP 200" in str(caught.value) and "(text/html;" in str(caught.value)
    assert isinstance(caught.value.body, str) and len(caught.value.body) <= 120
    assert len(str(caught.value)) < 1_000


def test_a_missing_content_type_is_said_to_be_missing() -> None:
    with pytest.raises(ProtocolError, match="no content type"):
        decode(b"", 200, "")


def test_json_loads_agrees_about_what_is_decoded() -> None:
    text = '{"a": [1, 2.5, "\\u00e9", null, true]}'
    assert decode(text.encode(), 200, "") == json.loads(text)
