"""Answers that a model writes, from the client through the server to a real OpenAI-compatible endpoint and back."""

from __future__ import annotations

import json
import urllib.request
from typing import Iterator

import pytest

from engram import EngramClient, PreconditionFailedError, ServerError
from engram.testing import LiveServer, serve
from engram_server.config import Settings

from .conftest import ANSWER

QUESTION = "Who has a cat?"


@pytest.fixture
def server(fakellm: str) -> Iterator[LiveServer]:
    settings = Settings(db=":memory:", require_provider=True, llm_base_url=fakellm, llm_model="gpt-4o-mini")
    with serve(settings) as live:
        yield live


@pytest.fixture
def engram(server: LiveServer) -> Iterator[EngramClient]:
    with server.client() as client:
        client.store_memory("Caroline has a cat called Tom.")
        yield client


def test_a_model_writes_the_answer(engram: EngramClient) -> None:
    result = engram.query(QUESTION)
    assert result["answer"] == ANSWER
    assert result["synthesis_usage"]["model"] == "gpt-4o-mini"
    assert result["usage"]["output_tokens"] > 0
    assert [row["content"] for row in result["explanation"]["retrieved_memories"]] == [
        "Caroline has a cat called Tom."
    ]


def test_its_tokens_are_streamed_through(engram: EngramClient) -> None:
    events = list(engram.query_stream(QUESTION))
    pieces = [event["content"] for event in events if event["type"] == "delta"]
    assert len(pieces) > 3 and "".join(pieces) == ANSWER
    assert events[-1]["type"] == "done" and events[-1]["answer"] == ANSWER


def test_a_text_that_is_no_json_is_kept_and_its_value_is_null(engram: EngramClient) -> None:
    result = engram.query(QUESTION, return_format="json", response_schema={"type": "object"})
    assert result["answer"] == ANSWER and result["answer_json"] is None


@pytest.mark.parametrize("model", ["refused", "busy", "broken", "tool"])
def test_a_provider_that_fails_is_a_502(server: LiveServer, engram: EngramClient, fakellm: str, model: str) -> None:
    put_provider(server, fakellm, model)
    with pytest.raises(ServerError) as caught:
        engram.with_options(max_retries=0).query(QUESTION)
    assert (caught.value.status, caught.value.code) == (502, "provider_failed")


def test_a_provider_that_fails_before_the_first_token_is_a_502_and_no_stream(
    server: LiveServer, engram: EngramClient, fakellm: str
) -> None:
    put_provider(server, fakellm.replace("/v1", "/v2"), "gpt-4o-mini")
    with pytest.raises(ServerError) as caught:
        engram.with_options(max_retries=0).query_stream(QUESTION)
    assert (caught.value.status, caught.value.code) == (502, "provider_failed")


def test_recall_alone_needs_no_provider_and_the_rest_does(fakellm: str) -> None:
    with serve(Settings(db=":memory:", require_provider=True)) as server, server.client() as client:
        with pytest.raises(PreconditionFailedError):
            client.store_memory("Caroline has a cat called Tom.")
        with pytest.raises(PreconditionFailedError):
            client.query(QUESTION)
        assert client.query(QUESTION, skip_synthesis=True)["memories_found"] == 0
        put_provider(server, fakellm, "gpt-4o-mini")
        client.store_memory("Caroline has a cat called Tom.")
        assert client.query(QUESTION)["answer"] == ANSWER


def put_provider(server: LiveServer, base_url: str, model: str) -> None:
    """Set the tenant's provider, for which the client has no verb."""
    body = {"base_url": base_url, "model": model, "api_key": "sk-test"}
    headers = {"Authorization": f"Bearer {server.api_key}"}
    request = urllib.request.Request(server.url + "/v1/provider", json.dumps(body).encode(), headers, method="PUT")
    urllib.request.urlopen(request).close()
