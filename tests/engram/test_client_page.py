"""Every snippet of the hosted API's client page runs here with the import changed and nothing else.

The bodies below are as users have them in their programs: no `with`, no `close`, keys in the environment or written
out. What is asserted stands after each snippet.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from typing import Iterator

import pytest

from engram.testing import LiveServer, serve
from engram_server.config import Settings

KEY = "eng_live_..."


@pytest.fixture(scope="module")
def hosted() -> Iterator[LiveServer]:
    """A server that takes the key of the page."""
    with serve(Settings(db=":memory:", api_keys=(("default", KEY),))) as server:
        yield server


@pytest.fixture(autouse=True)
def _environment(hosted: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ENGRAM_API_KEY", KEY)
    monkeypatch.setenv("ENGRAM_BASE_URL", hosted.url)
    yield
    hosted.reset()


def test_quickstart(capsys: pytest.CaptureFixture[str]) -> None:
    from engram import EngramClient

    engram = EngramClient(api_key="eng_live_...")  # or set ENGRAM_API_KEY and omit

    # Store a fact
    engram.store_memory("User prefers dark mode.", "user-123")

    # Recall — returns a synthesized answer plus the memories that contributed
    result = engram.query(
        "What are this user's UI preferences?",
        buckets=["user-123"],
    )

    print(result["answer"])
    print(result.get("explanation", {}).get("retrieved_memories", []))

    assert "dark mode" in capsys.readouterr().out
    json.dumps(result)  # "They behave as ordinary dict at runtime".


def test_configuration() -> None:
    from engram import EngramClient

    EngramClient(
        api_key="eng_live_...",            # or ENGRAM_API_KEY env var
        base_url="https://api.lumetra.io", # or ENGRAM_BASE_URL env var
        timeout_seconds=30.0,              # default 30s
        max_retries_on_429=3,              # auto-retry on per-tenant rate limit; 0 disables
    )


def test_without_a_key_nothing_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    from engram import EngramClient

    monkeypatch.delenv("ENGRAM_API_KEY")
    with pytest.raises(ValueError, match="api_key is required"):
        EngramClient()


def test_api_surface() -> None:
    """The calls of the section of that name, positions and defaults included."""
    from engram import EngramClient

    engram = EngramClient()

    one = engram.store_memory("A single fact.")
    many = engram.store_memories(["A batch", "of facts."])
    assert [one["status"], *(result["status"] for result in many["memories"])] == ["stored"] * 3
    page = engram.list_memories(limit=20, offset=0)
    assert [memory["content"] for memory in page["memories"]] == ["of facts.", "A batch", "A single fact."]
    assert (page["total"], page["limit"], page["offset"]) == (3, 20, 0)
    engram.delete_memory(one["id"])
    assert engram.clear_memories("default") == {"success": True, "cleared_count": 2}

    bucket = engram.create_bucket("work", description=None)
    assert (bucket["name"], bucket["description"]) == ("work", None)
    assert sorted(bucket["name"] for bucket in engram.list_buckets()) == ["default", "work"]
    engram.store_memory("User prefers dark mode.", "work")
    assert engram.get_profile("work")["profile"] is None
    assert "dark mode" in (engram.regenerate_profile("work")["profile"] or "")
    engram.delete_bucket("work")
    assert [bucket["name"] for bucket in engram.list_buckets()] == ["default"]


def test_retrieval_only() -> None:
    from engram import EngramClient

    engram = EngramClient()
    engram.store_memory("User prefers dark mode.")

    result = engram.query("Which mode?", skip_synthesis=True, top_k=8, return_explanation=True)

    assert result["answer"] == ""
    assert [row["content"] for row in result["explanation"]["retrieved_memories"]] == ["User prefers dark mode."]
    assert {"retrieved_memories", "profile", "graph_facts"} <= set(result["explanation"])


def test_streaming(capsys: pytest.CaptureFixture[str]) -> None:
    from engram import EngramClient

    engram = EngramClient()
    engram.store_memories(["I worked on the parser on Monday.", "I wrote the release notes."], "work")

    for event in engram.query_stream("Summarize what I worked on this week", buckets=["work"]):
        if event["type"] == "delta":
            print(event["content"], end="", flush=True)
        elif event["type"] == "done":
            print()
            print(f"\nUsed {event['usage']['output_tokens']} tokens")

    printed = capsys.readouterr().out
    assert event["type"] == "done"
    assert printed == f"{event['answer']}\n\nUsed {event['usage']['output_tokens']} tokens\n"
    assert "parser" in event["answer"]
    assert {"answer", "usage", "synthesis_usage", "explanation"} <= set(event)


def test_leaving_a_stream_early() -> None:
    from engram import EngramClient

    engram = EngramClient()
    engram.store_memory("I fixed the parser on Monday.", "work")

    for event in engram.query_stream("What did I fix?", buckets=["work"]):
        assert event["type"] == "delta"
        break

    assert engram.list_memories("work")["total"] == 1


def _errors() -> None:
    from engram import EngramClient, EngramError

    engram = EngramClient()

    try:
        engram.store_memory("User prefers dark mode.", "user-123")
    except EngramError as err:
        if err.status == 412:
            print("BYOK not configured — set an LLM provider key in the Lumetra portal.")
        elif err.status == 429:
            print("Rate limited — back off and retry.")
        else:
            print(f"Engram {err.status}: {err}")
            print("Body:", err.body)


def test_errors_of_a_server_that_wants_a_provider(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(db=":memory:", api_keys=(("default", KEY),), require_provider=True)
    with serve(settings) as server:
        monkeypatch.setenv("ENGRAM_BASE_URL", server.url)
        _errors()
    assert capsys.readouterr().out.startswith("BYOK not configured")


def test_errors_of_a_wrong_key(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ENGRAM_API_KEY", "eng_live_other")
    _errors()
    printed = capsys.readouterr().out
    assert printed.startswith("Engram 401: ")
    assert "Body: {'error': " in printed


def test_errors_of_no_server(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with serve() as stopped:
        monkeypatch.setenv("ENGRAM_BASE_URL", stopped.url)
    _errors()
    printed = capsys.readouterr().out
    assert printed.startswith("Engram 0: ")
    assert "Body: None" in printed


def test_async_usage() -> None:
    from engram import EngramClient, QueryResult

    engram = EngramClient()

    async def recall(question: str) -> QueryResult:
        return await asyncio.to_thread(engram.query, question, buckets=["user-123"])

    engram.store_memory("User prefers dark mode.", "user-123")
    assert "dark mode" in asyncio.run(recall("Which mode?"))["answer"]


def test_type_hints() -> None:
    from engram import EngramClient, QueryResult

    def summarize(result: QueryResult) -> str:
        return result.get("answer", "")

    assert summarize(EngramClient().query("Anything?")) != ""


def test_every_name_of_the_published_package_is_here() -> None:
    published = pytest.importorskip("lumetra_engram", reason="the extra `interop` holds the published client")
    import engram

    assert set(published.__all__) <= set(engram.__all__)
    assert (engram.DEFAULT_BASE_URL, engram.DEFAULT_TIMEOUT_SECONDS) == (
        published.DEFAULT_BASE_URL,
        published.DEFAULT_TIMEOUT_SECONDS,
    )


def test_every_signature_of_the_published_client_is_kept() -> None:
    """Same names in the same places with the same defaults; what we add comes after and by keyword."""
    published = pytest.importorskip("lumetra_engram", reason="the extra `interop` holds the published client")
    from engram import EngramClient

    verbs = [name for name in vars(published.EngramClient) if not name.startswith("_")] + ["__init__"]
    assert len(verbs) > 12
    for verb in verbs:
        theirs = inspect.signature(getattr(published.EngramClient, verb)).parameters
        ours = inspect.signature(getattr(EngramClient, verb)).parameters
        shared = [(name, ours[name].kind, ours[name].default) for name in theirs if name in ours]
        assert shared == [(name, p.kind, p.default) for name, p in theirs.items()], verb
        added = [p for name, p in ours.items() if name not in theirs]
        assert all(p.kind is p.KEYWORD_ONLY and p.default is not p.empty for p in added), verb
