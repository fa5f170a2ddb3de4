"""Keys, fingerprints and records, on a real store; over the doors see the contract."""

from __future__ import annotations

from typing import Iterator, List

import pytest

from engram_server.domains.scope import Scope
from engram_server.idempotency import KEEP_MS, REPLAYED, OneTime
from engram_server.ids import Ids
from engram_server.storage import Store, Writer, open_store
from engram_server.wire import ApiError, Request, Response, Stream

REQUEST = Request("POST", "/v1/buckets", "", {}, b'{"name":"b"}')


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 1_767_225_600.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def scope(clock: Clock) -> Iterator[Scope]:
    store = open_store(None)
    tenant_id = store.write(lambda writer: writer.ensure_tenant("one", 0))
    yield Scope(tenant_id, store, clock, Ids(clock))
    store.close()


class Work:
    """A write that counts how often it ran."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, writer: Writer) -> Response:
        self.runs += 1
        return Response(201, [("Content-Type", "application/json")], b'{"run":%d}' % self.runs)


def do(scope: Scope, work: Work, request: Request = REQUEST, key: str = "k") -> Response:
    store: Store = scope.store
    return store.write(OneTime(request, key, scope).once(work))


def test_the_first_reply_is_given_again(scope: Scope) -> None:
    work = Work()
    first, second, third = (do(scope, work) for _ in range(3))
    assert work.runs == 1
    assert first == Response(201, [("Content-Type", "application/json")], b'{"run":1}')
    assert second == third == Response(201, [("Content-Type", "application/json"), REPLAYED], b'{"run":1}')


@pytest.mark.parametrize(
    "other",
    [
        REQUEST._replace(method="PUT"),
        REQUEST._replace(path="/v1/buckets/"),
        REQUEST._replace(query="x"),
        REQUEST._replace(body=b""),
        REQUEST._replace(body=b'{"name":"b"} '),
        REQUEST._replace(path="/v1/buckets?", query=""),
        REQUEST._replace(path="/v1/buckets", body=b"", query='\n{"name":"b"}'),
    ],
    ids=str,
)
def test_any_difference_is_another_request(other: Request, scope: Scope) -> None:
    work = Work()
    do(scope, work)
    with pytest.raises(ApiError) as caught:
        do(scope, work, other)
    assert (caught.value.status, caught.value.code) == (422, "idempotency_mismatch")
    assert work.runs == 1


def test_headers_are_no_part_of_the_request(scope: Scope) -> None:
    work = Work()
    do(scope, work)
    do(scope, work, REQUEST._replace(headers={"x-request-id": "other", "user-agent": "other"}))
    assert work.runs == 1


def test_a_write_that_fails_is_not_recorded_and_may_be_tried_again(scope: Scope) -> None:
    class Failed(Exception):
        pass

    def failing(writer: Writer) -> Response:
        raise Failed

    with pytest.raises(Failed):
        scope.store.write(OneTime(REQUEST, "k", scope).once(failing))
    work = Work()
    assert do(scope, work).body == b'{"run":1}'


def test_after_a_day_a_key_is_free_and_its_record_is_forgotten(scope: Scope, clock: Clock) -> None:
    work = Work()
    do(scope, work)
    clock.now += KEEP_MS / 1000 - 0.001
    do(scope, work)
    assert work.runs == 1
    clock.now += 0.001
    assert do(scope, work).body == b'{"run":2}'
    do(scope, work)
    assert work.runs == 2


def test_old_records_do_not_pile_up(scope: Scope, clock: Clock) -> None:
    """They are forgotten now and then, so a thousand later writes see to all that were due."""
    for number in range(300):
        do(scope, Work(), key=f"old-{number}")
    clock.now += KEEP_MS / 1000 + 1
    for number in range(300):
        do(scope, Work(), key=f"new-{number}")
    # Asked as of the day before, a record that is kept would still be found.
    before = scope.now() - KEEP_MS - 2000
    with scope.store.read() as reader:
        kept = [number for number in range(300) if reader.recorded(scope.tenant_id, f"old-{number}", before)]
    assert kept == []


def test_a_stream_is_passed_on_and_not_recorded(scope: Scope) -> None:
    streams: List[Response] = []

    def streaming(writer: Writer) -> Response:
        streams.append(Response(200, [], Stream(iter([b"x"]))))
        return streams[-1]

    for number in range(2):
        assert scope.store.write(OneTime(REQUEST, "k", scope).once(streaming)) is streams[number]


@pytest.mark.parametrize("key", ["", " ", "a b", "\t", "a\n", "ü", "\x7f", "\0", "x" * 256])
def test_a_key_must_be_short_and_visible(key: str, scope: Scope) -> None:
    with pytest.raises(ApiError) as caught:
        OneTime(REQUEST, key, scope)
    assert (caught.value.status, caught.value.code) == (400, "invalid_idempotency_key")


def test_a_path_with_strange_characters_has_a_fingerprint(scope: Scope) -> None:
    """Doors let no such path through; in the process there is nobody to stop it."""
    work = Work()
    for _ in range(2):
        do(scope, work, REQUEST._replace(path="/v1/ü\ud800", query="\u2028"))
    assert work.runs == 1
