"""How much of what was chosen fits into the budget. Pure.

A section is estimated as the compact JSON that stands in the packet, and again for every number of items that may be
kept. Every item is written once; how many stay is found by halving, so a section of n items costs about log n joins
of texts and no drop writes anything anew.
"""

from __future__ import annotations

from collections import Counter
from typing import Dict, Iterator, List, Mapping, NamedTuple, Sequence, Tuple

from engram.types import Degradation, JsonObject, Omission, OverBudget

from .sizes import Estimator

# The lists of each section in the order in which they lose their last items.
SECTION_LISTS: Mapping[str, Sequence[str]] = {
    "facts": ("facts",),
    "procedures": ("procedures",),
    "episodes": ("episodes",),
    "insight": ("insight.hypotheses", "insight.strategy_sketches", "insight.patterns"),
    "key_quotes": ("key_quotes",),
    "conversation_window": ("conversation_window",),
}
# For the whole packet: what is supposed goes before what was gone through, and that before what is known.
_DROP_ORDER = ("insight", "episodes", "conversation_window", "procedures", "facts", "key_quotes")
# The order of the report.
SECTIONS = (
    "working_state",
    "rolling_summary",
    "key_quotes",
    "conversation_window",
    "facts",
    "procedures",
    "episodes",
    "insight",
)
# Held with its newest first, written with its oldest first.
_WRITTEN_BACKWARDS = "conversation_window"


class Written(NamedTuple):
    """All that is estimated, as compact JSON."""

    #: By section: what is never dropped.
    untouched: Mapping[str, str]
    #: By list: the items, the last of them dropped first.
    items: Mapping[str, Sequence[str]]
    #: What the insight section begins with, up to its first list.
    usage_policy: str


class Fitted(NamedTuple):
    """What fits."""

    #: By list, how many of its first items stay.
    kept: Dict[str, int]
    usage: Dict[str, int]
    #: The list and the reason of each drop, in order, with how many items it was.
    drops: List[Tuple[str, str, int]]


class _Fitting:
    def __init__(self, written: Written, estimator: Estimator) -> None:
        self._written = written
        self._estimator = estimator
        self.kept = {name: len(texts) for name, texts in written.items.items()}
        self.usage = {section: self._estimate(section) for section in SECTIONS}
        self.drops: List[Tuple[str, str, int]] = []

    def fit(self, section: str, limit: int, reason: str) -> None:
        """Drop as few items of a section as bring it to `limit`, or all when nothing does."""
        for name in SECTION_LISTS[section]:
            if self.usage[section] <= limit:
                return
            before = self.kept[name]
            self._keep_most(section, name, limit)
            if self.kept[name] < before:
                self.drops.append((name, reason, before - self.kept[name]))

    def _keep_most(self, section: str, name: str, limit: int) -> None:
        fits, over = 0, self.kept[name]
        while over - fits > 1:
            self.kept[name] = middle = (fits + over) // 2
            if self._estimate(section) <= limit:
                fits = middle
            else:
                over = middle
        self.kept[name] = fits
        self.usage[section] = self._estimate(section)

    def _estimate(self, section: str) -> int:
        return self._estimator(self._text(section))

    def _text(self, section: str) -> str:
        if section in self._written.untouched:
            return self._written.untouched[section]
        if section != "insight":
            return self._list(section)
        lists = (f'"{name.split(".")[1]}":{self._list(name)}' for name in SECTION_LISTS[section])
        return "{" + ",".join((self._written.usage_policy, *lists)) + "}"

    def _list(self, name: str) -> str:
        texts = self._written.items[name][: self.kept[name]]
        return "[" + ",".join(texts[::-1] if name == _WRITTEN_BACKWARDS else texts) + "]"


def fit(written: Written, max_tokens: int, per_section: JsonObject, estimator: Estimator) -> Fitted:
    """Return what fits: first every section into its own limit, then all of them into `max_tokens` (0: no limit)."""
    fitting = _Fitting(written, estimator)
    limits = section_limits(per_section)
    for section in SECTION_LISTS:
        if section in limits:
            fitting.fit(section, limits[section], "section_budget")
    for section in _DROP_ORDER if max_tokens else ():
        others = sum(fitting.usage.values()) - fitting.usage[section]
        fitting.fit(section, max_tokens - others, "budget")
    return Fitted(fitting.kept, fitting.usage, fitting.drops)


def section_limits(per_section: JsonObject) -> Dict[str, int]:
    """Return the limits that are numbers of tokens of a section that there is."""
    return {
        name: limit
        for name, limit in per_section.items()
        if name in SECTIONS and isinstance(limit, int) and not isinstance(limit, bool) and limit >= 0
    }


def omissions(ids: Mapping[str, Sequence[str]], fitted: Fitted) -> Iterator[Omission]:
    """Yield what was dropped, in the order in which it was."""
    left = {name: list(of_list) for name, of_list in ids.items()}
    for name, reason, count in fitted.drops:
        for _ in range(count):
            yield {"section": name, "id": left[name].pop(), "reason": reason}


def over_budget(usage: Mapping[str, int], max_tokens: int, per_section: JsonObject) -> OverBudget:
    """Return by how many tokens what cannot be dropped is over: in all, and in each section that is."""
    limits = section_limits(per_section)
    sections = {name: usage[name] - limit for name, limit in limits.items() if usage[name] > limit}
    return {"tokens": max(0, sum(usage.values()) - max_tokens) if max_tokens else 0, "sections": sections}


def degradations(passed_over: Sequence[Omission], per_section: JsonObject) -> List[Degradation]:
    """Return what was not done as asked: limits that say nothing, then lists that are shorter than they could be."""
    ignored = sorted(set(per_section) - set(section_limits(per_section)))
    found: List[Degradation] = [
        {"section": name, "action": "limit_ignored", "reason": _why_ignored(name)} for name in ignored
    ]
    counts = Counter((omission["section"], omission["reason"]) for omission in passed_over)
    for (section, reason), count in counts.items():
        found.append({"section": section, "action": "shortened", "reason": reason, "dropped": count})
    return found


def _why_ignored(section: str) -> str:
    return "not_a_number_of_tokens" if section in SECTIONS else "no_such_section"
