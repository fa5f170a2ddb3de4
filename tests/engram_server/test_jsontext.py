"""Strict JSON: agrees with the standard library on what is JSON, and refuses what has two readings."""

from __future__ import annotations

import json
import random
from typing import Any, List

import pytest

from engram_server.jsontext import MAX_DEPTH, parse
from engram_server.wire import ApiError

GOOD: List[bytes] = [
    b"null", b"true", b" 1 ", b"-0.0", b"1e308", b"1E+2", b'""', b"[]", b"{}", b'{"":{"":[]}}', b'"\\u0000"',
    b'"\\ud83d\\ude42"', '"é\U0001f642\u2028"'.encode(), b'"\x7f"', b"[1,2,3]", b"9" * 4300,
    b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH,
    b'["[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["]', b'["\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\\"]',
    b"[" + b"[]," * 100 + b"[]]", b'[{"a":1},{"a":1}]', b'{"a":{"b":1},"b":{"b":1}}',
]  # fmt: skip


@pytest.mark.parametrize("body", GOOD, ids=lambda body: repr(body)[:40])
def test_what_is_json_is_read_as_the_standard_library_reads_it(body: bytes) -> None:
    assert parse(body) == json.loads(body)


BAD = [
    (b"", "Expecting value"),
    (b"\xff", "byte 0 is not UTF-8"),
    (b'{"a": "\xed\xa0\x80"}', "byte 7 is not UTF-8"),
    (b"[1,]", "at line 1 column"),
    (b"NaN", "NaN is not a JSON number"),
    (b"[Infinity]", "Infinity is not a JSON number"),
    (b"-Infinity", "-Infinity is not a JSON number"),
    (b"1e999", "the number 1e999 is too large"),
    (b"[-1e400]", "the number -1e400 is too large"),
    (b"1" * 4301, "a number has too many digits"),
    (b'{"a":1,"b":2,"a":1}', "the key 'a' stands twice"),
    (b'[{"\\u0061":1,"a":1}]', "the key 'a' stands twice"),
    (b'"\\ud800"', "half of a surrogate pair"),
    (b'{"\\udfff":1}', "half of a surrogate pair"),
    (b'[[["\\ud83dx\\ude42"]]]', "half of a surrogate pair"),
    (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "nested deeper than 32 levels"),
    (b'{"a":' * 33 + b"1" + b"}" * 33, "nested deeper than 32 levels"),
    (b'["]]]]", ' + b"[" * 32, "nested deeper than 32 levels"),
    (b"[" * 1_000_000, "nested deeper than 32 levels"),
    (b'"\x00"', "Invalid control character"),
    (b'"\\x"', "Invalid \\\\escape"),
    (b"\xef\xbb\xbf{}", "BOM"),
]


@pytest.mark.parametrize(("body", "message"), BAD, ids=lambda value: repr(value)[:40])
def test_what_is_not_is_a_400_that_says_what_is_wrong(body: bytes, message: str) -> None:
    with pytest.raises(ApiError, match="^the request body is not valid JSON: ") as caught:
        parse(body)
    assert (caught.value.status, caught.value.code) == (400, "malformed_json")
    assert message.replace("\\\\", "\\") in caught.value.message
    assert len(caught.value.message) < 300


def test_brackets_in_broken_strings_end_in_a_refusal_and_not_in_a_crash() -> None:
    for body in (b'"' + b"[" * 1000, b'"\\' + b"[" * 1000, b"]" * 1000, b'["\\"' + b"]" * 40 + b"[" * 1000):
        with pytest.raises(ApiError):
            parse(body)


def _value(rng: random.Random, depth: int) -> Any:
    kind = rng.randrange(8 if depth else 5)
    if kind < 5:
        text = "".join(rng.choices('ab"\\[]{}\n\u2028é\U0001f642\0', k=rng.randrange(6)))
        return rng.choice([None, True, rng.randrange(-(10**20), 10**20), rng.random() * 1e300, text])
    if kind < 7:
        return [_value(rng, depth - 1) for _ in range(rng.randrange(4))]
    return {"".join(rng.choices('ab"\\[{', k=3)): _value(rng, depth - 1) for _ in range(rng.randrange(4))}


def test_random_values_survive_the_way_there_and_back(rng: random.Random) -> None:
    for _ in range(500):
        value = _value(rng, 6)
        for ascii_only in (True, False):
            assert parse(json.dumps(value, ensure_ascii=ascii_only, allow_nan=False).encode()) == value


def test_random_damage_is_read_or_refused_and_nothing_else(rng: random.Random) -> None:
    for _ in range(3000):
        body = bytearray(json.dumps(_value(rng, 5)).encode())
        for _ in range(rng.randint(1, 3)):
            body[rng.randrange(len(body)) :][:1] = bytes([rng.choice(b'[]{}",:\\u0019eE-\xff\x00 ')])
            body[rng.randrange(len(body))] = rng.choice(b'[]{}",:\\u0019eE-\xff\x00 ')
        try:
            value = parse(bytes(body))
        except ApiError as error:
            assert error.status == 400
        else:
            assert value == json.loads(bytes(body))
