"""Errors: one shape for all of them, the right status for each condition, and nothing told to strangers."""

from __future__ import annotations

import json
import logging
import re
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

import pytest

from engram.types.limits import MAX_BATCH_ITEMS, MAX_BODY_BYTES, MAX_MEMORY_BYTES
from engram_server.routes import ALL_ROUTES
from engram_server.routes.base import Route

from .doors import KEY, OTHER_KEY, Answer, Body, Door

MEMORIES = "/v1/buckets/b/memories"


def check_shape(answer: Answer) -> Dict[str, Any]:
    """Check that an answer is an error as all are, and return its body."""
    body: Dict[str, Any] = answer.json()
    assert list(body) == ["error", "code", "request_id", "details"]
    assert isinstance(body["error"], str) and body["error"] and "\n" not in body["error"]
    assert len(body["error"]) < 500
    assert isinstance(body["code"], str) and body["code"].replace("_", "a").isalpha() and body["code"].islower()
    assert isinstance(body["details"], dict)
    assert body["request_id"] == answer.headers["x-request-id"]
    for secret in ("Traceback", 'File "', "site-packages", "sqlite", "SELECT", KEY, OTHER_KEY):
        assert secret not in answer.body.decode()
    return body


# -- every error has one shape


class Refused(NamedTuple):
    """A request and how it is refused."""

    method: str
    target: str
    body: Body
    status: int
    code: str
    key: Optional[str] = KEY
    headers: Mapping[str, str] = {}


REFUSED = [
    Refused("GET", "/v1/buckets/", None, 400, "malformed_path"),
    Refused("GET", "/v1/buckets/%ff/memories", None, 400, "malformed_path"),
    Refused("POST", MEMORIES, "{", 400, "malformed_json"),
    Refused("POST", MEMORIES, None, 400, "malformed_json"),
    Refused("POST", MEMORIES, {"content": "x"}, 400, "invalid_idempotency_key", headers={"Idempotency-Key": "x" * 256}),
    Refused("GET", "/v1/buckets", None, 401, "invalid_api_key", key=None),
    Refused("GET", "/v1/buckets", None, 401, "invalid_api_key", key="eng_test_nobody"),
    Refused("GET", "/", None, 404, "no_such_path", key=None),
    Refused("GET", "/nowhere", None, 404, "no_such_path"),
    Refused("POST", MEMORIES, {"content": "x"}, 415, "unsupported_content_encoding", headers={"Content-Encoding": "gzip"}),
    Refused("GET", "/nowhere", None, 404, "no_such_path", key=None),
    Refused("GET", "/v1/buckets/nobody/memories", None, 404, "bucket_not_found"),
    Refused("GET", f"{MEMORIES}/mem_x", None, 404, "memory_not_found"),
    Refused("PUT", "/v1/buckets", None, 405, "method_not_allowed"),
    Refused("DELETE", "/v1/query", None, 405, "method_not_allowed", key=None),
    Refused("POST", "/v1/buckets", {"name": "b"}, 409, "bucket_exists"),
    Refused("POST", MEMORIES, {"content": "x" * (MAX_MEMORY_BYTES + 1)}, 413, "too_large"),
    Refused("POST", MEMORIES, {"memories": [{"content": "x"}] * (MAX_BATCH_ITEMS + 1)}, 413, "too_large"),
    Refused("POST", MEMORIES, {"content": ""}, 422, "invalid_field"),
    Refused("POST", MEMORIES, [], 422, "invalid_field"),
    Refused("GET", f"{MEMORIES}?limit=0", None, 422, "invalid_field"),
    Refused("GET", f"{MEMORIES}?cursor=x", None, 422, "invalid_field"),
    Refused("GET", "/v1/buckets/%0a/memories", None, 422, "invalid_field"),
    Refused("PUT", "/v1/provider", {"base_url": "x", "model": "m"}, 422, "invalid_field"),
]


@pytest.fixture
def stored(door: Door) -> Iterator[str]:
    """The id of the one memory of bucket `b`; it is there afterwards as it was."""
    memory_id = door.client().store_memory("Ana has a cat.", "b")["id"]
    before = door.request("GET", MEMORIES).json()
    yield memory_id
    assert door.request("GET", MEMORIES).json() == before


