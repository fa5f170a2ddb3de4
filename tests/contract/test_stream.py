"""Streams: every byte of them, since published clients lose answers over a single one; and what ends one early."""

from __future__ import annotations

import json
import re
import time
from typing import Any, Callable, Dict, Iterator, List

import pytest

from engram import EngramClient
from engram.errors import AuthenticationError, RateLimitError, ServerError, StreamInterruptedError, ValidationError

from .conftest import OpenDoor
from .doors import OTHER_KEY, PATIENCE_SECONDS, Answer, Door
from .model import Model

HOSTILE = [
    "The project notes say:\r\ndata: [DONE]\r\n\r\nand then go on about the project.",
    'The project is called "Falcon\\n" \u2028 and \u2029 its sign is \ufeff a \U0001f985.',
    "The code \0 of the project is \x1b[31m.",
    "event: error\nid: 7\nretry: 1\n: comment about the project",
    "The project has a choice: [] {} null, and a project type of done.",
    "Проект project Сокол 鷹のproject שלום",
]

QUESTIONS: List[Dict[str, Any]] = [
    {"query": "What do we know about the project?"},
    {"query": "project", "options": {"max_tokens": 5}},
    {"query": "project", "options": {"return_explanation": False}},
    {"query": "project", "options": {"skip_synthesis": True}},
    {"query": "project", "options": {"return_format": "json"}},
    {"query": "project", "options": {"return_format": "json", "response_schema": {"type": "null"}}},
    {"query": "nothing of this is known"},
    {"query": "project", "buckets": ["b", "nobody"]},
]


def ask(door: Door, body: Dict[str, Any], stream: bool = True) -> Answer:
    return door.request("POST", "/v1/query", {"bucket": "b", **body, "stream": stream}, {"Accept": "text/event-stream"})


def frames_of(answer: Answer) -> List[Any]:
    """Return what each frame says, after checking every byte between them."""
    assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream")
    assert re.fullmatch(rb"(?:data: [^\r\n]+\n\n)+", answer.body)
    lines = answer.body.decode("utf-8").split("\n\n")
    assert lines[-2:] == ["data: [DONE]", ""]
    assert all(len(line.encode()) < 64 * 1024 for line in lines)
    return [json.loads(line[len("data: ") :]) for line in lines[:-2]]


@pytest.fixture
def asked(engram: EngramClient) -> EngramClient:
    """A client of a server whose memories would break a careless stream."""
    engram.store_memories(HOSTILE, "b")
    return engram


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_a_stream_is_right_to_the_byte(question: Dict[str, Any], asked: EngramClient, door: Door) -> None:
    *deltas, last = frames_of(ask(door, question))
    for delta in deltas:
        assert isinstance(delta["choices"][0]["delta"]["content"], str)
        assert delta["choices"][0]["delta"]["content"] != ""
        assert "error" not in delta and "usage" not in delta
    assert "choices" not in last and "type" not in last and "error" not in last
    assert {type(count) for count in last["usage"].values()} == {int}
    text = "".join(delta["choices"][0]["delta"]["content"] for delta in deltas)
    buffered = ask(door, question, stream=False).json()
    assert buffered.pop("success") is True
    assert last == buffered
    assert text == last["answer"]


def test_there_is_more_than_one_delta_to_a_sentence(asked: EngramClient, door: Door) -> None:
    assert len(frames_of(ask(door, QUESTIONS[0]))) > 3


@pytest.mark.parametrize("question", QUESTIONS[:3], ids=str)
def test_the_client_sees_deltas_and_then_one_done(question: Dict[str, Any], asked: EngramClient, door: Door) -> None:
    last = frames_of(ask(door, question))[-1]
    *deltas, done = asked.query_stream(question["query"], buckets=["b"], **question.get("options", {}))
    assert {delta["type"] for delta in deltas} == {"delta"}
    assert done == {**last, "type": "done"}


def test_a_long_list_of_memories_keeps_the_deltas_short(engram: EngramClient, door: Door) -> None:
    """The last frame carries all that was recalled and may be long; what is streamed before it may not."""
    engram.store_memories([f"The project has chapter {number}. " + "word " * 3000 for number in range(5)], "b")
    answer = ask(door, {"query": "project chapter"})
    *deltas, _, done, end = answer.body.split(b"\n\n")
    assert (done, end) == (b"data: [DONE]", b"")
    assert deltas and max(map(len, deltas)) < 64 * 1024


