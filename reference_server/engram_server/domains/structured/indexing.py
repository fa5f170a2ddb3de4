"""Facts, episodes and procedures as the ranking of questions finds them.

The records of a family in a partition are the memories of a space, in words, with their record ids as public ids: the
ranking is that of `query()` because it is the same. The spaces have an owner of their own whom no API key can be of,
so nobody's buckets are among them.
"""

from __future__ import annotations

import json
from typing import Callable, Dict, List, Mapping, NamedTuple, Optional, cast

from engram.types import Episode, Fact, Procedure
from engram.types.limits import MAX_MEMORY_BYTES

from ...clock import moment_of
from ...recall.question import read_question
from ...recall.rank import Asked, rank
from ...storage import Reader, Space, Writer
from ..hosted.drafting import Given, draft
from .wording import as_text, of_episode, of_fact, of_procedure

# The names of tenants begin with a letter or a digit.
_OWNER = "(records)"


class _Worded(NamedTuple):
    text: str
    #: When it was, for questions that name a time.
    at: Optional[int]


class Hit(NamedTuple):
    """A record that has to do with a question, and the parts of its score, which is from 0 to 1."""

    record_id: str
    parts: Dict[str, float]


def _fact(record: object) -> _Worded:
    fact = cast(Fact, record)
    since = fact["validity"]["valid_from"]
    return _Worded(as_text(of_fact(fact)), None if since is None else moment_of(since))


def _episode(record: object) -> _Worded:
    episode = cast(Episode, record)
    return _Worded(as_text(of_episode(episode)), moment_of(episode["time_range"]["start"]))


def _procedure(record: object) -> _Worded:
    return _Worded(as_text(of_procedure(cast(Procedure, record))), None)


_WORDED: Mapping[str, Callable[[object], _Worded]] = {
    "facts": _fact,
    "episodes": _episode,
    "procedures": _procedure,
}


def index(writer: Writer, partition: int, family: str, record_id: str, body: str, now: int) -> None:
    """Take in what a record says, in place of what it said before; nothing of families that are not searched."""
    worded = _WORDED[family](json.loads(body)) if family in _WORDED else None
    if worded is None:
        return
    name = _name(partition, family)
    owner = writer.ensure_tenant(_OWNER, now)
    space = writer.space(owner, name) or writer.add_space(owner, name=name, public_id=name, description=None, now=now)
    # What a record says has nothing to do with what was kept before or after it.
    alone = Given(speaker="", session=f"={record_id}", occurred_at=worded.at)
    new = draft(worded.text[:MAX_MEMORY_BYTES], record_id, now, alone)
    known = writer.memory(space.id, record_id)
    if known is None:
        writer.add_memories(space.id, [new], now)
    elif (known.content, known.occurred_at) != (new.content, new.occurred_at):
        writer.replace_memory(known, new, now)


def forget(writer: Writer, partition: int, family: str, record_id: str) -> None:
    """Take out what a record said."""
    space = _space(writer, partition, family)
    known = None if space is None else writer.memory(space.id, record_id)
    if known is not None:
        writer.remove_memory(known)


def by_words(reader: Reader, partition: int, family: str, question: str, now: int, limit: int) -> List[Hit]:
    """Return the records that answer a question, best first, whatever their state and time."""
    space = _space(reader, partition, family)
    if space is None or limit < 1:
        return []
    found = rank(reader, space, Asked(read_question(question), now, limit))
    return [Hit(one.memory.public_id, one.parts) for one in found.ranked]


def _space(reader: Reader, partition: int, family: str) -> Optional[Space]:
    owner = reader.tenant(_OWNER)
    return None if owner is None else reader.space(owner, _name(partition, family))


def _name(partition: int, family: str) -> str:
    return f"{family} {partition}"
