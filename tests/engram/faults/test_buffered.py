"""What the published client gets wrong in a buffered call: each line of that list, with what ours does instead.

The faults that look alike to every verb are in `test_matrix`; here is what has a story of its own.
"""

from __future__ import annotations

import math
import pickle
import socket
from pathlib import Path
from typing import Callable, Dict, List

import pytest

from engram import EngramClient, __version__
from engram.errors import (
    ConfigurationError,
    ConnectionFailedError,
    EngramError,
    NotFoundError,
    ProtocolError,
    RateLimitError,
    ServerError,
    TimeoutExceededError,
    ValidationError,
)

from .scripted import (
    Script,
    ScriptedServer,
    Step,
    answer,
    answer_json,
    close,
    drip,
    echo,
    head,
    nobody_listens,
    send,
    stall,
)
from .timing import in_time
from .verbs import KEY, VERBS, Verb, impatient_client

LISTED = answer_json({"buckets": []})
LONG = [("Content-Type", "application/json"), ("Content-Length", "99")]


def _refused(status: str, **headers: str) -> Script:
    lines = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return [answer_json({"error": "not now"}, status, lines)]


# -- no connection


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_connection_refused(verb: Verb) -> None:
    with nobody_listens() as host, impatient_client(f"http://{host}") as engram:
        with pytest.raises(ConnectionFailedError) as caught:
            verb(engram)
    assert (caught.value.status, caught.value.outcome, caught.value.attempts) == (0, "not_sent", 1)