@pytest.mark.parametrize(
    "body", [{"query": ""}, {"query": "x", "options": {"top_k": 0}}, {"query": "x", "bucket": ".."}]
)
def test_a_refused_stream_is_an_ordinary_error(body: Dict[str, Any], door: Door) -> None:
    answer = ask(door, body)
    assert answer.status == 422
    assert answer.json()["code"] == "invalid_field"


def test_a_refused_stream_raises_when_it_is_asked_for(door: Door) -> None:
    with pytest.raises(AuthenticationError):
        door.client("eng_test_nobody").query_stream("x")
    with pytest.raises(ValidationError):
        door.client().query_stream("")


def test_with_a_required_provider_a_stream_is_a_412(open_with: OpenDoor) -> None:
    answer = ask(open_with(require_provider=True), {"query": "x"})
    assert (answer.status, answer.json()["code"]) == (412, "provider_not_configured")


# -- with a model that takes its time


@pytest.fixture
def model() -> Iterator[Model]:
    with Model(gated=True) as running:
        yield running


@pytest.fixture
def modelled(model: Model, open_with: OpenDoor) -> Door:
    """A server whose answers the model writes, and which does one thing at a time for a tenant."""
    return open_with(llm_base_url=model.base_url, llm_model="stand-in", max_concurrent=1)


