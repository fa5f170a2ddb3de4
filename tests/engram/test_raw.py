"""Results with the response beside them."""

from __future__ import annotations

import inspect
from typing import Iterator, List

import pytest

from engram import EngramClient, EngramError
from engram.errors import NotFoundError
from engram.raw import RawResponse, RawVerbs
from engram.transport.base import Next, Request, Response

from .recording import Recording, Reply, reply
from .verbs import COMMON, OURS, STREAMS, Verb

KEY = "eng_test_canary_raw"


@pytest.fixture
def server() -> Iterator[Recording]:
    with Recording() as recording:
        yield recording


@pytest.fixture
def client(server: Recording) -> Iterator[EngramClient]:
    with EngramClient(base_url=server.url, api_key=KEY) as engram:
        yield engram


@pytest.mark.parametrize("verb", [*COMMON, *OURS], ids=str)
def test_every_verb_has_its_result_and_its_response(verb: Verb, server: Recording, client: EngramClient) -> None:
    headers = (*verb.reply.headers, ("X-Request-Id", "req_raw"))
    server.script = lambda sent: verb.reply._replace(headers=headers)
    plain = verb.on(client)
    raw = getattr(client.with_raw_response, verb.name)(*verb.args, **verb.kwargs)
    assert isinstance(raw, RawResponse)
    assert (list(raw.data) if verb.name in STREAMS else raw.data) == plain
    assert (raw.status, raw.request_id) == (verb.reply.status, "req_raw")
    assert raw.headers["x-request-id"] == "req_raw" and "X-Request-Id" not in raw.headers
    first, second = server.sent
    assert first.said == second.said


def test_no_verb_is_missing_or_without_its_words() -> None:
    composed = {"store_many", "iter_memories"}
    plain = {name for name, _ in inspect.getmembers(EngramClient, inspect.isfunction) if not name.startswith("_")}
    raw = {name for name, _ in inspect.getmembers(RawVerbs, inspect.isfunction) if not name.startswith("_")}
    assert raw == plain - composed - {"close", "with_options"}
    for name in raw:
        assert getattr(RawVerbs, name).__doc__ == getattr(EngramClient, name).__doc__
        assert getattr(RawVerbs, name).__name__ == name


def test_after_retries_it_is_the_last_response(server: Recording, client: EngramClient) -> None:
    server.replies([Reply(503), reply({"buckets": []}, 200, ("X-Request-Id", "req_second"))])
    raw = client.with_raw_response.list_buckets()
    assert (raw.status, raw.request_id, len(server.sent)) == (200, "req_second", 2)


def test_an_answer_without_an_id_has_none(server: Recording, client: EngramClient) -> None:
    server.replies([reply({"buckets": []})])
    assert client.with_raw_response.list_buckets().request_id == ""


def test_a_refusal_is_raised_as_ever(server: Recording, client: EngramClient) -> None:
    server.replies([reply({"error": "Bucket not found"}, 404)])
    with pytest.raises(NotFoundError):
        client.with_raw_response.list_memories("nobody")
    with pytest.raises(EngramError) as caught:
        client.with_raw_response.delete_memory("")
    assert caught.value.outcome == "not_sent" and len(server.sent) == 1


def test_hooks_stay_and_see_each_request_once(server: Recording, client: EngramClient) -> None:
    seen: List[str] = []

    def look(request: Request, send: Next) -> Response:
        seen.append(request.target)
        return send(request)

    server.script = lambda sent: reply({"buckets": []})
    hooked = client.with_options(hooks=[look])
    hooked.with_raw_response.list_buckets()
    hooked.list_buckets()
    assert seen == ["/v1/buckets"] * 2
    assert hooked.hooks == (look,)


def test_a_raw_response_shows_no_body_and_no_key(server: Recording, client: EngramClient) -> None:
    server.replies([reply({"buckets": [{"name": "secret bucket"}]}, 200, ("X-Request-Id", "req_1"))])
    shown = repr(client.with_raw_response.list_buckets())
    assert shown == "<RawResponse 200 req_1>"
