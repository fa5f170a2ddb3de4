"""The evidence that a packet rests on. Pure."""

from __future__ import annotations

from typing import Dict, Iterator, List, Tuple

from engram.types import Citation, CitationType, EvidenceRef, InsightSection, LongTerm, ShortTerm

_TOOL_KINDS: Dict[str, CitationType] = {"tool_result": "tool_result", "state_patch": "state_patch"}
_DEFAULT_KIND: CitationType = "message"


def citations(short_term: ShortTerm, long_term: LongTerm, insight: InsightSection) -> List[Citation]:
    """Return the evidence of what is in the packet, by id and type; of two for one id and type the first counts."""
    found: Dict[Tuple[str, CitationType], Citation] = {}
    for citation in _in_order(short_term, long_term, insight):
        found.setdefault((citation["id"], citation["type"]), citation)
    return [found[key] for key in sorted(found)]


def _in_order(short_term: ShortTerm, long_term: LongTerm, insight: InsightSection) -> Iterator[Citation]:
    for quote in short_term["key_quotes"]:
        yield {"id": quote["evidence_id"], "type": _DEFAULT_KIND, "ts": quote["ts"], "summary": quote["quote"]}
    for evidence in short_term["last_tool_evidence"]:
        yield _of_tool(evidence)
    supposed = (*insight["hypotheses"], *insight["strategy_sketches"], *insight["patterns"])
    for record in (*long_term["facts"], *long_term["episodes"], *long_term["procedures"], *supposed):
        for source in record["sources"]:
            yield {"id": source, "type": _DEFAULT_KIND, "ts": None, "summary": ""}
    for turn in short_term["conversation_window"]:
        if turn["evidence_id"] is not None:
            yield {"id": turn["evidence_id"], "type": _DEFAULT_KIND, "ts": turn["ts"], "summary": turn["content"]}


def _of_tool(evidence: EvidenceRef) -> Citation:
    kind = _TOOL_KINDS.get(evidence["kind"], _DEFAULT_KIND)
    return {"id": evidence["evidence_id"], "type": kind, "ts": None, "summary": evidence["summary"]}
