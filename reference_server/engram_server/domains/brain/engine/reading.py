"""What a text becomes in the graph: neurons, and the synapses between them. Pure.

The names, times and relations are those that recall finds in a text; here they get their place around the anchor, the
neuron that holds the whole text. Whether a neuron is known to the brain already is found out by whoever stores it: a
mention is linked whether it is the first or the hundredth.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import AbstractSet, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from engram.types import JsonObject
from engram.types.brain import MemoryKind, NeuronKind, SynapseKind

from ....storage import Entity, NewFact
from ....text.clauses import relating
from ....text.entities import is_plain_start, name_key
from ....text.irregular import BASE_FORMS
from ....text.lexicon import FRAME_TERMS, RELATED
from ....text.relation_words import DETERMINERS
from ....text.spots import NOUNS, spots
from ....text.terms import index_term
from ....text.times import When
from ....text.words import words
from ...hosted.drafting import Drafted
from ..drafts import content_key, normal_tags
from .cues import FEELINGS, actions, guessed_type, intents

ANCHOR = 0
"""The place of the anchor among the neurons of a reading."""

_MIN_CONCEPT_CHARS = 3
_MIN_CONCEPTS, _MAX_CONCEPTS = 5, 20
_CHARS_A_CONCEPT = 100
# Words that join a sentence to the one before it.
_JOINING = frozenset(
    "however therefore thus hence moreover furthermore nevertheless nonetheless meanwhile otherwise instead".split()
)
_FIRST_KEYWORD, _LAST_KEYWORD = 1.0, 0.5
# Pairs of more names than these are a list and no meeting.
_MAX_TOGETHER = 6
_MOST_INVOLVED = 0.95
_TAGGED = 0.1
_MAX_TAGGED_CONCEPTS = 5
_PATHWAY = (("time", 2), ("entity", 3), ("concept", 2))
_SAME_TAG = {"db": "database", "docker": "container", "k8s": "kubernetes", "js": "javascript", "ts": "typescript"}

_MINUTE_MS, _HOUR_MS, _DAY_MS = 60_000, 3_600_000, 86_400_000
_EPOCH = datetime(1970, 1, 1)
# A batch speaks from a few minutes, and of a few days again and again.
_REMEMBERED_TIMES = 1_024
# A name of no list that begins a sentence. Before an object it is a verb in the imperative: "Refactor the parser".
_OPENER = re.compile(r"(?:^|[.!?][\"”')]?\s+)([A-Z][\w-]{1,40})(?:['’]s)?(?=\s+([\w'’]{1,40}))")
_OPENER_CHARS = 4_000
_BEFORE_OBJECTS = DETERMINERS | frozenset(
    "to for with of in on at by from into over up down out off it this that these those them all any each no".split()
)

# What the sides of a relation between clauses are.
_SIDES: Dict[str, NeuronKind] = {"caused_by": "state", "leads_to": "state", "before": "action"}


class PlannedNeuron(NamedTuple):
    """A neuron that a text mentions. `forms` are the keys under which the brain may know it, its own first."""

    type: NeuronKind
    content: str
    forms: Tuple[str, ...]
    metadata: JsonObject = {}
    #: What a time denotes, in milliseconds.
    when: Optional[Tuple[int, int]] = None


class PlannedSynapse(NamedTuple):
    """A synapse between two neurons, by their places among those of the reading."""

    source: int
    target: int
    type: SynapseKind
    weight: float
    metadata: JsonObject = {}


class Reading(NamedTuple):
    """What a text becomes. The anchor stands first."""

    neurons: List[PlannedNeuron]
    synapses: List[PlannedSynapse]
    pathway: List[int]
    auto_tags: List[str]
    agent_tags: List[str]
    coherence: float
    salience: float


class _Plan:
    """A reading in the making: each neuron once, however often it is mentioned."""

    def __init__(self, anchor: PlannedNeuron) -> None:
        self.neurons = [anchor]
        self.synapses: Dict[Tuple[int, int, str], PlannedSynapse] = {}
        self._places: Dict[Tuple[str, str], int] = {}

    def place(self, neuron: PlannedNeuron) -> int:
        """Return the place of a neuron, added if it is new."""
        key = (neuron.type, neuron.forms[0])
        if key not in self._places:
            self._places[key] = len(self.neurons)
            self.neurons.append(neuron)
        return self._places[key]

    def link(self, source: int, target: int, type_: SynapseKind, weight: float, metadata: JsonObject = {}) -> None:
        """Connect two neurons, unless they are."""
        if source != target:
            self.synapses.setdefault((source, target, type_), PlannedSynapse(source, target, type_, weight, metadata))


def read_memory(
    draft: Drafted, moment: int, tags: Sequence[str], *, with_times: bool, ceiling: float
) -> Reading:
    """Return what a text becomes that speaks from a moment (milliseconds); `draft` is what recall reads in it."""
    memory, body, times = draft
    untimed = body
    for when in times:
        untimed = untimed[: when.at] + " " * (when.stop - when.at) + untimed[when.stop :]
    told = words(untimed)
    known = frozenset(told)
    kind: MemoryKind = guessed_type(body, known)
    plan = _Plan(PlannedNeuron("concept", memory.content, (), {"is_anchor": True, "memory_type": kind}))
    agent_tags = normal_tags(tags)
    if with_times:
        for time in _times(body, times, moment):
            plan.link(ANCHOR, plan.place(time), "happened_at", 0.9)
    named = _names(plan, body, memory.entities, told)
    concepts = _concepts(plan, body, told, [neuron for neuron, _ in named])
    for place, mentions in named:
        more = _TAGGED if plan.neurons[place].content.lower() in agent_tags else 0.0
        plan.link(ANCHOR, place, "involves", min(_MOST_INVOLVED, mentioned(mentions) + more))
    for place, weight in concepts:
        more = _TAGGED if plan.neurons[place].content in agent_tags else 0.0
        plan.link(ANCHOR, place, "related_to", min(0.8, 0.4 + 0.3 * weight + more))
    _phrases(plan, body, known)
    _feelings(plan, told)
    _company(plan, [place for place, _ in named])
    _relations(plan, body, memory.facts)
    pairs = len(plan.neurons) * (len(plan.neurons) - 1) / 2
    coherence = min(1.0, len(plan.synapses) / pairs) if pairs else 0.0
    found = [plan.neurons[place].content for place, _ in (*named, *concepts[:_MAX_TAGGED_CONCEPTS])]
    return Reading(
        neurons=plan.neurons,
        synapses=list(plan.synapses.values()),
        pathway=_pathway(plan.neurons),
        auto_tags=sorted({_SAME_TAG.get(tag, tag) for tag in normal_tags(found)}),
        agent_tags=agent_tags,
        coherence=coherence,
        salience=min(1.0, ceiling, coherence + 0.3),
    )


def mentioned(times: int) -> float:
    """Return what a synapse to somebody or something weighs who is named so many times."""
    return min(_MOST_INVOLVED, 0.7 + 0.05 * times)


def concept_forms(word: str) -> Tuple[str, ...]:
    """Return the keys under which the concept of a folded word may be known: itself first."""
    other = BASE_FORMS.get(word)
    if other is None and word.endswith("s") and not word.endswith("ss"):
        other = word[:-1]
    return (word, other or word + "s")


@lru_cache(maxsize=_REMEMBERED_TIMES)
def time_neuron(start: int, end: int, phrase: str = "") -> PlannedNeuron:
    """Return the neuron of a stretch of time in milliseconds; the same stretch is the same neuron."""
    granularity, content = _named_time(start, end)
    metadata: JsonObject = {"start": _iso(start), "end": _iso(end), "granularity": granularity}
    if phrase:
        metadata["phrase"] = phrase
    return PlannedNeuron("time", content, (content_key(content),), metadata, (start, end))


def _times(body: str, told: Sequence[When], moment: int) -> Iterator[PlannedNeuron]:
    """Yield the times that a text tells of, then the minute that it speaks from."""
    for when in told:
        yield time_neuron(when.start, when.end, body[when.at : when.stop])
    minute = moment - moment % _MINUTE_MS
    yield time_neuron(minute, minute + _MINUTE_MS)


def _named_time(start: int, end: int) -> Tuple[str, str]:
    """Return what kind of time a stretch is, and what it is called."""
    first, last, length = _moment(start), _moment(end), end - start
    whole_days = start % _DAY_MS == 0 and end % _DAY_MS == 0
    if length <= _HOUR_MS and not whole_days:
        return "minute", f"{first:%Y-%m-%d %H:%M}" + ("" if length == _MINUTE_MS else f" to {last:%H:%M}")
    if not whole_days:
        return "hour", f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}"
    if length == _DAY_MS:
        return "day", f"{first:%Y-%m-%d}"
    if first.day == last.day == 1 and length <= 31 * _DAY_MS:
        return "month", f"{first:%Y-%m}"
    if (first.month, first.day) == (last.month, last.day) == (1, 1) and last.year == first.year + 1:
        return "year", f"{first:%Y}"
    return "week" if length <= 7 * _DAY_MS else "period", f"{first:%Y-%m-%d} to {last - timedelta(days=1):%Y-%m-%d}"


def _moment(moment: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=min(moment, 253_402_300_799_000))


def _iso(moment: int) -> str:
    return _moment(moment).isoformat()


def _names(plan: _Plan, body: str, known: Sequence[Entity], told: Sequence[str]) -> List[Tuple[int, int]]:
    """Add who and what is named and where it was; return the place of each and how often it is mentioned."""
    said = f" {' '.join(told)} "
    found: List[Tuple[int, int]] = []
    names = [(entity.name, entity.key, entity.kind == "place") for entity in known]
    parts = {part for entity in known for part in entity.key.split()}
    names += [(name, name_key(name), False) for name in _openers(body) if name_key(name) not in parts]
    names += [(spot, spot, True) for spot in (() if NOUNS.isdisjoint(told) else spots(body))]
    for name, key, is_place in names:
        forms = tuple(dict.fromkeys((content_key(name), key)))
        place = plan.place(PlannedNeuron("spatial" if is_place else "entity", name, forms))
        found.append((place, max(1, said.count(f" {key} "))))
    return found


def _openers(body: str) -> Iterator[str]:
    """Yield the names of no list that begin a sentence, unless they are words or stand before an object."""
    for match in _OPENER.finditer(body[:_OPENER_CHARS]):
        name, following = match[1], match[2].lower()
        if following not in _BEFORE_OBJECTS and not is_plain_start(name) and index_term(name.lower()) not in RELATED:
            yield name


def _concepts(
    plan: _Plan, body: str, told: Sequence[str], named: Sequence[int]
) -> List[Tuple[int, float]]:
    """Add what a text is about; return the place of each concept and what its word weighs, the first ones most."""
    taken = {word for place in named for form in plan.neurons[place].forms for word in words(form)}
    keywords: Dict[str, str] = {}
    for word in told:
        if len(word) >= _MIN_CONCEPT_CHARS and word not in taken and word not in _JOINING and not word.isdigit():
            keywords.setdefault(index_term(word), word)
    keywords.pop("", None)
    telling = {term: word for term, word in keywords.items() if term not in FRAME_TERMS} or keywords
    if not telling and not named:
        # Next to nothing is still what it is about: "OK", "You too!", "4711".
        telling = {word: word for word in told}
    most = min(_MAX_CONCEPTS, max(_MIN_CONCEPTS, len(body) // _CHARS_A_CONCEPT))
    chosen = list(telling.values())[:most]
    fall = (_FIRST_KEYWORD - _LAST_KEYWORD) / max(1, len(chosen) - 1)
    return [
        (plan.place(PlannedNeuron("concept", word, concept_forms(word))), _FIRST_KEYWORD - at * fall)
        for at, word in enumerate(chosen)
    ]


def _phrases(plan: _Plan, body: str, told: AbstractSet[str]) -> None:
    kinds: Tuple[Tuple[NeuronKind, List[str], float], ...] = (
        ("action", actions(body, told), 0.6),
        ("intent", intents(body, told), 0.7),
    )
    for kind, phrases, weight in kinds:
        for phrase in phrases:
            plan.link(ANCHOR, plan.place(PlannedNeuron(kind, phrase, (content_key(phrase),))), "involves", weight)


def _feelings(plan: _Plan, told: Sequence[str]) -> None:
    for feeling in dict.fromkeys(FEELINGS[term] for term in map(index_term, told) if term in FEELINGS):
        place = plan.place(PlannedNeuron("state", feeling.name, (feeling.name,)))
        plan.link(ANCHOR, place, "felt", round(feeling.intensity * 0.8, 2))


def _company(plan: _Plan, named: Sequence[int]) -> None:
    """Connect those who are named together."""
    some = list(dict.fromkeys(named))[:_MAX_TOGETHER]
    for at, one in enumerate(some):
        for other in some[at + 1 :]:
            plan.link(one, other, "co_occurs", 0.5)


def _relations(plan: _Plan, body: str, facts: Sequence[NewFact]) -> None:
    """Connect the clauses of a sentence, and those who a relation is stated of."""
    for one in relating(body):
        sides = [
            plan.place(PlannedNeuron(_SIDES.get(one.kind, "concept"), side, (content_key(side),)))
            for side in (one.left, one.right)
        ]
        for side in sides:
            plan.link(ANCHOR, side, "involves", 0.7)
        plan.link(sides[0], sides[1], one.kind, one.weight)
    places = {form: at for at, neuron in enumerate(plan.neurons) for form in neuron.forms[:1]}
    for fact in facts:
        subject, value = places.get(fact.subject_key), places.get(fact.object_key)
        if subject is not None and value is not None:
            type_: SynapseKind = "is_a" if fact.predicate == "is" else "related_to"
            plan.link(subject, value, type_, 0.7, {"predicate": fact.predicate})


def _pathway(neurons: Sequence[PlannedNeuron]) -> List[int]:
    """Return the order in which a signal goes through a memory: when, who, what, then the whole of it."""
    pathway: List[int] = []
    for kind, most in _PATHWAY:
        pathway += [at for at, neuron in enumerate(neurons) if at and neuron.type == kind][:most]
    return [*pathway, ANCHOR]
