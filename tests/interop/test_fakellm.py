"""The provider against fakellm, a mock of the OpenAI API that others wrote: a real server in a process of its own."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import Iterator, List

import pytest

from engram_server.provider import Completion, Provider, ProviderError
from engram_server.recall.prompt import messages

if importlib.util.find_spec("fakellm") is None:
    pytest.skip("fakellm is not installed (it is in the `interop` extra)", allow_module_level=True)

ANSWER = "Caroline has a cat called Tom [1]."
RULES = f"""
version: 1
rules:
  - name: refused
    when:
      model_matches: "refused"
    respond:
      status: 401
      error: "Incorrect API key provided"
  - name: busy
    when:
      model_matches: "busy"
    respond:
      status: 429
      error: "Slow down"
  - name: broken
    when:
      model_matches: "broken"
    respond:
      status: 500
  - name: tool
    when:
      model_matches: "tool"
    respond:
      tool_calls:
        - name: search
          arguments: {{}}
  - name: answer
    when:
      messages_contain: "Who has a cat?"
    respond:
      content: "{ANSWER}"
"""
ASKED = messages("Who has a cat?", ["Caroline's cat is called Tom."])
# How long a server on a busy machine may take to say that it listens, and to stop.
PATIENCE_SECONDS = 60


def _url_of(server: "subprocess.Popen[str]") -> str:
    """Read the server's log up to the line that tells its address."""
    assert server.stderr is not None
    log: List[str] = []
    for line in server.stderr:
        log.append(line)
        match = re.search(r"running on (http://127\.0\.0\.1:\d+)", line)
        if match:
            return f"{match.group(1)}/v1"
    raise AssertionError("fakellm did not start: " + "".join(log))


@pytest.fixture(scope="module")
def fakellm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a fakellm server that answers by `RULES`."""
    config: Path = tmp_path_factory.mktemp("fakellm") / "rules.yaml"
    config.write_text(RULES)
    command = [sys.executable, "-c", "from fakellm.cli import main; main()", "serve", "--port", "0"]
    with subprocess.Popen(
        [*command, "--config", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            yield _url_of(server)
        finally:
            server.terminate()
            server.communicate(timeout=PATIENCE_SECONDS)


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
