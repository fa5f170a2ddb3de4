"""Every snippet of the structured memory's page runs here with nothing changed but what the page leaves open.

Its `...` are filled in: a scope and, where a request is cut short, its purpose. The bodies are as users have them in
their programs: no `with` and no `close`. What is asserted stands after each snippet.
"""

from __future__ import annotations

import gc
import logging
from pathlib import Path
from typing import Iterator

import pytest

from engram.types import ScopeInput

SCOPE: ScopeInput = {
    "tenant_id": "demo",
    "user_id": "alice",
    "agent_id": "planner-bot",
    "session_id": "session-1",
    "run_id": "run-1",
}


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield
    # What a program leaves open must be let go without a warning.
    gc.collect()


def test_synchronous(capsys: pytest.CaptureFixture[str]) -> None:
    from engram import Memory

    # 1. Initialize (In-Memory or File-based)
    mem = Memory(in_memory=True)

    # 2. Define Context Scope
    scope: ScopeInput = {
        "tenant_id": "demo",
        "user_id": "alice",
        "agent_id": "planner-bot",
        "session_id": "session-1",
        "run_id": "run-1"
    }

    # 3. Add a Fact (Long-term semantic memory)
    mem.upsert_fact(scope, {
        "fact_id": "f1",
        "fact_key": "user_preference",
        "value": "Alice prefers concise answers.",
        "status": "active",
        "confidence": 1.0
    })

    # 4. Generate a Context Packet for the LLM
    # This retrieves relevant facts, episodes, and working state based on the purpose.
    packet = mem.build_memory_packet({
        "scope": scope,
        "purpose": "responder",
        "budget": {"max_tokens": 2000}
    })

    print(f"Memory Packet Generated: {len(packet['long_term']['facts'])} facts included.")

    assert capsys.readouterr().out == "Memory Packet Generated: 1 facts included.\n"
    assert packet["budget_report"]["section_usage"]["facts"] == 54
    assert packet["budget_report"]["used_tokens_est"] == 112


def test_asynchronous(tmp_path: Path) -> None:
    import asyncio
    from engram import AsyncMemory

    async def main() -> None:
        mem = AsyncMemory(path="./agent.db")

        # Fire and forget concurrent writes
        await asyncio.gather(
            mem.append_event({"event_id": "e1", "kind": "message", "payload": "Hello", "scope": SCOPE}),
            mem.append_event({"event_id": "e2", "kind": "tool_result", "payload": "Success", "scope": SCOPE})
        )

        # Non-blocking read
        events = await mem.list_events(SCOPE)

        assert sorted(event["payload"] for event in events if isinstance(event["payload"], str)) == ["Hello", "Success"]
        assert (tmp_path / "agent.db").is_file()

    asyncio.run(main())


def test_observability(caplog: pytest.LogCaptureFixture) -> None:
    import logging
    # Enable DEBUG logs to see recall scoring and budget trimming decisions
    logging.basicConfig(level=logging.INFO)
    logging.getLogger("engram_store").setLevel(logging.DEBUG)

    _build_with_a_strict_policy()

    told = [record for record in caplog.records if record.name == "engram_store"]
    levels = {record.levelno for record in told}
    assert {logging.DEBUG, logging.INFO} <= levels
    assert any("candidates" in record.getMessage() for record in told)
    # What is logged is ids and numbers, and nothing that a record says.
    assert not [record for record in told if "Point" in record.getMessage()]


@pytest.fixture(autouse=True)
def _quiet_again() -> Iterator[None]:
    yield
    logging.getLogger("engram_store").setLevel(logging.NOTSET)


def _build_with_a_strict_policy() -> None:
    from engram import Memory

    mem = Memory("./agent.db")
    for number in range(50):
        mem.upsert_fact(SCOPE, {"fact_id": f"fact-{number}", "fact_key": f"data.point.{number}", "value": "Point"})

    strict_policy = {
        "max_facts": 5,             # Only top 5 relevant facts
        "max_episodes": 2,          # Only last 2 relevant episodes
        "episode_time_window_days": 7
    }

    budget = {
        "max_tokens": 1000,         # Hard limit
        "per_section": {"facts": 200} # Specific limit for facts
    }

    packet = mem.build_memory_packet({
        "scope": SCOPE,
        "purpose": "planner",
        "policy": strict_policy,  # type: ignore[typeddict-item]  # the page's own dict, of no declared type
        "budget": budget  # type: ignore[typeddict-item]  # the page's own dict, of no declared type
    })

    report = packet["budget_report"]
    assert report["section_usage"]["facts"] <= 200 and report["used_tokens_est"] <= 1000
    kept = [fact["fact_id"] for fact in packet["long_term"]["facts"]]
    assert kept == ["fact-0", "fact-1", "fact-10", "fact-11", "fact-12"][: len(kept)] and kept
    assert packet["explain"]["candidate_limits"] == {
        "max_total": 100, "facts": 5, "procedures": 5, "episodes": 2, "insights": 10
    }
    assert packet["explain"]["time_window_days"] == 7


def test_policies_and_budgets() -> None:
    _build_with_a_strict_policy()
