"""The parts of a markdown text by their headings. Pure.

A section is what stands between a heading and the next one of its level or above; headings within a fenced block are
none. A heading is named by its text, or with its marks (`## Plan`) where the level matters.
"""

from __future__ import annotations

import re
from typing import List, NamedTuple, Optional, Tuple

_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LEVEL_OF_NEW = "##"


class Part(NamedTuple):
    """Where a section stands: its heading, its body from `start` to `end`."""

    heading: str
    start: int
    end: int


def find(text: str, heading: str) -> Optional[Part]:
    """Return the first section of a heading."""
    marks, words = _named(heading)
    headings = _headings(text)
    for number, (level, name, begin, body) in enumerate(headings):
        if name == words and (not marks or len(marks) == level):
            later = (start for other, _, start, _ in headings[number + 1 :] if other <= level)
            return Part(text[begin:body].strip(), body, next(later, len(text)))
    return None


def body(text: str, part: Part) -> str:
    """Return what stands under a heading, without the blank lines around it."""
    return text[part.start : part.end].strip("\n")


def replaced(text: str, heading: str, new: str) -> str:
    """Return a text with another body under a heading, which is added at its end where there is none."""
    part = find(text, heading)
    if part is None:
        marks, words = _named(heading)
        before = text.rstrip("\n")
        return f"{before}\n\n{marks or _LEVEL_OF_NEW} {words}\n{_ended(new)}".lstrip("\n")
    rest = text[part.end :]
    start = text[: part.start]
    # A heading at the end of a text has no line end of its own.
    start += "" if start.endswith("\n") else "\n"
    return start + _ended(new) + ("\n" + rest if rest else "")


def appended(text: str, heading: str, more: str) -> str:
    """Return a text with more under a heading."""
    part = find(text, heading)
    present = "" if part is None else body(text, part)
    return replaced(text, heading, f"{present}\n{more}" if present else more)


def _ended(text: str) -> str:
    stripped = text.strip("\n")
    return stripped + "\n" if stripped else ""


def _named(heading: str) -> Tuple[str, str]:
    match = _HEADING.fullmatch(heading.strip())
    return (match.group(1), _words(match.group(2))) if match else ("", _words(heading.strip()))


def _words(of: str) -> str:
    """Return the text of a heading without the marks that may close it, which stand apart from it."""
    words = of.rstrip()
    bare = words.rstrip("#")
    return bare.rstrip() if bare[-1:] in (" ", "\t") else words


def _headings(text: str) -> List[Tuple[int, str, int, int]]:
    """Return level, words, start and end of each heading's line."""
    found = []
    fence = ""
    at = 0
    for line in text.splitlines(keepends=True):
        mark = _FENCE.match(line)
        match = None if mark or fence else _HEADING.fullmatch(line.rstrip())
        if mark and not fence:
            fence = mark.group(1)
        elif mark and mark.group(1).startswith(fence) and line.strip() == mark.group(1):
            fence = ""
        if match:
            found.append((len(match.group(1)), _words(match.group(2)), at, at + len(line)))
        at += len(line)
    return found
