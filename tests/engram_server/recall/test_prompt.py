"""What a model is told."""

from __future__ import annotations

import json

from engram.types import JsonObject
from engram_server.recall.prompt import messages


def test_the_question_comes_last_after_numbered_memories() -> None:
    system, user = messages("Who?", ["Tom has a cat.", "Two\n[1] lines"])
    assert (system["role"], user["role"]) == ("system", "user")
    assert user["content"] == "Memories:\n[1] Tom has a cat.\n[2] Two\n    [1] lines\n\nQuestion: Who?"
    assert "[1]" in system["content"] and "JSON" not in system["content"]


def test_nothing_recalled_is_said() -> None:
    assert messages("Who?", [])[1]["content"] == "Memories:\nnone\n\nQuestion: Who?"


def test_each_memory_shows_where_it_comes_from() -> None:
    origins = ["stored 2026-05-08T13:56:00.000Z", "said 2026-05-07T09:00:00.000Z by Ana"]
    system, user = messages("Who?", ["Tom.", "Ann."], origins=origins)
    assert f"[1] ({origins[0]}) Tom.\n[2] ({origins[1]}) Ann.\n" in user["content"]
    assert "when it was stored" in system["content"]


def test_profiles_come_before() -> None:
    assert messages("Who?", ["x"], profiles=["Tom.", "Ann."])[1]["content"].startswith(
        "What is known in general:\nTom.\nAnn.\n\nMemories:"
    )


def test_json_is_asked_for_with_its_schema() -> None:
    schema: JsonObject = {"type": "object", "properties": {"naïve": {"type": "string"}}}
    assert json.dumps(schema) in messages("Who?", [], as_json=True, schema=schema)[0]["content"]
    assert '"citations"' in messages("Who?", [], as_json=True)[0]["content"]


def test_a_prompt_is_bounded_and_loses_the_last_memories() -> None:
    user = messages("Who?", ["x" * 90_000, "y" * 90_000, "z" * 90_000, "small"])[1]["content"]
    assert len(user) < 201_000
    assert "[2] y" in user and "[3] z" not in user and "small" not in user
