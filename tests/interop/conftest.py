"""fakellm, a mock of the OpenAI API that others wrote: a real server in a process of its own."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import Iterator, List

import pytest

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


@pytest.fixture(scope="session")
def fakellm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a fakellm server that answers by `RULES`."""
    if importlib.util.find_spec("fakellm") is None:
        pytest.skip("fakellm is not installed (it is in the `interop` extra)")
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