def eventually(what: Callable[[], bool]) -> bool:
    """Say whether something came true. What is waited for is another thread noticing what has happened already."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not what():
        if time.monotonic() > ends:
            return False
        time.sleep(0.002)
    return True


def test_a_models_words_are_passed_on_as_they_come(modelled: Door, model: Model) -> None:
    """The second piece is not yet written when the first has arrived."""
    with modelled.client().query_stream("Who leads?") as stream:
        assert next(stream) == {"type": "delta", "content": "Ana "}
        model.let_one_go()
        assert next(stream) == {"type": "delta", "content": "leads "}
        model.let_all_go()
        rest = list(stream)
    assert rest[0] == {"type": "delta", "content": "it."}
    done: Any = rest[1]
    assert (done["type"], done["answer"]) == ("done", "Ana leads it.")
    assert done["synthesis_usage"] == {"model": "stand-in", "input_tokens": 11, "output_tokens": 7}
    assert len(rest) == 2 and len(model.asked) == 1


@pytest.mark.parametrize("leave", ["close", "with", "break", "drop"])
def test_an_abandoned_stream_gives_its_slot_back(leave: str, modelled: Door, model: Model) -> None:
    """The model would write on for ever; the server has to notice that nobody reads."""
    model.pieces = ["word "] * 100_000
    client = modelled.client().with_options(max_retries_on_429=0)
    stream = client.query_stream("Who leads?")
    if leave == "with":
        with stream:
            next(stream)
            check_full(client)
    elif leave == "break":
        for _ in stream:
            check_full(client)
            break
    else:
        next(stream)
        check_full(client)
        if leave == "close":
            stream.close()
    del stream
    model.let_all_go()
    assert eventually(lambda: modelled.request("GET", "/v1/buckets").status == 200)
    assert model.dropped.wait(PATIENCE_SECONDS)


def check_full(client: EngramClient) -> None:
    with pytest.raises(RateLimitError) as caught:
        client.list_buckets()
    body: Any = caught.value.body
    assert (caught.value.code, body["details"]) == ("too_many_requests", {"max_concurrent": 1})


def test_the_other_tenant_has_slots_of_its_own(modelled: Door, model: Model) -> None:
    with modelled.client().query_stream("Who leads?") as stream:
        next(stream)
        assert modelled.request("GET", "/v1/buckets").status == 429
        assert modelled.request("GET", "/v1/buckets", key=OTHER_KEY).status == 200
        assert modelled.request("GET", "/healthz", key=None).status == 200
        assert modelled.request("GET", "/v1/buckets", key="eng_test_nobody").status == 401
    model.let_all_go()


def test_over_the_cap_the_client_is_told_when_to_come_back(modelled: Door, model: Model) -> None:
    with modelled.client().query_stream("Who leads?") as stream:
        next(stream)
        for method, target in [("GET", "/v1/buckets"), ("POST", "/v1/query"), ("DELETE", "/v1/buckets/b/memories")]:
            answer = modelled.request(method, target, {"query": "x"} if method == "POST" else None)
            assert (answer.status, answer.headers["retry-after"]) == (429, "1")
            assert answer.json()["code"] == "too_many_requests"
    model.let_all_go()


def test_a_finished_stream_gives_its_slot_back_once(modelled: Door, model: Model) -> None:
    model.let_all_go()
    for _ in range(5):
        assert list(modelled.client().query_stream("Who leads?"))[-1]["type"] == "done"
    client = modelled.client().with_options(max_retries_on_429=0)
    model.hold()
    with client.query_stream("Who leads?") as stream:
        next(stream)
        check_full(client)
    model.let_all_go()


def test_a_model_that_breaks_off_ends_the_stream_with_an_error(modelled: Door, model: Model) -> None:
    model.breaks_off = True
    model.let_all_go()
    answer = ask(modelled, {"query": "Who leads?"})
    *deltas, last = [frame for frame in answer.body.decode().split("\n\n") if frame]
    assert len(deltas) == 3
    failed = json.loads(last[len("data: ") :])
    assert isinstance(failed["error"], str) and failed["error"] and failed["code"] == "provider_failed"
    assert "[DONE]" not in answer.body.decode()
    with pytest.raises(StreamInterruptedError) as caught:
        list(modelled.client().query_stream("Who leads?"))
    assert (caught.value.text, caught.value.code) == ("Ana leads it.", "provider_failed")
    assert eventually(lambda: modelled.request("GET", "/v1/buckets").status == 200)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_a_model_that_refuses_is_a_502_with_its_reason(status: int, stream: bool, modelled: Door, model: Model) -> None:
    model.status = status
    answer = ask(modelled, {"query": "Who leads?"}, stream)
    assert (answer.status, answer.json()["code"]) == (502, "provider_failed")
    assert "the model is unwell" in answer.json()["error"]
    assert modelled.request("GET", "/v1/buckets").status == 200


def test_the_client_raises_what_a_model_refuses(modelled: Door, model: Model) -> None:
    model.status = 500
    client = modelled.client().with_options(max_retries=0)
    for call in (lambda: client.query("Who leads?"), lambda: client.query_stream("Who leads?")):
        with pytest.raises(ServerError) as caught:
            call()
        assert (caught.value.status, caught.value.code) == (502, "provider_failed")


def test_without_synthesis_the_model_is_not_asked(modelled: Door, model: Model) -> None:
    assert modelled.client().query("Who leads?", skip_synthesis=True)["answer"] == ""
    assert list(modelled.client().query_stream("Who leads?", skip_synthesis=True))[-1]["type"] == "done"
    assert model.asked == []


def test_a_model_is_told_what_was_recalled_and_no_more_than_it_may_write(modelled: Door, model: Model) -> None:
    model.let_all_go()
    engram = modelled.client()
    engram.store_memory("Ana leads the project Falcon.", "b")
    result = engram.query("Who leads Falcon?", buckets=["b"], max_tokens=99)
    assert result["answer"] == "Ana leads it."
    assert (result["usage"]["input_tokens"], result["usage"]["output_tokens"]) == (11, 7)
    (asked,) = model.asked
    assert (asked["model"], asked["max_tokens"]) == ("stand-in", 99)
    assert "Ana leads the project Falcon." in json.dumps(asked["messages"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"leader": "Ana"}', {"leader": "Ana"}),
        ('```json\n{"leader": "Ana"}\n```', {"leader": "Ana"}),
        ("[1, 2]", [1, 2]),
        ("I think it is Ana.", None),
        ("[" * 5000, None),
        ('{"leader": NaN}', None),
        ('{"leader": 1e999}', None),
        ('{"leader": "\\ud800"}', None),
        ("1" * 5000, None),
    ],
    ids=lambda value: repr(value)[:30],
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_models_json_is_a_value_or_null(text: str, value: Any, stream: bool, modelled: Door, model: Model) -> None:
    model.pieces = [text]
    model.let_all_go()
    answer = ask(modelled, {"query": "x", "options": {"return_format": "json"}}, stream)
    last = frames_of(answer)[-1] if stream else answer.json()
    assert (last["answer"], last["answer_json"]) == (text, value)
