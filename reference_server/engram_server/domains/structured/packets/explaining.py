"""Why a packet holds what it holds, for its reader and for the log. Pure."""

from __future__ import annotations

import re
from typing import Dict, Iterator, List, Mapping, Optional, Sequence, Union

from engram.types import Conflict, Fact, MemoryPacket, Omission, Omitted, PacketExplain, Selected

from ....storage import as_json
from .asked import Asked
from .candidates import Key
from .choosing import Chosen
from .scoring import Note

_ORDERS: Mapping[str, str] = {
    "facts": "fact_key, fact_id",
    "procedures": "priority desc, procedure_id",
    "episodes": "recency_score desc, episode_id",
    "insights": "validation_state desc, confidence desc, id",
}
_IDS: Mapping[str, str] = {"facts": "fact_id", "procedures": "procedure_id", "episodes": "episode_id"}
_WHY: Mapping[str, str] = {
    "facts": "active and valid when the packet was built",
    "procedures": "of the task type that was asked for",
    "episodes": "within the time window and fits the tags and entities asked for",
    "insight.hypotheses": "not rejected, and insights are for this purpose",
    "insight.strategy_sketches": "not rejected, and insights are for this purpose",
    "insight.patterns": "not rejected, and insights are for this purpose",
}
# A key that says by one of its words that its value is what somebody likes: `user_preference`, `likes.food`.
_PREFERENCE = re.compile(r"prefer|favou?rite|(?<![^\W_])(?:dis)?likes?(?![^\W_])", re.IGNORECASE)


def preferences(facts: Sequence[Fact]) -> List[Fact]:
    """Return the facts whose key names a preference.

    They stand among the facts as well and are estimated there, once; a prompt needs only one of the two.
    """
    return [fact for fact in facts if _PREFERENCE.search(fact["fact_key"])]


def conflicts(facts: Sequence[Fact]) -> List[Conflict]:
    """Return the keys that several of the facts have; all of them are active."""
    by_key: Dict[str, List[Fact]] = {}
    for fact in facts:
        by_key.setdefault(fact["fact_key"], []).append(fact)
    return [
        {
            "fact_key": key,
            "fact_ids": sorted(fact["fact_id"] for fact in same),
            "same_value": len({as_json(fact["value"]) for fact in same}) == 1,
        }
        for key, same in sorted(by_key.items())
        if len(same) > 1
    ]


def explain(
    asked: Asked,
    chosen: Chosen,
    kept: Mapping[str, Sequence[str]],
    passed_over: Sequence[Omission],
    facts: Sequence[Fact],
) -> PacketExplain:
    """Return how the packet came to be; `kept` has the ids that stayed, by section, `facts` are the candidates."""
    policy = asked.policy
    counts = {section: len(kept[section]) for section in ("facts", "procedures", "episodes")}
    return {
        "policy_id": asked.policy_id,
        "candidate_counts": {**counts, "insights": sum(len(kept[section]) for section in chosen.insights)},
        "candidate_limits": {
            "max_total": policy.max_total_candidates,
            "facts": policy.max_facts,
            "procedures": policy.max_procedures,
            "episodes": policy.max_episodes,
            "insights": policy.max_insights,
        },
        "time_window_days": policy.episode_time_window_days,
        "determinism": {name: _order(asked, name, stored) for name, stored in _ORDERS.items()},
        "selected": [_selected(chosen.notes, section, id_) for section in _WHY for id_ in kept[section]],
        "omitted": [_omitted(chosen.notes, omission) for omission in passed_over],
        "conflicts": conflicts(facts),
    }


def _order(asked: Asked, name: str, stored: str) -> str:
    if name not in _IDS:
        return stored
    if asked.policy.rank == "relevance":
        return f"score desc, {_IDS[name]}"
    return f"keywords desc, {stored}" if asked.keywords else stored


def _selected(notes: Mapping[Key, Note], section: str, id_: str) -> Selected:
    selected: Selected = {"section": section, "id": id_, "why": _WHY[section]}
    _add_note(selected, notes.get((section, id_)))
    return selected


def _omitted(notes: Mapping[Key, Note], omission: Omission) -> Omitted:
    omitted: Omitted = {"section": omission["section"], "id": omission["id"], "reason": omission["reason"]}
    _add_note(omitted, notes.get((omission["section"], omission["id"])))
    return omitted


def _add_note(entry: Union[Selected, Omitted], note: Optional[Note]) -> None:
    if note and note.keywords:
        entry["keywords"] = [*note.keywords]
    if note and note.parts:
        entry["score"], entry["parts"] = note.score, dict(note.parts)


def decisions(packet: MemoryPacket) -> Iterator[str]:
    """Yield what was decided about every candidate: ids, counts and scores, and nothing that a record says."""
    report, why = packet["budget_report"], packet["explain"]
    selected, omitted = why.get("selected", []), why.get("omitted", [])
    yield f"candidates: {len(selected)} selected, {len(omitted)} omitted"
    scored: Sequence[Union[Selected, Omitted]] = [*selected, *omitted]
    for entry in scored:
        if "score" in entry:
            yield f"score: {entry['section']} {entry['id']} {entry['score']:.4f} {entry['parts']}"
    for omission in report["omissions"]:
        yield f"dropped: {omission['section']} {omission['id']} ({omission['reason']})"
    for section, tokens in report["section_usage"].items():
        yield f"usage: {section} {tokens}"


def summary(packet: MemoryPacket) -> str:
    """Return in a line what was built."""
    report, counts = packet["budget_report"], packet["explain"]["candidate_counts"]
    used = f"{report['used_tokens_est']} of {report['max_tokens']} tokens"
    return f"packet built: {counts['facts']} facts, {counts['episodes']} episodes, {used}"


def excess(packet: MemoryPacket) -> Optional[str]:
    """Return in a line what is over the budget and cannot be dropped."""
    over = packet["budget_report"].get("over_budget")
    if over is None:
        return None
    sections = ", ".join(f"{section} {tokens}" for section, tokens in over["sections"].items())
    return f"nothing more can be dropped: {over['tokens']} tokens over in all, by section: {sections or 'none'}"
