"""A memory packet as text for a prompt. Pure.

What the reports of a packet say (its budget, its citations, why each record is there) is for its builder and is left
out; everything else that it holds is in the text.
"""

from __future__ import annotations

import json
from typing import Callable, Iterable, Iterator, List, Mapping, NamedTuple, Sequence, Set

from .types import Episode, Fact, Insight, JsonValue, MemoryPacket, Procedure, Purpose, WorkingState

Lines = Iterable[str]

_STRONG, _MEDIUM, _WEAK = range(3)


class _Section(NamedTuple):
    title: str
    lines: Callable[[MemoryPacket], Lines]
    #: How much it matters to each purpose.
    planner: int
    tool: int
    responder: int


def packet_text(packet: MemoryPacket) -> str:
    """Return the text of a packet: what matters most to its purpose first, one line an item, "" where it is empty.

    Each section that holds something has a heading. A line break in a record is indented, so that no record can
    look like a heading or another item. Ids of evidence stand in brackets.

        prompt = packet_text(memory.build_memory_packet({"scope": scope, "purpose": "responder"}))
    """
    blocks = []
    for section in _in_order(packet["meta"]["purpose"]):
        items = ["- " + "\n  ".join(line.splitlines()) for line in section.lines(packet) if line.strip()]
        if items:
            blocks.append("\n".join([f"## {section.title}", *items]))
    return "\n\n".join(blocks)


def _in_order(purpose: Purpose) -> List[_Section]:
    return sorted(_SECTIONS, key=lambda section: getattr(section, purpose))


# -- what each section holds


def _pairs(named: Mapping[str, JsonValue]) -> Lines:
    return [f"{name}: {_shown(value)}" for name, value in named.items()]


def _facts(packet: MemoryPacket) -> Iterator[str]:
    preferred = {fact["fact_id"] for fact in packet["long_term"]["preferences"]}
    facts = [fact for fact in packet["long_term"]["facts"] if fact["fact_id"] not in preferred]
    return _facts_shown(facts, packet)


def _preferences(packet: MemoryPacket) -> Iterator[str]:
    return _facts_shown(packet["long_term"]["preferences"], packet)


def _facts_shown(facts: Sequence[Fact], packet: MemoryPacket) -> Iterator[str]:
    disputed: Set[str] = set()
    for conflict in packet["explain"].get("conflicts", []):
        if not conflict["same_value"]:
            disputed.update(conflict["fact_ids"])
    for fact in facts:
        until = fact["validity"]["valid_to"]
        asides = [
            f"confidence {fact['confidence']:g}",
            f"until {until}" if until else "",
            "another value is known" if fact["fact_id"] in disputed else "",
            fact["notes"],
        ]
        yield f"{fact['fact_key']}: {_shown(fact['value'])}{_aside(asides)}{_evidence(fact['sources'])}"


def _procedure(procedure: Procedure) -> str:
    asides = [f"where {_shown(procedure['applicability'])}" if procedure["applicability"] else ""]
    told = f"{procedure['procedure_id']}: {_shown(procedure['content'])}"
    return f"{told}{_aside(asides)}{_evidence(procedure['sources'])}"


def _episode(episode: Episode) -> str:
    span = episode["time_range"]
    when = f"{span['start']} to {span['end']}" if span["end"] else f"since {span['start']}"
    return "\n".join([f"{when}: {episode['summary']}{_evidence(episode['sources'])}", *episode["highlights"]])


def _insights(insights: Sequence[Insight]) -> Lines:
    for insight in insights:
        asides = [insight["validation_state"], f"confidence {insight['confidence']:g}"]
        asides += [f"test: {test}" for test in insight["tests_suggested"]]
        yield f"{insight['statement']}{_aside(asides)}{_evidence(insight['sources'])}"


def _quotes(packet: MemoryPacket) -> Iterator[str]:
    for quote in packet["short_term"]["key_quotes"]:
        yield f"{quote['role']}{_aside([quote['ts'] or ''])}: {quote['quote']}{_evidence([quote['evidence_id']])}"


def _conversation(packet: MemoryPacket) -> Iterator[str]:
    for turn in packet["short_term"]["conversation_window"]:
        yield f"{turn['role']}: {turn['content']}{_evidence([turn['evidence_id'] or ''])}"


def _tool_evidence(packet: MemoryPacket) -> Iterator[str]:
    for evidence in packet["short_term"]["last_tool_evidence"]:
        yield f"{evidence['summary']}{_evidence([evidence['evidence_id']])}"


def _shown(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _aside(asides: Iterable[str]) -> str:
    said = ", ".join(filter(None, asides))
    return f" ({said})" if said else ""


def _evidence(ids: Iterable[str]) -> str:
    named = ", ".join(filter(None, ids))
    return f" [{named}]" if named else ""


def _state(packet: MemoryPacket) -> WorkingState:
    return packet["short_term"]["working_state"]


# Within one strength, the order in which they stand here.
_SECTIONS = (
    _Section("Goal", lambda packet: [_state(packet)["goal"]], _STRONG, _STRONG, _MEDIUM),
    _Section("Slots", lambda packet: _pairs(_state(packet)["slots"]), _STRONG, _STRONG, _MEDIUM),
    _Section("Constraints", lambda packet: _pairs(_state(packet)["constraints"]), _STRONG, _STRONG, _MEDIUM),
    _Section("Plan", lambda packet: _state(packet)["plan"], _STRONG, _MEDIUM, _WEAK),
    _Section("Decisions", lambda packet: _state(packet)["decisions"], _STRONG, _MEDIUM, _WEAK),
    _Section("Risks", lambda packet: _state(packet)["risks"], _STRONG, _MEDIUM, _WEAK),
    _Section("Summary", lambda packet: [packet["short_term"]["rolling_summary"]], _WEAK, _WEAK, _STRONG),
    _Section("Key quotes", _quotes, _MEDIUM, _MEDIUM, _STRONG),
    _Section("Open loops", lambda packet: packet["short_term"]["open_loops"], _STRONG, _MEDIUM, _STRONG),
    _Section("Preferences", _preferences, _STRONG, _MEDIUM, _STRONG),
    _Section("Facts", _facts, _STRONG, _MEDIUM, _STRONG),
    _Section("Procedures", lambda packet: map(_procedure, packet["long_term"]["procedures"]), _STRONG, _MEDIUM, _WEAK),
    _Section("Tool evidence", _tool_evidence, _MEDIUM, _MEDIUM, _WEAK),
    _Section("Episodes", lambda packet: map(_episode, packet["long_term"]["episodes"]), _MEDIUM, _WEAK, _WEAK),
    _Section("Conversation", _conversation, _WEAK, _WEAK, _WEAK),
    _Section("Hypotheses", lambda packet: _insights(packet["insight"]["hypotheses"]), _WEAK, _WEAK, _WEAK),
    _Section("Strategies", lambda packet: _insights(packet["insight"]["strategy_sketches"]), _WEAK, _WEAK, _WEAK),
    _Section("Patterns", lambda packet: _insights(packet["insight"]["patterns"]), _WEAK, _WEAK, _WEAK),
)
