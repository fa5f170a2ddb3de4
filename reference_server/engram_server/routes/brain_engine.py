"""The routes of what a brain does: encode, answer, activate, forget, strengthen, choose, learn."""

from __future__ import annotations

from typing import List, Union, cast

from engram.types.brain_engine import (
    ActivateBody,
    ActivateResult,
    BrainQueryBody,
    BrainQueryResult,
    ContextPlanWire,
    DecayBody,
    DecayReport,
    EncodeBatchBody,
    EncodeBatchResult,
    EncodeBody,
    EncodeResult,
    OptimizeContextBody,
    ReinforceBody,
    ReinforceResult,
)
from engram.types.brain_learning import (
    LearnPatternsBody,
    PatternReport,
    PatternSuggestions,
    RecallEventInput,
    RecallEventList,
    RecallEventWire,
    SuggestPatternsBody,
    TrainBody,
    TrainResult,
)
from engram.types.limits import MAX_PAGE_ITEMS

from ..domains.brain import brains
from ..domains.brain.engine import asking, choosing, encoding, learning, training, using
from ..domains.scope import Writer
from ..wire import Response, json_response
from .base import Call, Route, Write
from .brain_base import brain_id_of, changing, listing, reading, route

_DEFAULT_QUESTIONS = 100


def encode(call: Call) -> Write:
    body = cast(EncodeBody, call.body)
    text, whole = encoding.prepare(call.scope, body), body.get("return_graph", False)
    return changing(
        call, lambda writer, brain: encoding.encode(writer, call.scope, brain, [text], return_graph=whole)[0]
    )


def encode_batch(call: Call) -> Write:
    body = cast(EncodeBatchBody, call.body)
    texts = [
        encoding.prepare(call.scope, one, f"memories[{place}].content") for place, one in enumerate(body["memories"])
    ]
    whole = body.get("return_graph", False)
    return changing(
        call, lambda writer, brain: {"results": encoding.encode(writer, call.scope, brain, texts, return_graph=whole)}
    )


def query_brain(call: Call) -> Union[Response, Write]:
    body, brain_id = cast(BrainQueryBody, call.body), brain_id_of(call)
    with call.scope.read() as reader:
        told = asking.ask(reader, call.scope, brains.require(reader, call.scope, brain_id), body)
    reply = json_response(200, told.result)
    if not asking.leaves_a_trace(body, told):
        return reply

    def write(writer: Writer) -> Response:
        asking.leave_a_trace(writer, call.scope, brains.require(writer, call.scope, brain_id), body, told)
        return reply

    return write


def activate(call: Call) -> Response:
    body = cast(ActivateBody, call.body)
    return reading(call, lambda reader, brain: choosing.activate(reader, call.scope, brain, body))


def decay(call: Call) -> Union[Response, Write]:
    body = cast(DecayBody, call.body)
    if body.get("dry_run"):
        return reading(call, lambda reader, brain: using.decay(reader, None, call.scope, brain, body))
    return changing(call, lambda writer, brain: using.decay(writer, writer, call.scope, brain, body))


def reinforce(call: Call) -> Write:
    body = cast(ReinforceBody, call.body)
    return changing(call, lambda writer, brain: using.reinforce(writer, call.scope, brain, body))


def optimize_context(call: Call) -> Response:
    body = cast(OptimizeContextBody, call.body)
    return reading(call, lambda reader, brain: choosing.optimize(reader, call.scope, brain, body))


def record_question(call: Call) -> Write:
    body = cast(RecallEventInput, call.body)
    question, session, asked_at = body["query"], body.get("session_id", ""), body.get("asked_at")
    return changing(
        call, lambda writer, brain: using.record_question(writer, call.scope, brain, question, session, asked_at)
    )


def list_questions(call: Call) -> Response:
    limit = call.number("limit", _DEFAULT_QUESTIONS, 1, MAX_PAGE_ITEMS)
    return listing(call, "events", lambda reader, brain: using.questions(reader, brain, limit))


def learn_patterns(call: Call) -> Write:
    until = cast(LearnPatternsBody, call.body).get("reference_time")
    return changing(call, lambda writer, brain: learning.learn(writer, call.scope, brain, until))


def suggest_patterns(call: Call) -> Response:
    body = cast(SuggestPatternsBody, call.body)
    return reading(call, lambda reader, brain: {"suggestions": learning.suggest(reader, brain, body)})


def train(call: Call) -> Write:
    body = cast(TrainBody, call.body)
    return changing(call, lambda writer, brain: training.train(writer, call.scope, brain, body))


ROUTES: List[Route] = [
    route("POST", "/memory/encode", encode, "Encode a text.", EncodeResult, EncodeBody),
    route(
        "POST", "/memory/encode/batch", encode_batch, "Encode texts, all or none.", EncodeBatchResult, EncodeBatchBody
    ),
    route("POST", "/memory/query", query_brain, "Ask a brain.", BrainQueryResult, BrainQueryBody),
    route("POST", "/memory/activate", activate, "Spread activation.", ActivateResult, ActivateBody, reads=True),
    route("POST", "/memory/decay", decay, "Let what lies idle fade.", DecayReport, DecayBody),
    route("POST", "/memory/reinforce", reinforce, "Strengthen what was used.", ReinforceResult, ReinforceBody),
    route(
        "POST",
        "/memory/context/optimize",
        optimize_context,
        "Choose memories for a context.",
        ContextPlanWire,
        OptimizeContextBody,
        reads=True,
    ),
    route(
        "POST", "/memory/recall-events", record_question, "Record a question.", RecallEventWire, RecallEventInput
    ),
    route(
        "GET", "/memory/recall-events", list_questions, "List recorded questions.", RecallEventList, None, ("limit",)
    ),
    route(
        "POST",
        "/memory/patterns/learn",
        learn_patterns,
        "Learn from recorded questions what is asked about next.",
        PatternReport,
        LearnPatternsBody,
    ),
    route(
        "POST",
        "/memory/patterns/suggest",
        suggest_patterns,
        "Read what is often asked about next.",
        PatternSuggestions,
        SuggestPatternsBody,
        reads=True,
    ),
    route("POST", "/memory/train/db", train, "Learn the schema of a database.", TrainResult, TrainBody),
]
