"""Records in words: what of facts, episodes and procedures is searched. Pure."""

from __future__ import annotations

from typing import Iterable, Iterator, Tuple

from engram.types import Episode, Fact, JsonValue, Procedure

Words = Tuple[JsonValue, ...]


def of_fact(fact: Fact) -> Words:
    """Return what a fact says."""
    return fact["fact_key"], fact["value"], fact["notes"]


def of_episode(episode: Episode) -> Words:
    """Return what an episode says."""
    return (episode["summary"], *episode["highlights"], *episode["tags"], *episode["entities"])


def of_procedure(procedure: Procedure) -> Words:
    """Return what a procedure says."""
    return procedure["task_type"], procedure["content"]


def as_text(words: Iterable[JsonValue]) -> str:
    """Return every key, string and number of some values, a line each."""
    return "\n".join(text for value in words for text in _strings(value))


def _strings(value: JsonValue) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
