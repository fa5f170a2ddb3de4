"""Where activation begins: the neurons that a question names, and those of the time that it asks for."""

from __future__ import annotations

from typing import Dict, List, Set

from ....storage import ALL, Among, Reader
from .asked import Signals

# Each is spread by itself.
_MAX_SETS = 8
# Of one name there are a few neurons at most, unless somebody made many alike.
_MAX_OF_A_NAME = 3
_MAX_OF_TIME = 5
_US_IN_MS = 1_000


def anchor_sets(reader: Reader, space_id: int, signals: Signals, among: Among) -> List[List[str]]:
    """Return the ids of the neurons that a question names: a set for each thing named, the one of its time first.

    Those that only memories hold which are not among those meant are left out.
    """
    sets = _named(reader, space_id, signals)
    if among != ALL:
        apart = reader.neurons_apart(space_id, (one for some in sets for one in some), among)
        sets = [[one for one in some if one not in apart] for some in sets]
    return [one for one in sets if one][:_MAX_SETS]


def _named(reader: Reader, space_id: int, signals: Signals) -> List[List[str]]:
    sets: List[List[str]] = []
    for when in signals.times[:1]:
        found = reader.neurons_of_time(
            space_id, when.start * _US_IN_MS, when.end * _US_IN_MS - 1, _MAX_OF_TIME
        )
        sets.append([neuron.public_id for neuron in found])
    by_key: Dict[str, List[str]] = {}
    for neuron in reader.named(space_id, signals.keys):
        # The neuron of a whole text is found by its text.
        if not neuron.is_anchor:
            by_key.setdefault(neuron.key, []).append(neuron.public_id)
    taken: Set[int] = set()
    # Longer names come first, and hide the shorter ones that they begin with.
    for key, at in signals.keys.items():
        span = set(range(at, at + len(key.split())))
        if key in by_key and span.isdisjoint(taken):
            taken |= span
            sets.append(by_key[key][:_MAX_OF_A_NAME])
    return sets
