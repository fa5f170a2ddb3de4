"""What holds of every packet, whatever the records, the budget and the policy."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Dict, List, Sequence, Tuple, TypeVar, cast

import pytest

from engram.types import (
    Cues,
    Episode,
    Fact,
    Insight,
    InsightType,
    JsonObject,
    JsonValue,
    MemoryPacket,
    OverBudget,
    PacketPolicy,
    PacketRequest,
    Procedure,
    ValidationState,
)
from engram_server.clock import rfc3339
from engram_server.domains.structured.packets import ESTIMATORS, Candidates, build, load, read
from engram_server.domains.structured.packets.budget import SECTIONS

from .support import (
    DAY_MS,
    NOW,
    SCOPE,
    Kept,
    episode,
    evidence,
    fact,
    insight,
    message,
    procedure,
    quote,
    state,
    stm,
)

CASES = 200
_WORDS = ("boat", "boats", "tea", "Porto", "上海の天気", "ночь", "\u0000", '"', "", "a" * 200)
_TYPES: Sequence[InsightType] = ("hypothesis", "strategy", "pattern")
_STATES: Sequence[ValidationState] = ("validated", "testing", "unvalidated", "rejected")
_LIMITS = (
    "max_total_candidates",
    "max_facts",
    "max_procedures",
    "max_episodes",
    "max_insights",
    "max_key_quotes",
    "conversation_window",
    "last_tool_evidence_limit",
)
_FLAGS = ("include_conversation_window", "include_insights_in_tool", "allow_insights_in_responder")
_TRIMMED: Dict[str, str] = {
    "hypotheses": "insight.hypotheses",
    "strategy_sketches": "insight.strategy_sketches",
    "patterns": "insight.patterns",
}

Item = TypeVar("Item")


class Chance:
    """Makes records, budgets and policies of all kinds out of a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def one(self, items: Sequence[Item]) -> Item:
        return self._random.choice(items)

    def yes(self, share: float = 0.5) -> bool:
        return self._random.random() < share

    def size(self, most: int) -> int:
        return self._random.choice((0, 1, self._random.randrange(most + 1)))

    def text(self) -> str:
        return " ".join(self._random.choices(_WORDS, k=self.size(6)))

    def value(self) -> JsonValue:
        values: Sequence[JsonValue] = (None, True, 1.5, self.text(), [self.text()], {self.text(): {"a": self.text()}})
        return self.one(values)

    def days(self) -> float:
        return self._random.choice((-1, 0, 0.5, 1, 3, 29, 30, 31, 400)) + self._random.random()

    def moment(self) -> str:
        return rfc3339(NOW - int(self.days() * DAY_MS))

    def confidence(self) -> float:
        return self._random.choice((-1e12, 0.0, 0.1, 1 / 3, 0.5, 1.0, 7.0))

    def facts(self) -> List[Fact]:
        return [
            fact(
                f"f{number}",
                self.one((None, "diet", "likes.food")),
                self.value(),
                confidence=self.confidence(),
                sources=[f"s{self.size(9)}"] * self.size(2),
                valid_from=self.moment() if self.yes(0.3) else None,
                valid_to=self.moment() if self.yes(0.2) else None,
            )
            for number in range(self.size(60))
        ]

    def episodes(self) -> List[Episode]:
        return [
            episode(f"e{number}", self.days(), self.text(), tags=[self.one(("t", "u"))], sources=[f"s{self.size(9)}"])
            for number in range(self.size(60))
        ]

    def procedures(self) -> List[Procedure]:
        return [
            procedure(f"p{number}", self.one(("generic", "sum")), self.size(9) - 4, self.value())
            for number in range(self.size(20))
        ]

    def insights(self) -> List[Insight]:
        return [
            insight(f"i{number}", self.one(_TYPES), self.one(_STATES), self.confidence(), self.text())
            for number in range(self.size(20))
        ]

    def part(self) -> float:
        """Return a part of a score as the ranking makes them: so that sums of them are exact."""
        return self._random.randrange(2**28) * 2.0**-30

    def kept(self) -> Kept:
        facts, episodes, procedures = self.facts(), self.episodes(), self.procedures()
        keys = [("facts", one["fact_id"]) for one in facts] + [("episodes", one["episode_id"]) for one in episodes]
        keys += [("procedures", one["procedure_id"]) for one in procedures]
        found = [evidence(f"t{number}", self.text(), self.one(("", "tool_result"))) for number in range(self.size(6))]
        quotes = [quote(f"q{number}", self.text()) for number in range(self.size(20))]
        return Kept(
            state=state(goal=self.text(), plan=["Why?"] * self.size(2), tool_evidence=found) if self.yes() else None,
            short_term=stm(self.text(), quotes) if self.yes() else None,
            messages=[message(f"m{number}", self.value() or "hi", number) for number in range(self.size(20))],
            known=facts,
            how=procedures,
            past=episodes,
            supposed=self.insights(),
            words={key: {"word:boat": self.part(), "factor:short": -self.part()} for key in keys if self.yes(0.3)},
        )

    def policy(self) -> PacketPolicy:
        most = (0, 1, 2, 5, 50, 2**32 - 1)
        made: Dict[str, object] = {name: self.one(most) for name in _LIMITS if self.yes(0.3)}
        made.update((name, self.yes()) for name in _FLAGS)
        return cast(PacketPolicy, {**made, "rank": self.one((None, "stored", "relevance"))})

    def request(self) -> PacketRequest:
        cues: Cues = {"keywords": ["boat", "Porto"][: self.size(2)], "tags": ["t"] * self.yes(0.3)}
        if self.yes(0.2):
            cues["time_range"] = {"start": self.moment(), "end": self.moment()}
        names = (*SECTIONS, "stm")
        odd: Sequence[JsonValue] = (0, 1, 25, 40, 150, 600, 2**40, -1, "9", None, True, 1.5)
        per_section: JsonObject = {self.one(names): self.one(odd) for _ in range(self.size(8))}
        return {
            "scope": {**SCOPE},
            "purpose": self.one(("planner", "tool", "responder")),
            "task_type": self.one((None, "sum")),
            "query": self.one((None, "a boat")),
            "cues": cues,
            "budget": {"max_tokens": self.one((0, 1, 58, 59, 60, 200, 800, 4000)), "per_section": per_section},
            "policy": self.policy(),
            "estimator": self.one((None, "characters", "cjk")),
        }


