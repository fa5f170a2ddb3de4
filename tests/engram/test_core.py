"""What a client is beneath its verbs: options that are never changed in place, hooks, pickles, closing."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

import pytest

from engram import EngramClient
from engram.errors import (
    ConfigurationError,
    ConnectionFailedError,
    EngramError,
    RateLimitError,
    ServerError,
    TooLargeError,
)
from engram.transport.base import Headers, Next, Request, Response

from .recording import Recording, Reply, reply

KEY = "eng_test_canary_77aa"
BUCKETS: Dict[str, List[object]] = {"buckets": []}


@pytest.fixture
def server() -> Iterator[Recording]:
    with Recording(lambda sent: reply(BUCKETS)) as recording:
        yield recording


@pytest.fixture
def client(server: Recording) -> Iterator[EngramClient]:
    with EngramClient(base_url=server.url, api_key=KEY) as engram:
        yield engram


class Carrier:
    """A transport as a user would bring: it answers each request with what it is told."""

    def __init__(self, *answers: "Response | EngramError") -> None:
        self.requests: List[Request] = []
        self.closed = 0
        self._answers = list(answers)

    def send(self, request: Request, /) -> Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if self._answers else ok()
        if isinstance(answer, EngramError):
            raise answer
        return answer

    def close(self) -> None:
        self.closed += 1


def ok() -> Response:
    return Response(200, Headers([("content-type", "application/json")]), [b'{"buckets": []}'])


# -- a transport of one's own


def test_a_transport_is_two_methods() -> None:
    carrier = Carrier()
    with EngramClient(api_key=KEY, transport=carrier) as client:
        assert client.list_buckets() == []
    assert carrier.closed == 1
    (request,) = carrier.requests
    assert (request.method, request.target, request.body, request.stream) == ("GET", "/v1/buckets", None, False)
    assert request.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("of_client", "of_call", "bound"),
    [(None, None, 30.0), (5.0, None, 5.0), (5.0, 2.0, 2.0), (None, 2.0, 2.0), (2.0, 5.0, 5.0), (None, 100.0, 30.0)],
)
def test_the_deadline_of_a_call_goes_before_that_of_the_client(of_client: Any, of_call: Any, bound: float) -> None:
    carrier = Carrier()
    client = EngramClient(api_key=KEY, transport=carrier, deadline_seconds=of_client)
    began = time.monotonic()
    client.list_buckets(deadline_seconds=of_call)
    assert began + bound <= carrier.requests[0].deadline.at <= time.monotonic() + bound


def test_a_passed_deadline_sends_nothing_more() -> None:
    carrier = Carrier(*(ConnectionFailedError("gone", outcome="unknown") for _ in range(5)))
    client = EngramClient(api_key=KEY, transport=carrier, max_retries=5)
    with pytest.raises(ConnectionFailedError) as caught:
        client.list_buckets(deadline_seconds=1e-9)
    assert (len(carrier.requests), caught.value.attempts) == (1, 1)


def test_a_response_over_the_limit_is_an_error() -> None:
    client = EngramClient(api_key=KEY, transport=Carrier(ok(), ok()), max_response_bytes=15)
    assert client.list_buckets() == []
    with pytest.raises(TooLargeError):
        client.with_options(max_response_bytes=14).list_buckets()


def test_headers_of_ones_own_go_with_every_request(server: Recording) -> None:
    with EngramClient(base_url=server.url, api_key=KEY, headers={"X-Team": "memory"}) as client:
        client.list_buckets()
        client.with_options(max_retries=0).list_buckets()
    assert [sent.headers["x-team"] for sent in server.sent] == ["memory", "memory"]


# -- with_options


def test_other_options_make_another_client_over_the_same_connections(client: EngramClient, server: Recording) -> None:
    before = pickle.dumps(client)
    other = client.with_options(timeout_seconds=1.0, deadline_seconds=2.0, max_retries=0, max_retries_on_429=0)
    assert type(other) is EngramClient and other is not client
    assert pickle.dumps(client) == before
    server.script = lambda sent: reply({"error": "busy"}, 429, ("Retry-After", "0"))
    with pytest.raises(RateLimitError) as caught:
        other.list_buckets()
    assert caught.value.attempts == 1
    assert repr(other) == repr(client)


def test_options_that_are_not_given_stay(server: Recording) -> None:
    carrier = Carrier()
    client = EngramClient(api_key=KEY, transport=carrier, timeout_seconds=7.0, deadline_seconds=5.0)
    began = time.monotonic()
    client.with_options(max_retries=0).list_buckets()
    client.with_options(deadline_seconds=None).list_buckets()
    ended = time.monotonic()
    for request, seconds in zip(carrier.requests, (5.0, 7.0)):
        assert began + seconds <= request.deadline.at <= ended + seconds


def test_a_subclass_stays_itself(server: Recording) -> None:
    class Mine(EngramClient):
        pass

    with Mine(base_url=server.url, api_key=KEY) as client:
        assert type(client.with_options(max_retries=0)) is Mine


# -- hooks


def test_hooks_wrap_each_attempt_the_first_outermost(server: Recording) -> None:
    told: List[str] = []

    def hook(name: str) -> Callable[[Request, Next], Response]:
        def wrap(request: Request, send: Next) -> Response:
            told.append(f"{name} before")
            response = send(request)
            told.append(f"{name} after {response.status}")
            return response

        return wrap

    server.replies([reply({"error": "x"}, 503), reply(BUCKETS)])
    with EngramClient(base_url=server.url, api_key=KEY, hooks=[hook("outer"), hook("inner")]) as client:
        assert client.list_buckets() == []
    once = ["outer before", "inner before", "inner after {}", "outer after {}"]
    assert told == [line.format(status) for status in (503, 200) for line in once]


def test_a_hook_may_replace_request_and_response(server: Recording, client: EngramClient) -> None:
    def rewrite(request: Request, send: Next) -> Response:
        headers = Headers([*request.headers.items(), ("X-Trace", "t-1")])
        response = send(request._replace(headers=headers, target="/v1/buckets?limit=1"))
        assert response.read() == b'{"buckets": []}'
        return Response(200, response.headers, [b'{"buckets": [{"id": "from the hook"}]}'])

    other = client.with_options(hooks=[rewrite])
    assert other.list_buckets() == [{"id": "from the hook"}]
    assert (server.sent[0].target, server.sent[0].headers["x-trace"]) == ("/v1/buckets?limit=1", "t-1")
    assert client.list_buckets() == [] and "x-trace" not in server.sent[1].headers
    assert (len(other.hooks), len(client.hooks)) == (1, 0)


def test_a_hook_may_answer_without_sending(server: Recording, client: EngramClient) -> None:
    other = client.with_options(hooks=[lambda request, send: ok()])
    assert other.list_buckets() == []
    assert server.sent == []


def test_what_a_hook_raises_is_its_own(server: Recording, client: EngramClient) -> None:
    class Mine(Exception):
        pass

    def refuse(request: Request, send: Next) -> Response:
        raise Mine

    with pytest.raises(Mine):
        client.with_options(hooks=[refuse]).list_buckets()
    assert server.sent == []


def test_a_hook_sees_the_key_and_its_repr_does_not_show_it(server: Recording, client: EngramClient) -> None:
    seen: List[Request] = []

    def look(request: Request, send: Next) -> Response:
        seen.append(request)
        return send(request)

    client.with_options(hooks=[look]).list_buckets()
    assert seen[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(seen[0])


# -- errors know what was sent


def test_an_error_of_a_write_has_the_key_it_was_sent_with(server: Recording, client: EngramClient) -> None:
    server.script = lambda sent: reply({"error": "broken", "code": "internal_error"}, 500, ("X-Request-Id", "req_7"))
    with pytest.raises(ServerError) as caught:
        client.store_memory("x")
    error = caught.value
    assert error.idempotency_key == server.sent[0].headers["idempotency-key"]
    assert (error.status, error.code, error.request_id, error.attempts) == (500, "internal_error", "req_7", 1)
    assert error.outcome == "unknown" and error.body == {"error": "broken", "code": "internal_error"}
    twin = pickle.loads(pickle.dumps(error))
    assert vars(twin) == vars(error)


def test_retries_of_a_write_carry_one_key(server: Recording, client: EngramClient) -> None:
    server.replies([Reply(503), Reply(502), reply({"id": "m"})])
    client.store_memory("x")
    assert len({sent.headers["idempotency-key"] for sent in server.sent}) == 1
    assert len({sent.body for sent in server.sent}) == 1 and len(server.sent) == 3


# -- secrets, pickles, copies


def test_no_repr_shows_the_key(client: EngramClient) -> None:
    shown = [repr(client), str(client), repr(vars(client)), repr(client.with_options(max_retries=1)), f"{client!s}"]
    shown.append(repr(client.with_raw_response))
    assert not any(KEY in text for text in shown)
    assert "127.0.0.1" in repr(client)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_client_pickles_without_its_key_and_reads_it_from_the_environment(
    protocol: int, server: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EngramClient(base_url=server.url, api_key=KEY, headers={"X-Team": "m"}, max_retries=0) as client:
        pickled = pickle.dumps(client, protocol)
    assert KEY.encode() not in pickled
    twin = pickle.loads(pickled)
    with pytest.raises(ConfigurationError, match="ENGRAM_API_KEY") as caught:
        twin.list_buckets()
    assert caught.value.outcome == "not_sent" and server.sent == []
    monkeypatch.setenv("ENGRAM_API_KEY", "eng_test_from_the_environment")
    with twin:
        assert twin.list_buckets() == []
        assert twin.with_options(max_retries=1).list_buckets() == []
    assert {sent.headers["authorization"] for sent in server.sent} == {"Bearer eng_test_from_the_environment"}
    assert {sent.headers["x-team"] for sent in server.sent} == {"m"}


def test_a_client_that_was_used_pickles_too(server: Recording, client: EngramClient) -> None:
    client.list_buckets()
    assert KEY.encode() not in pickle.dumps(client)


def test_a_copy_has_no_key_either(client: EngramClient) -> None:
    assert KEY not in repr(vars(copy.copy(client)))


# -- closing


def test_closing_twice_is_fine_and_so_is_going_on(server: Recording) -> None:
    client = EngramClient(base_url=server.url, api_key=KEY)
    client.close()
    assert client.list_buckets() == []
    client.close()
    client.close()


def test_making_a_client_connects_to_nobody() -> None:
    EngramClient(base_url="http://127.0.0.1:9", api_key=KEY).close()


# -- local


def test_a_local_client_is_the_server_in_this_process(tmp_path: Path) -> None:
    with EngramClient.local() as engram:
        engram.store_memory("Ana has a cat.")
        assert "cat" in engram.query("What does Ana have?")["answer"]
        assert ":memory:" in repr(engram)
    with EngramClient.local() as engram:
        assert engram.list_buckets() == []


def test_a_file_keeps_what_a_local_client_stored(tmp_path: Path) -> None:
    path = tmp_path / "engram.db"
    with EngramClient.local(str(path)) as engram:
        stored = engram.store_memory("Ana has a cat.")
    with EngramClient.local(path) as engram:
        assert engram.get_memory(stored["id"])["content"] == "Ana has a cat."
        assert str(path) in repr(engram)


def test_two_local_clients_may_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "engram.db"
    with EngramClient.local(path) as first, EngramClient.local(path) as second:
        first.store_memory("Ana has a cat.")
        assert second.list_memories()["total"] == 1
        second.store_memory("Bo has a dog.")
        assert first.list_memories()["total"] == 2


@pytest.mark.parametrize("content", [b"shopping list " * 100, b"SQLite format 3\0" + b"x" * 5000])
def test_a_file_that_is_no_database_of_ours_is_a_configuration_error_and_untouched(
    content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        EngramClient.local(path)
    assert caught.value.outcome == "not_sent" and "notes.db" in str(caught.value)
    assert path.read_bytes() == content
    assert [child.name for child in tmp_path.iterdir()] == ["notes.db"]


def test_a_path_that_cannot_be_a_file_is_a_configuration_error(tmp_path: Path) -> None:
    """The empty one too: whoever read it from a setting that is not set would lose everything without a sign."""
    for path in (tmp_path / "missing" / "engram.db", tmp_path, ""):
        with pytest.raises(ConfigurationError):
            EngramClient.local(path)


def test_a_local_client_that_was_closed_raises_our_error(tmp_path: Path) -> None:
    engram = EngramClient.local()
    engram.close()
    with pytest.raises(EngramError):
        engram.list_buckets()


def test_the_server_is_imported_only_when_a_local_client_is_made() -> None:
    code = (
        "import sys, engram\n"
        "client = engram.EngramClient(api_key='k')\n"
        "assert not any(name.startswith('engram_server') for name in sys.modules), 'imported too early'\n"
        "assert 'sqlite3' not in sys.modules\n"
        "engram.EngramClient.local().close()\n"
        "assert 'engram_server.app' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
