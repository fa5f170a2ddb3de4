"""The provider against fakellm."""

from __future__ import annotations

import re

import pytest

from engram_server.provider import Completion, Provider, ProviderError
from engram_server.recall.prompt import messages

from .conftest import ANSWER

ASKED = messages("Who has a cat?", ["Caroline's cat is called Tom."])


def test_a_whole_answer(fakellm: str) -> None:
    completion = Provider(fakellm, "gpt-4o-mini", "sk-test").complete(ASKED, 100)
    assert completion.text == ANSWER
    assert completion.input_tokens > 20 and completion.output_tokens > 3


def test_a_streamed_answer(fakellm: str) -> None:
    *pieces, whole = Provider(fakellm, "gpt-4o-mini", "sk-test").stream(ASKED, 100)
    assert pieces == re.findall(r" ?\S+", ANSWER)
    assert isinstance(whole, Completion) and whole.text == ANSWER
    assert whole.input_tokens > 20 and whole.output_tokens > 3


def test_a_stream_left_early_leaves_the_server_well(fakellm: str) -> None:
    provider = Provider(fakellm, "gpt-4o-mini")
    for _ in range(3):
        items = provider.stream(ASKED, 100)
        assert next(items) == "Caroline"
        items.close()
    assert provider.complete(ASKED, 100).text == ANSWER


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("refused", r"refused the API key \(401\): Incorrect API key provided"),
        ("busy", r"over its rate limit \(429\): Slow down"),
        ("broken", r"failed \(500\): Mock error"),
        ("tool", "without text"),
    ],
)
def test_refusals(fakellm: str, model: str, message: str) -> None:
    with pytest.raises(ProviderError, match=message):
        Provider(fakellm, model, "sk-test").complete(ASKED, 100)


def test_a_streamed_call_of_a_tool_is_no_answer(fakellm: str) -> None:
    with pytest.raises(ProviderError, match="without text"):
        list(Provider(fakellm, "tool", "sk-test").stream(ASKED, 100))


def test_a_wrong_base_url(fakellm: str) -> None:
    with pytest.raises(ProviderError, match=r"knows no such URL or no such model \(404\): Not Found"):
        Provider(fakellm.replace("/v1", "/v2"), "gpt-4o-mini").complete(ASKED, 100)