Case = Tuple[PacketRequest, Candidates, MemoryPacket]


@pytest.fixture(params=range(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    chance = Chance(request.param)
    kept, asked_for = chance.kept(), chance.request()
    asked = read(asked_for, NOW)
    candidates = load(kept, asked, NOW)
    return asked_for, candidates, build(asked, candidates, now=NOW)


def _sections(packet: MemoryPacket) -> Dict[str, object]:
    short_term, long_term = packet["short_term"], packet["long_term"]
    return {
        "working_state": short_term["working_state"],
        "rolling_summary": short_term["rolling_summary"],
        "key_quotes": short_term["key_quotes"],
        "conversation_window": short_term["conversation_window"],
        "facts": long_term["facts"],
        "procedures": long_term["procedures"],
        "episodes": long_term["episodes"],
        "insight": packet["insight"],
    }


def test_the_report_is_true_and_every_limit_holds(case: Case) -> None:
    request, _, packet = case
    report = packet["budget_report"]
    estimate = ESTIMATORS[request.get("estimator") or "characters"]
    usage = {
        name: estimate(json.dumps(section, separators=(",", ":"), ensure_ascii=False))
        for name, section in _sections(packet).items()
    }
    assert report["section_usage"] == usage
    assert report["used_tokens_est"] == sum(usage.values())
    nothing: OverBudget = {"tokens": 0, "sections": {}}
    over = report.get("over_budget", nothing)
    budget = packet["meta"]["budget"]
    for name, limit in budget["per_section"].items():
        if name in usage and type(limit) is int and limit >= 0:
            assert over["sections"].get(name, 0) == max(0, usage[name] - limit)
            # Only what holds nothing that could be dropped is over.
            assert usage[name] <= limit or name in ("working_state", "rolling_summary") or not _items(packet, name)
    if budget["max_tokens"]:
        assert over["tokens"] == max(0, sum(usage.values()) - budget["max_tokens"])
        assert not over["tokens"] or not any(_items(packet, name) for name in usage)


def _items(packet: MemoryPacket, section: str) -> List[object]:
    found = _sections(packet)[section]
    if section == "insight":
        return [one for name in _TRIMMED for one in json.loads(json.dumps(found))[name]]
    return list(found) if isinstance(found, list) else []


def test_every_candidate_is_in_the_packet_or_omitted_for_a_reason(case: Case) -> None:
    request, candidates, packet = case
    quotes = candidates.stm["key_quotes"] if candidates.stm else []
    offered = Counter(("facts", one["fact_id"]) for one in candidates.facts)
    offered.update(("episodes", one["episode_id"]) for one in candidates.episodes)
    offered.update(("procedures", one["procedure_id"]) for one in candidates.procedures)
    offered.update(("insight", one["id"]) for one in candidates.insights)
    offered.update(("key_quotes", one["evidence_id"]) for one in quotes)
    told = Counter(
        (one["section"].partition(".")[0], one["id"])
        for one in packet["budget_report"]["omissions"]
        if one["section"] != "conversation_window"
    )
    ids = {"facts": "fact_id", "episodes": "episode_id", "procedures": "procedure_id", "insight": "id"}
    for section, id_key in {**ids, "key_quotes": "evidence_id"}.items():
        told.update((section, json.loads(json.dumps(one))[id_key]) for one in _items(packet, section))
    assert told == offered
    assert all(one["reason"] for one in packet["budget_report"]["omissions"])
    selected = Counter((one["section"].partition(".")[0], one["id"]) for one in packet["explain"]["selected"])
    assert selected == Counter(
        (section, json.loads(json.dumps(one))[id_key])
        for section, id_key in ids.items()
        for one in _items(packet, section)
    )
    reasons = [(one["section"], one["id"], one["reason"]) for one in packet["explain"]["omitted"]]
    assert reasons == [(one["section"], one["id"], one["reason"]) for one in packet["budget_report"]["omissions"]]


def test_scores_are_the_sums_of_their_parts_and_in_order(case: Case) -> None:
    _, _, packet = case
    scores: Dict[str, List[float]] = {}
    for one in packet["explain"]["selected"]:
        if "score" in one:
            assert one["score"] == sum(one["parts"].values()) == sum(reversed([*one["parts"].values()]))
            scores.setdefault(one["section"], []).append(one["score"])
    assert all(found == sorted(found, reverse=True) for found in scores.values())


def test_the_same_again_is_the_same_to_the_byte(case: Case) -> None:
    request, candidates, packet = case
    chance = random.Random(1)
    shuffled = candidates._replace(
        facts=chance.sample(candidates.facts, len(candidates.facts)),
        episodes=chance.sample(candidates.episodes, len(candidates.episodes)),
        procedures=chance.sample(candidates.procedures, len(candidates.procedures)),
        insights=chance.sample(candidates.insights, len(candidates.insights)),
    )
    again = build(read(json.loads(json.dumps(request)), NOW), shuffled, now=NOW)
    assert json.dumps(again).encode() == json.dumps(packet).encode()


def test_only_what_is_in_the_packet_is_cited(case: Case) -> None:
    _, _, packet = case
    records = {**packet, "citations": [], "budget_report": {}, "explain": {}}
    text = json.dumps(records)
    assert all(json.dumps(one["id"]) in text for one in packet["citations"])