def test_unknown_host(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with impatient_client("http://nowhere.invalid") as engram:
        with pytest.raises(ConnectionFailedError) as caught:
            engram.list_buckets()
    assert (caught.value.status, caught.value.outcome) == (0, "not_sent")


# -- time


@pytest.fixture(scope="module", autouse=True)
def _imported() -> None:
    """Load what the first call loads, so that it does not count in the times below."""
    with ScriptedServer([LISTED]) as server, impatient_client(server.url) as engram:
        engram.list_buckets()


SLOW: Dict[str, Script] = {
    "no reply": [stall],
    "the body stalls": [send(head("200 OK", LONG) + b"{"), stall],
    "the body drips": [send(head("200 OK", LONG)), drip(b"x" * 99, 0.01)],
    "the head drips": [drip(head("200 OK", LONG), 0.01)],
    "each attempt fails after a while": [drip(b"HTTP/1.1 200 OK\r\n", 0.001), close],
    "a storm of retries": _refused("503 X", Retry_After="0"),
    "a crowd": _refused("429 X", Retry_After="0"),
}


@pytest.mark.parametrize("script", SLOW.values(), ids=SLOW)
def test_a_call_is_over_by_its_deadline(script: Script) -> None:
    with ScriptedServer(script) as server:
        with impatient_client(server.url, seconds=0.15, retries=99, deadline_seconds=0.4) as engram:
            in_time(engram.list_buckets, 0.4)


def test_a_body_that_drips_cannot_stretch_the_timeout() -> None:
    """The published client took 4.9 s under a timeout of 1 s here, and would take for ever."""
    with ScriptedServer(SLOW["the body drips"]) as server, impatient_client(server.url, seconds=0.2) as engram:
        assert isinstance(in_time(engram.list_buckets, 0.2), TimeoutExceededError)


# -- what a status says


@pytest.mark.parametrize(("end", "seconds"), [(close, 10.0), (stall, 1.0)])
def test_a_status_is_told_although_its_body_is_cut_or_stalls(end: Step, seconds: float) -> None:
    script = [send(head("404 Not Found", LONG) + b'{"error": "Bucket'), end]
    with ScriptedServer(script) as server, impatient_client(server.url, seconds=seconds) as engram:
        with pytest.raises(NotFoundError) as caught:
            engram.list_memories("b")
    assert caught.value.status == 404


@pytest.mark.parametrize("status", ["502 X", "503 X"])
def test_what_passes_is_tried_again(status: str) -> None:
    with ScriptedServer(_refused(status, Retry_After="0"), [LISTED]) as server:
        with impatient_client(server.url, retries=1) as engram:
            assert engram.list_buckets() == []


@pytest.mark.parametrize("status", ["500 X", "408 X"])
def test_what_may_not_pass_is_told_at_once(status: str) -> None:
    with ScriptedServer(_refused(status)) as server, impatient_client(server.url, retries=3) as engram:
        with pytest.raises(EngramError) as caught:
            engram.list_buckets()
        assert len(server.received) == 1
    assert caught.value.status == int(status[:3])


def test_a_write_that_is_tried_again_carries_the_same_key() -> None:
    stored = answer_json({"id": "1", "memory_id": "1"})
    with ScriptedServer([close], _refused("503 X", Retry_After="0"), [stored]) as server:
        with impatient_client(server.url, retries=2) as engram:
            engram.store_memory("Ana has a cat.")
            engram.store_memory("Ana has a cat.")
        keys = [received.headers["idempotency-key"] for received in server.received]
    assert len(set(keys[:3])) == 1 and len(set(keys)) == 2
    assert len({received.body for received in server.received}) == 1


# -- 429: what each hint leads to is in the tables of the retry policy, with waits that take no time


@pytest.mark.parametrize("hint", ["2", "600", "1000000000"])
def test_a_hint_beyond_the_deadline_is_not_waited_for(hint: str) -> None:
    with ScriptedServer(_refused("429 X", Retry_After=hint)) as server:
        with impatient_client(server.url, retries=3, deadline_seconds=1.0) as engram:
            assert isinstance(in_time(engram.list_buckets, 0.0), RateLimitError)


def test_retries_on_429_can_be_turned_off() -> None:
    with ScriptedServer(_refused("429 X", Retry_After="1")) as server, impatient_client(server.url) as engram:
        with pytest.raises(RateLimitError) as caught:
            engram.store_memory("Ana has a cat.")
        assert len(server.received) == 1
    assert (caught.value.status, caught.value.outcome) == (429, "rejected")


# -- redirects


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused_and_the_key_stays_here(status: int, verb: Verb) -> None:
    with ScriptedServer([echo]) as other:
        redirect = answer(b"", f"{status} X", headers=[("Location", f"{other.url}/v1/buckets")])
        with ScriptedServer([redirect]) as server, impatient_client(server.url) as engram:
            with pytest.raises(ProtocolError) as caught:
                verb(engram)
            assert len(server.received) == 1
    assert other.connections == 0
    assert other.url in str(caught.value)


# -- connections


def test_calls_in_a_row_share_one_connection() -> None:
    with ScriptedServer([LISTED]) as server, impatient_client(server.url) as engram:
        for _ in range(5):
            engram.list_buckets()
        assert server.connections == 1
        assert all(received.reads == 1 for received in server.received)


def test_a_client_closes_and_can_be_a_block() -> None:
    with ScriptedServer([LISTED]) as server:
        engram = impatient_client(server.url)
        with engram:
            engram.list_buckets()
        engram.close()
        engram.list_buckets()
        engram.close()
        assert server.connections == 2


def test_one_version_everywhere() -> None:
    with ScriptedServer([LISTED]) as server, impatient_client(server.url) as engram:
        engram.list_buckets()
        assert server.received[0].headers["user-agent"].endswith(f"/{__version__}")


# -- what can never work is refused when the client is made


@pytest.mark.parametrize("key", [f"{KEY}\n", f"{KEY}\r\nX: y", f"{KEY} ", "ключ", f"{KEY}\0", ""])
def test_a_key_that_no_header_can_carry(key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        EngramClient(api_key=key, base_url="http://127.0.0.1:1")
    assert KEY not in str(caught.value)


def test_a_base_url_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "v1").mkdir()
    for base_url in ("127.0.0.1:8377", tmp_path.as_uri(), "ftp://127.0.0.1", "data:,x"):
        with pytest.raises(ConfigurationError):
            EngramClient(api_key=KEY, base_url=base_url)


# -- what must not be sent is not sent

Call = Callable[[EngramClient], object]

UNSENDABLE: List[Call] = [
    lambda engram: engram.store_memory(b"bytes"),  # type: ignore[arg-type]  # a caller without a type checker
    lambda engram: engram.query("x", min_weighted_score=math.nan),
    lambda engram: engram.query("x", min_similarity_threshold=math.inf),
    lambda engram: engram.store_memory("half a pair: \ud800"),
    *[
        call
        for name in ("", ".", "..", "a\nb")
        for call in (
            lambda engram, name=name: engram.delete_memory(name),
            lambda engram, name=name: engram.get_memory(name),
            lambda engram, name=name: engram.delete_memory("m", name),
            lambda engram, name=name: engram.store_memory("x", name),
            lambda engram, name=name: engram.list_memories(name),
            lambda engram, name=name: engram.clear_memories(name),
            lambda engram, name=name: engram.delete_bucket(name),
            lambda engram, name=name: engram.get_profile(name),
        )
    ],
]


@pytest.mark.parametrize("call", UNSENDABLE)
def test_what_must_not_be_sent_is_not_sent(call: Call) -> None:
    with ScriptedServer([echo]) as server, impatient_client(server.url) as engram:
        with pytest.raises(ValidationError) as caught:
            call(engram)
        assert server.connections == 0
    assert (caught.value.outcome, caught.value.status) == ("not_sent", 0)


# -- errors travel


def test_errors_and_clients_pickle() -> None:
    with ScriptedServer(_refused("503 X", X_Request_Id="req_1"), [LISTED]) as server:
        with impatient_client(server.url) as engram:
            with pytest.raises(ServerError) as caught:
                engram.store_memory("Ana has a cat.")
            pickled = pickle.dumps(engram)
            again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is ServerError and vars(again) == vars(caught.value)
    assert again.request_id == "req_1" and again.idempotency_key
    assert KEY.encode() not in pickled
    assert isinstance(pickle.loads(pickled), EngramClient)