@pytest.mark.parametrize("refused", REFUSED, ids=lambda refused: f"{refused.status}-{refused.method}-{refused.target}")
def test_every_refusal_has_the_one_shape(refused: Refused, stored: str, door: Door) -> None:
    answer = door.request(refused.method, refused.target, refused.body, refused.headers, refused.key)
    assert (answer.status, check_shape(answer)["code"]) == (refused.status, refused.code)


def test_a_fault_of_ours_is_a_500_with_an_id_and_a_traceback_only_in_the_log(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    """A clock that fails stands for whatever nobody foresaw."""
    door.client().store_memory("x", "b")

    class Broken(Exception):
        pass

    real = door.clock.__class__.__call__

    def broken(clock: object) -> float:
        raise Broken("with the secret of the house")

    ids = [memory["id"] for memory in door.client().list_memories("b")["memories"]]
    with pytest.MonkeyPatch.context() as patch, caplog.at_level(logging.ERROR, "engram_server"):
        patch.setattr(type(door.clock), "__call__", broken)
        answer = door.request("POST", MEMORIES, {"content": "y"}, {"X-Request-Id": "mine-7"})
    assert door.clock.__class__.__call__ is real
    assert (answer.status, check_shape(answer)["code"]) == (500, "internal_error")
    assert answer.headers["x-request-id"] == "mine-7" and "mine-7" in answer.json()["error"]
    assert "secret of the house" not in answer.body.decode()
    (record,) = [record for record in caplog.records if record.name == "engram_server"]
    assert "mine-7" in record.getMessage() and record.exc_info is not None
    assert [memory["id"] for memory in door.client().list_memories("b")["memories"]] == ids


# -- 400: what is no JSON

DEEP = 33

MALFORMED: List[Tuple[str, bytes]] = [
    ("empty", b""),
    ("blank", b"  \n"),
    ("cut", b'{"content": "x"'),
    ("word", b"content"),
    ("form", b"content=x"),
    ("single quotes", b"{'content': 'x'}"),
    ("trailing comma", b'{"content": "x",}'),
    ("comment", b'{"content": "x"} // note'),
    ("two values", b'{"content": "x"}{"content": "y"}'),
    ("raw newline", b'{"content": "a\nb"}'),
    ("raw NUL", b'{"content": "a\x00b"}'),
    ("NUL at the end", b'{"content": "x"}\x00'),
    ("NaN", b'{"content": "x", "n": NaN}'),
    ("Infinity", b'{"content": "x", "n": Infinity}'),
    ("-Infinity", b'{"content": "x", "n": -Infinity}'),
    ("1e999", b'{"content": "x", "n": 1e999}'),
    ("-1e999", b'{"content": "x", "n": -1e999}'),
    ("leading zero", b'{"content": "x", "n": 01}'),
    ("plus", b'{"content": "x", "n": +1}'),
    ("hexadecimal", b'{"content": "x", "n": 0x1}'),
    ("5,000 digits", b'{"content": "x", "n": ' + b"1" * 5000 + b"}"),
    ("duplicate key", b'{"content": "x", "content": "y"}'),
    ("duplicate key deep", b'{"content": "x", "a": [{"b": 1, "b": 1}]}'),
    ("duplicate key by escape", b'{"content": "x", "key": 1, "\\u006bey": 2}'),
    ("half a pair", b'{"content": "\\ud800"}'),
    ("the other half", b'{"content": "x\\udfffy"}'),
    ("halves in the wrong order", b'{"content": "\\udc00\\ud800"}'),
    ("half a pair in a key", b'{"content": "x", "\\ud83d": 1}'),
    ("half a pair deep", b'{"content": "x", "a": [[{"b": "\\ud83d"}]]}'),
    ("no UTF-8", b'{"content": "\xff"}'),
    ("overlong", b'{"content": "\xc0\xaf"}'),
    ("encoded surrogate", b'{"content": "\xed\xa0\x80"}'),
    ("latin-1", '{"content": "ü"}'.encode("latin-1")),
    ("utf-16", '{"content": "x"}'.encode("utf-16")),
    ("byte order mark", b'\xef\xbb\xbf{"content": "x"}'),
    ("33 lists", b'{"content": "x", "a": ' + b"[" * DEEP + b"]" * DEEP + b"}"),
    ("33 objects", b'{"content": "x", "a": ' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}"),
    ("deep behind a string", b'{"content": "]]]]\\"]]]]", "a": ' + b"[" * DEEP + b"]" * DEEP + b"}"),
    ("100,000 lists", b"[" * 100_000),
    ("100,000 objects", b'{"a":' * 100_000),
    ("bad escape", b'{"content": "\\x41"}'),
    ("short escape", b'{"content": "\\u12"}'),
]


@pytest.mark.parametrize("body", [body for _, body in MALFORMED], ids=[name for name, _ in MALFORMED])
@pytest.mark.parametrize("target", [MEMORIES, "/v1/query"])
def test_what_two_readers_could_read_in_two_ways_is_a_400(body: bytes, target: str, stored: str, door: Door) -> None:
    if target == "/v1/query":
        body = body.replace(b"content", b"query")
    answer = door.request("POST", target, body)
    assert (answer.status, check_shape(answer)["code"]) == (400, "malformed_json")


@pytest.mark.parametrize(
    "body",
    [
        b'{"content": "\\ud83d\\ude42"}',
        '{"content": "\U0001f642"}'.encode(),
        b'{"content": "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}',
        b'{"content": "\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\\"}',
        b'{"content": "x", "a": ' + b"[" * 31 + b"]" * 31 + b"}",
        b'{"content": "x", "a": [' + b"[]," * 200 + b"{}]}",
        b' \t\r\n{"content":"x"}\n',
        b'{"content": "x", "n": 1e-999, "m": -0.0, "k": 123456789012345678901234567890}',
        b'{"content": "x", "a": {"b": 1}, "c": {"b": 1}}',
        b'{"content": "\\u0000\\u001f"}',
        b'{"content": "x", "": 1, "content ": 2, "Content": 3}',
    ],
)
def test_the_near_misses_are_fine(body: bytes, door: Door) -> None:
    assert door.request("POST", MEMORIES, body).status == 201


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/json; charset=utf-8", ""])
def test_the_content_type_is_not_what_makes_json(content_type: str, door: Door) -> None:
    answer = door.request("POST", MEMORIES, {"content": "x"}, {"Content-Type": content_type})
    assert answer.status == 201


# -- 401: strangers

BAD_AUTHORIZATIONS: List[Optional[str]] = [
    None,
    "",
    "Bearer",
    "Bearer ",
    KEY,
    f"Basic {KEY}",
    f"Token {KEY}",
    f"Bearer:{KEY}",
    f"Bearer{KEY}",
    f'Bearer "{KEY}"',
    f"Bearer {KEY}x",
    f"Bearer {KEY[:-1]}",
    f"Bearer {KEY.upper()}",
    f"Bearer {KEY.title()}",
    f"Bearer {KEY} {KEY}",
    f"Bearer {KEY},{OTHER_KEY}",
    f"Bearer {KEY.replace('e', 'е')}",
    f"Bearer {''.join(chr(ord(c) + 0xFEE0) for c in KEY)}",
    f"Bearer {KEY}\u200b",
    f"Bearer\u00a0{KEY}",
    "Bearer eng_test_local_development",
    "Bearer *",
    "Bearer ' OR 1=1 --",
]

PRIVATE = [route for route in ALL_ROUTES if not route.public]


def _target(route: Route) -> str:
    return route.template.replace("{bucket}", "b").replace("{memory_id}", "mem_x")


@pytest.mark.parametrize("route", PRIVATE, ids=lambda route: f"{route.method} {route.template}")
def test_no_route_works_for_a_stranger(route: Route, stored: str, door: Door) -> None:
    """Made from the table of routes, so that a new one cannot be forgotten."""
    seen = set()
    for authorization in BAD_AUTHORIZATIONS:
        headers = {} if authorization is None else {"Authorization": authorization}
        answer = door.request(route.method, _target(route), b"not json", headers, key=None)
        body = check_shape(answer)
        assert answer.headers["www-authenticate"] == "Bearer"
        seen.add((answer.status, body["code"], body["error"], json.dumps(body["details"])))
    assert len(seen) == 1 and next(iter(seen))[:2] == (401, "invalid_api_key")


@pytest.mark.parametrize("authorization", [f"Bearer {KEY}", f"bearer {KEY}", f"BEARER  {KEY}", f"Bearer {KEY} "])
def test_the_scheme_may_be_spelt_as_http_allows(authorization: str, door: Door) -> None:
    assert door.request("GET", "/v1/buckets", None, {"Authorization": authorization}, key=None).status == 200


def test_a_stranger_learns_nothing_of_what_there_is(stored: str, door: Door) -> None:
    answers = []
    for target in (MEMORIES, "/v1/buckets/nobody/memories", f"{MEMORIES}/{stored}", f"{MEMORIES}/mem_x"):
        answer = door.request("GET", target, None, {"X-Request-Id": "same"}, key="eng_test_nobody")
        answers.append((answer.status, answer.body, answer.headers["content-type"]))
    assert len(set(answers)) == 1


@pytest.mark.parametrize("route", [route for route in ALL_ROUTES if route.public], ids=lambda route: route.template)
@pytest.mark.parametrize("key", [None, "eng_test_nobody", KEY])
def test_the_public_routes_are_open_to_all(route: Route, key: Optional[str], door: Door) -> None:
    assert door.request("GET", route.template, key=key).status == 200


def test_only_health_and_the_document_are_public() -> None:
    assert {route.template for route in ALL_ROUTES if route.public} == {"/healthz", "/readyz", "/openapi.json"}


# -- 405


@pytest.mark.parametrize("template", sorted({route.template for route in ALL_ROUTES}))
def test_a_method_that_a_path_does_not_take_is_a_405_that_names_those_it_takes(template: str, door: Door) -> None:
    path = re.sub(r"\{\w+\}", "x", template)
    takes = {route.method for route in ALL_ROUTES if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route.template), path)}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - takes:
        answer = door.request(method, path)
        assert (answer.status, check_shape(answer)["code"]) == (405, "method_not_allowed")
        assert answer.headers["allow"] == ", ".join(sorted(takes))


