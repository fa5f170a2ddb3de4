"""A question to a brain from its body to its answer, and what asking leaves behind."""

from __future__ import annotations

from engram.types.brain_engine import BrainQueryBody

from ....storage import Reader, Writer
from ....storage.brain_rows import BrainRow
from ...errors import Malformed, Unknown
from ...scope import Scope
from .. import brains, shapes
from ..drafts import normal_tags
from .asked import Depth
from .confidence import KNOWN
from .querying import Wanted, find
from .telling import Told, tell
from .using import after_answer, record_question


def ask(reader: Reader, scope: Scope, brain: BrainRow, given: BrainQueryBody) -> Told:
    """Answer a question.

    Raises:
        Malformed: it is blank.
    """
    if not given["query"].strip():
        raise Malformed("query: must not be blank", {"field": "query"})
    began = scope.clock()
    space = reader.space(scope.tenant_id, brain.brain_id)
    if space is None:
        raise Unknown(f"Brain not found: {brain.brain_id}", {"brain_id": brain.brain_id}, code="brain_not_found")
    depth, max_tokens = given.get("depth"), given.get("max_tokens")
    wanted = Wanted(
        query=given["query"],
        now=brains.moment_or_now(scope, given.get("reference_time")),
        depth=None if depth is None else Depth(depth),
        tags=normal_tags(given.get("tags") or []),
        any_tag=given.get("tag_mode") == "or",
        use_reflex=given.get("use_reflex", True),
    )
    config = shapes.config_of(brain)
    found = find(reader, scope, config, space, wanted)
    most = config["max_context_tokens"] if max_tokens is None else max_tokens
    return tell(
        reader,
        space.id,
        found,
        most,
        include_subgraph=given.get("include_subgraph", False),
        latency_ms=max(0.0, (scope.clock() - began) * 1000),
    )


def leaves_a_trace(given: BrainQueryBody, told: Told) -> bool:
    """Say whether asking changes anything: what was used, or what was asked."""
    return bool(given.get("session_id")) or _is_used(given, told)


def leave_a_trace(writer: Writer, scope: Scope, brain: BrainRow, given: BrainQueryBody, told: Told) -> None:
    """Strengthen what an answer was made of, and record a question that belongs to a session."""
    if _is_used(given, told):
        after_answer(writer, brain, told.used, brains.now(scope))
    session = given.get("session_id")
    if session:
        record_question(writer, scope, brain, given["query"], session, given.get("reference_time"))


def _is_used(given: BrainQueryBody, told: Told) -> bool:
    return given.get("reinforce", True) and told.result["confidence"] > KNOWN
