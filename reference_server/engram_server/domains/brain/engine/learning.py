"""Learning from questions what is asked about next, and telling it."""

from __future__ import annotations

import json
from typing import Dict, List, Optional, Sequence

from engram.types import JsonObject
from engram.types.brain_learning import PatternReport, SuggestPatternsBody

from ....storage import Reader, Writer, as_json
from ....storage.brain_rows import BrainRow, NewNeuron, NewSynapse
from ...scope import Scope
from .. import brains
from ..drafts import content_key
from .activating import Synapses
from .mining import Event, Pattern, mine, topics_of
from .reading import concept_forms

_EVENTS_READ = 1_000
_MAX_TOPICS = 5
_LEAST_WEIGHT = 0.1
_DEFAULT_SUGGESTIONS = 5
# What was learned first may be the oldest synapse of a topic.
_SYNAPSES_READ = 1_000
_LEARNED = "query_pattern"


def learn(writer: Writer, scope: Scope, brain: BrainRow, until: Optional[str]) -> PatternReport:
    """Keep what recorded questions show, up to a moment; the same questions again change nothing."""
    now = brains.moment_or_now(scope, until)
    rows = [row for row in writer.recall_events(brain.space_id, _EVENTS_READ) if row.asked_at <= now]
    mined = mine(Event(row.session, json.loads(row.topics), row.asked_at) for row in reversed(rows))
    if mined.patterns:
        _keep(writer, scope, brain, mined.patterns)
    return {"topics_extracted": mined.topics, "pairs_found": mined.pairs, "patterns_learned": len(mined.patterns)}


def _keep(writer: Writer, scope: Scope, brain: BrainRow, patterns: Sequence[Pattern]) -> None:
    now = brains.now(scope)
    known = _neurons(writer, scope, brain, [topic for one in patterns for topic in (one.first, one.then)], now)
    found = writer.synapses_between({(known[one.first], known[one.then]) for one in patterns})
    rows = writer.synapses_by_row(row for row, _ in found.values())
    new: List[NewSynapse] = []
    for one in patterns:
        source, target = known[one.first], known[one.then]
        metadata: JsonObject = {"learned": _LEARNED, "count": one.times}
        if (source, target, "before") not in found:
            public_id = scope.ids.new("syn")
            new.append(
                NewSynapse(public_id, source, target, "before", one.weight, "uni", as_json(metadata), now)
            )
            continue
        row = rows[found[source, target, "before"][0]]
        weight = max(row.weight, one.weight)
        metadata = {**json.loads(row.metadata), **metadata}
        writer.save_synapse(row._replace(weight=weight, metadata=as_json(metadata)))
    writer.add_synapses(brain.space_id, new)


def _neurons(writer: Writer, scope: Scope, brain: BrainRow, topics: Sequence[str], now: int) -> Dict[str, int]:
    """Return the row numbers of the neurons of topics, made where the brain has none."""
    known = _known(writer, brain, topics)
    new = [topic for topic in dict.fromkeys(topics) if topic not in known]
    rows = writer.add_neurons(
        brain.space_id,
        [NewNeuron(scope.ids.new("neu"), "concept", topic, content_key(topic), "{}", now) for topic in new],
    )
    return {**known, **dict(zip(new, rows))}


def _known(reader: Reader, brain: BrainRow, topics: Sequence[str]) -> Dict[str, int]:
    named = {
        one.key: one.row
        for one in reader.named(brain.space_id, (form for topic in topics for form in concept_forms(topic)))
        if one.type == "concept" and not one.is_anchor
    }
    found = {topic: next((named[form] for form in concept_forms(topic) if form in named), None) for topic in topics}
    return {topic: row for topic, row in found.items() if row is not None}


def suggest(reader: Reader, brain: BrainRow, given: SuggestPatternsBody) -> List[str]:
    """Return topics that are often asked about next, the strongest first."""
    asked = [*given.get("topics", []), *topics_of(given.get("query", ""))]
    topics = list(dict.fromkeys(topic.lower() for topic in asked))[:_MAX_TOPICS]
    rows = reader.neurons_by_row(_known(reader, brain, topics).values())
    starts = {row.public_id for row in rows.values()}
    weights: Dict[str, float] = {}
    synapses = Synapses(reader, brain.space_id, each=_SYNAPSES_READ).of(sorted(starts))
    for start in starts:
        for synapse in synapses[start]:
            follows = synapse.type == "before" and synapse.source == start and synapse.target not in starts
            if follows and synapse.weight >= _LEAST_WEIGHT:
                weights[synapse.target] = max(synapse.weight, weights.get(synapse.target, 0.0))
    told = reader.neurons(brain.space_id, weights)
    order = sorted(told.values(), key=lambda row: (-weights[row.public_id], row.content))
    names = [row.content for row in order if row.type == "concept"]
    return names[: given.get("limit", _DEFAULT_SUGGESTIONS)]
