"""The report as text: what is known, in the fewest characters that an agent can read. Pure.

Whatever a session says of itself stands on its own line and cannot look like another part of the report.
"""

from __future__ import annotations

import unicodedata
from typing import List, NamedTuple, Sequence, Tuple

from engram.types.coordination import HeldLock, SessionRecord

SUMMARY_CHARS = 100
# Of a session's id, its type, a resource: beyond this a name is no name.
NAME_CHARS = 200

EMPTY = "No world state set yet: use set_world_state() to say what everybody should know."

_MARKS = {"active": "●", "stale": "⚠ stale"}
_ODD_MARK = "⚠ odd time"
_BREAKS = frozenset({"Cc", "Zl", "Zp"})

# Room for the line that says what was left out, and for headings and empty lines.
_LAST_LINE_CHARS = 120
_HEADINGS_CHARS = 120
_CUT = "… {} more characters of the world state"


class Content(NamedTuple):
    """What is reported, the most important first, and how many there are of it altogether."""

    world: str
    sessions: Sequence[SessionRecord]
    active: int
    locks: Sequence[HeldLock]
    locked: int
    #: What is said where there is nothing of all this.
    otherwise: str = EMPTY


class Written(NamedTuple):
    """A report, and how much of what it is about it shows."""

    text: str
    sessions: int
    locks: int


def write(of: Content, max_chars: int) -> Written:
    """Return the report in at most so many characters; what it leaves out is counted on its last line."""
    sessions = [_session_line(session) for session in of.sessions]
    locks = [_lock_line(lock) for lock in of.locks]
    whole = _composed(of, of.world, sessions, locks)
    if len(whole.text) <= max_chars:
        return whole
    room = max_chars - _LAST_LINE_CHARS
    rest = sum(len(line) + 1 for line in sessions + locks)
    world = _cut(of.world, max(room // 2, room - rest - _HEADINGS_CHARS))
    room -= len(world) + _HEADINGS_CHARS
    shown, room = _fitting(sessions, room)
    held, _ = _fitting(locks, room)
    return _composed(of, world, shown, held)


def _composed(of: Content, world: str, sessions: List[str], locks: List[str]) -> Written:
    parts: List[str] = [world, ""] if world else []
    if of.active:
        parts += [f"**Active sessions ({of.active}):**", *sessions, ""]
    if of.locked:
        parts += ["**Locked resources:**", *locks, ""]
    missing = ((of.active - len(sessions), "active sessions"), (of.locked - len(locks), "locked resources"))
    left_out = [f"{count} more {what}" for count, what in missing if count > 0]
    if left_out:
        parts += [" and ".join(left_out), ""]
    return Written("\n".join(parts) if parts else of.otherwise, len(sessions), len(locks))


def _fitting(lines: List[str], room: int) -> Tuple[List[str], int]:
    """Return the first lines that fit, and what room is left."""
    shown = []
    for line in lines:
        if len(line) + 1 > room:
            break
        room -= len(line) + 1
        shown.append(line)
    return shown, room


def _cut(world: str, room: int) -> str:
    if len(world) <= room:
        return world
    kept = max(0, room - len(_CUT) - len(str(len(world))))
    return f"{world[:kept]}\n{_CUT.format(len(world) - kept)}"


def _session_line(session: SessionRecord) -> str:
    mark = _ODD_MARK if session["odd_times"] else _MARKS[session["status"]]
    name, kind = _plain(session["id"], NAME_CHARS), _plain(session["session_type"], NAME_CHARS)
    return f"- {mark} `{name}` ({kind}): {_plain(session['summary'], SUMMARY_CHARS)}"


def _lock_line(lock: HeldLock) -> str:
    return f"- `{_plain(lock['resource'], NAME_CHARS)}` by `{_plain(lock['session_id'], NAME_CHARS)}`"


def _plain(text: str, chars: int) -> str:
    """Return the first characters of a text as one line that ends no quotation."""
    cut = text[:chars]
    if not cut.isprintable():
        cut = "".join(" " if unicodedata.category(char) in _BREAKS else char for char in cut)
    return cut.replace("`", "\\`")