# -- 413


def test_a_body_over_the_limit_is_a_413(door: Door) -> None:
    """Whichever door it came through; where a socket can tell the length, before any of it was read."""
    body = b'{"content": "' + b"x" * MAX_BODY_BYTES + b'"}'
    if door.name in ("http", "wsgi"):
        answer = door.request("POST", MEMORIES, None, {"Content-Length": str(len(body))})
    else:
        answer = door.request("POST", MEMORIES, body)
    shape = check_shape(answer)
    assert (answer.status, shape["code"], shape["details"]) == (413, "body_too_large", {"limit_bytes": MAX_BODY_BYTES})


def test_a_body_of_just_the_limit_is_read(door: Door) -> None:
    filler = MAX_BODY_BYTES - len(b'{"content": "x", "y": ""}')
    body = b'{"content": "x", "y": "' + b"y" * filler + b'"}'
    assert len(body) == MAX_BODY_BYTES
    assert door.request("POST", MEMORIES, body).status == 201


# -- request ids

GOOD_IDS = ["a", "req_01", "A-b.c:d_9", "x" * 128]
BAD_IDS = ["", " ", "x" * 129, "a b", "a;b", "<script>", "a\tb", "ü", "a,b", "a/b", "a=b", '"a"']


@pytest.mark.parametrize("target", ["/v1/buckets", "/healthz", "/nowhere", MEMORIES])
@pytest.mark.parametrize("given", GOOD_IDS, ids=lambda given: given[:20])
def test_a_valid_request_id_comes_back(given: str, target: str, door: Door) -> None:
    answer = door.request("GET", target, None, {"X-Request-Id": given})
    assert answer.headers["x-request-id"] == given
    if answer.status >= 400:
        assert answer.json()["request_id"] == given


@pytest.mark.parametrize("given", BAD_IDS, ids=repr)
def test_an_invalid_request_id_is_replaced(given: str, door: Door) -> None:
    ids = {door.request("GET", "/v1/buckets", None, {"X-Request-Id": given}).headers["x-request-id"] for _ in range(2)}
    assert len(ids) == 2
    assert all(made.startswith("req_") and made.isascii() for made in ids)


def test_every_answer_has_a_request_id_of_its_own(door: Door) -> None:
    answers = [door.request("GET", "/v1/buckets") for _ in range(3)]
    answers += [door.request("POST", "/v1/query", {"query": "x", "stream": stream}) for stream in (True, False)]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 5
