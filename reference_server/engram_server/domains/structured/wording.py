"""Records in words: what of facts, episodes and procedures is searched, and what a message says. Pure."""

from __future__ import annotations

from typing import Iterable, Iterator, Optional, Tuple

from engram.types import Episode, Fact, JsonValue, Procedure

Words = Tuple[JsonValue, ...]

# Under which of its keys a message that is an object has its text: the first that holds one.
_TEXT_KEYS = ("content", "text")


def of_fact(fact: Fact) -> Words:
    """Return what a fact says."""
    return fact["fact_key"], fact["value"], fact["notes"]


def of_episode(episode: Episode) -> Words:
    """Return what an episode says."""
    return (episode["summary"], *episode["highlights"], *episode["tags"], *episode["entities"])


def of_procedure(procedure: Procedure) -> Words:
    """Return what a procedure says."""
    return procedure["task_type"], procedure["content"]


def of_message(payload: JsonValue) -> Optional[str]:
    """Return the text of a message, None where it has none."""
    if isinstance(payload, dict):
        return next((text for text in map(payload.get, _TEXT_KEYS) if isinstance(text, str)), None)
    return payload if isinstance(payload, str) else None


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
