"""Storing texts, unless they repeat what the brain has heard on the same day: that is one memory, told again.

What is said again on another day is another memory: it happened again.
"""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Sequence, Tuple, Union

from ....storage import NewMemory, Reader, Writer
from ....storage.brain_rows import BrainRow
from ....text.similarity import repetition
from ...hosted import memories
from ...scope import Scope
from ..drafts import content_key

_SAME = 0.95
_DAY_US = 86_400_000_000
# Nor does midnight make two memories of one.
_HOUR_US = 3_600_000_000
# Of texts that begin alike the newest are compared: one that is told again was told not long ago.
_COMPARED = 10

# The id of a fiber, or the number of an earlier text; None where a text repeats nothing.
_Original = Union[None, int, str]


class _Heard(NamedTuple):
    content: str
    moment: int
    original: _Original


def store(writer: Writer, scope: Scope, brain: BrainRow, texts: Sequence[Tuple[NewMemory, int]]) -> List[str]:
    """Store texts that speak from a moment each, in microseconds; return the ids of the memories that they are now."""
    repeated = _originals(writer, brain.space_id, [(memory.content, moment) for memory, moment in texts])
    new = [memory for (memory, _), original in zip(texts, repeated) if original is None]
    stored = iter(memories.store(writer, scope, brain.brain_id, new, "loose"))
    ids: List[str] = []
    for original in repeated:
        if original is None:
            ids.append(next(stored).memory_id)
        else:
            ids.append(original if isinstance(original, str) else ids[original])
    return ids


def _originals(reader: Reader, space_id: int, texts: Sequence[Tuple[str, int]]) -> List[_Original]:
    keys = [content_key(content) for content, _ in texts]
    heard: Dict[str, List[_Heard]] = {}
    for one in reader.anchors_told(space_id, keys, each=_COMPARED):
        heard.setdefault(one.key, []).append(_Heard(one.content, one.moment, one.fiber_id))
    found: List[_Original] = []
    for number, ((content, moment), key) in enumerate(zip(texts, keys)):
        known = heard.setdefault(key, [])
        original = next((one.original for one in known[-_COMPARED:] if _is_same(one, content, moment)), None)
        found.append(original)
        if original is None:
            known.append(_Heard(content, moment, number))
    return found


def _is_same(one: _Heard, content: str, moment: int) -> bool:
    is_near = one.moment // _DAY_US == moment // _DAY_US or abs(one.moment - moment) < _HOUR_US
    return is_near and repetition(one.content, content) >= _SAME
