"""How things look on a terminal, and in a pipe. No request is made here."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from typing import Iterable, Mapping, Optional, Sequence

from ..types import QueryExplanation, QueryStreamEvent, RetrievedMemory

# Longer lines are hard to read, whatever the window allows.
_MAX_WIDTH_CHARS = 100
_UNBROKEN = "\N{NO-BREAK SPACE}"

_STYLES = {"bold": "1", "dim": "2", "question": "1;36", "score": "33"}


def styled(text: str, style: str) -> str:
    """Return the text in a style where standard output is a terminal that shows one."""
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM", "dumb") == "dumb"
    return text if plain else f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def width() -> int:
    """Return how many characters a line may have."""
    return min(shutil.get_terminal_size().columns, _MAX_WIDTH_CHARS)


def wrapped(text: str, indent: str) -> str:
    """Return one paragraph broken into indented lines."""
    return textwrap.fill(" ".join(text.split()), width(), initial_indent=indent, subsequent_indent=indent)


def show_json(value: object) -> None:
    """Print a value as JSON that a program can read whatever the terminal's encoding is."""
    print(json.dumps(value, indent=2, ensure_ascii=not _prints_unicode()))


def _prints_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


def show_stream(events: Iterable[QueryStreamEvent]) -> Optional[QueryExplanation]:
    """Print an answer while it comes; return the explanation that came with it."""
    explanation = None
    for event in events:
        if event["type"] == "delta":
            print(event["content"], end="", flush=True)
        else:
            explanation = event.get("explanation")
    print()
    return explanation


def show_why(memories: Sequence[RetrievedMemory], max_chars: Optional[int] = None) -> None:
    """Print each memory with its score, the parts that add up to it, and the sentence that says why."""
    for place, memory in enumerate(memories, start=1):
        score = styled(f"{memory['weighted_score']:.3f}", "score")
        content = memory["content"]
        if max_chars is not None and len(content) > max_chars:
            content = f"{content[:max_chars].rstrip()} ..."
        print(f"  {place}. {score}  {wrapped(content, '     ').lstrip()}")
        parts = memory["metadata"].get("score_parts")
        if isinstance(parts, dict):
            print(styled(_sum_of(parts, "     = "), "dim"))
        why = memory["metadata"].get("why")
        if why:
            print(styled(wrapped(str(why), "     "), "dim"))


def _sum_of(parts: Mapping[str, object], indent: str) -> str:
    """Return parts as a sum, broken into lines between them alone."""
    shown = {name: f"{value:.3f}" for name, value in parts.items() if isinstance(value, (int, float))}
    terms = [f"{name} {value}".replace(" ", _UNBROKEN) for name, value in shown.items() if float(value)]
    text = textwrap.fill(" + ".join(terms) or "0.000", width(), initial_indent=indent, subsequent_indent=" " * len(indent))
    return text.replace(_UNBROKEN, " ")
