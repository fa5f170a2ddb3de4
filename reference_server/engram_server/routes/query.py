"""The route of questions: recall, then an answer, buffered or as server-sent events."""

from __future__ import annotations

import itertools
import json
from typing import Generator, Iterator, List, Union, cast

from engram.types import (
    GraphFact,
    JsonObject,
    QueryBody,
    QueryExplanation,
    QueryOptions,
    QueryResult,
    QueryUsage,
    RetrievalMetadata,
    RetrievedMemory,
    SynthesisUsage,
)
from engram.types.limits import MAX_ANSWER_TOKENS

from ..clock import moment_of, rfc3339
from ..domains.errors import ProviderFailed
from ..domains.hosted.buckets import bucket_name
from ..domains.hosted.queries import (
    Answer,
    Answering,
    Recalling,
    Recollection,
    answer,
    answer_stream,
    recall,
)
from ..domains.scope import DATED, Space
from ..recall.knowledge import FactHit
from ..recall.rank import Ranked
from ..wire import DONE_FRAME, EVENT_STREAM_TYPE, Last, Response, Stream, data_frame, json_response
from .base import Call, Route

# The published client's default.
_DEFAULT_TOP_K = 8


def query(call: Call) -> Response:
    body = cast(QueryBody, call.body)
    options: QueryOptions = body.get("options") or {}
    skip = bool(options.get("skip_synthesis"))
    names = _bucket_names(body)
    with call.scope.read() as reader:
        provider = None if skip else call.services.providers.of(reader, call.scope)
        recalled = recall(reader, call.scope, names, body["query"], _recalling(options))
    how = None if skip else _answering(options)
    if body.get("stream"):
        return _stream(answer_stream(body["query"], recalled, how, provider), recalled, options)
    written = answer(body["query"], recalled, how, provider)
    return json_response(200, {"success": True, **_outcome(written, recalled, options)})


def _bucket_names(body: QueryBody) -> List[str]:
    field, names = "buckets", body.get("buckets")
    if not names:
        field, names = "bucket", [body.get("bucket") or "default"]
    return list(dict.fromkeys(bucket_name(name, field) for name in names))


def _recalling(options: QueryOptions) -> Recalling:
    top_k = options.get("top_k") or _DEFAULT_TOP_K
    per_bucket = options.get("top_k_per_bucket")
    if isinstance(per_bucket, int):
        top_k, per_bucket = per_bucket, None
    field, as_of = "options.top_k_per_bucket", options.get("as_of")
    return Recalling(
        top_k,
        {bucket_name(name, field): count for name, count in (per_bucket or {}).items()},
        options.get("min_similarity_threshold") or 0.0,
        options.get("min_weighted_score") or 0.0,
        None if as_of is None else moment_of(as_of),
    )


def _answering(options: QueryOptions) -> Answering:
    return Answering(
        options.get("max_tokens") or MAX_ANSWER_TOKENS,
        options.get("return_format") or "prose",
        options.get("response_schema"),
    )


def _stream(
    pieces: Generator[Union[str, Answer], None, None], recalled: Recollection, options: QueryOptions
) -> Response:
    # The first piece is waited for, so that a provider that refuses is answered with a status and not with a frame.
    first = next(pieces)
    frames = _frames(itertools.chain([first], pieces), recalled, options)
    headers = [("Content-Type", EVENT_STREAM_TYPE), ("Cache-Control", "no-cache")]
    return Response(200, headers, Stream(frames, pieces.close))


def _frames(
    pieces: Iterator[Union[str, Answer]], recalled: Recollection, options: QueryOptions
) -> Iterator[bytes]:
    try:
        for piece in pieces:
            if isinstance(piece, str):
                yield data_frame({"choices": [{"index": 0, "delta": {"content": piece}}]})
            else:
                yield Last(data_frame(cast(JsonObject, _outcome(piece, recalled, options))))
                yield DONE_FRAME
    except ProviderFailed as error:
        yield Last(data_frame({"error": error.message, "code": error.code}))


def _outcome(written: Answer, recalled: Recollection, options: QueryOptions) -> QueryResult:
    """Return what the buffered reply and the last frame of a stream have in common."""
    outcome: QueryResult = {
        "answer": written.text,
        "memories_found": len(recalled.ranked),
        "usage": _usage(written, recalled),
    }
    if options.get("return_format") == "json":
        outcome["answer_json"] = written.value
    if options.get("return_explanation") is not False:
        outcome["explanation"] = _explanation(recalled)
    if not options.get("skip_synthesis"):
        synthesis: SynthesisUsage = {
            "model": written.model,
            "input_tokens": written.input_tokens,
            "output_tokens": written.output_tokens,
        }
        outcome["synthesis_usage"] = synthesis
    return outcome


def _usage(written: Answer, recalled: Recollection) -> QueryUsage:
    taken, given = written.input_tokens, written.output_tokens
    return {
        "input_tokens": taken,
        "output_tokens": given,
        "context_tokens": recalled.context_tokens,
        "actual_input_tokens": taken,
        "actual_output_tokens": given,
        "prompt_tokens": taken,
        "completion_tokens": given,
        "total_tokens": taken + given,
    }


def _explanation(recalled: Recollection) -> QueryExplanation:
    explanation: QueryExplanation = {
        "retrieved_memories": [_retrieved(one, recalled) for one in recalled.ranked],
        "graph_facts": [
            _fact(hit, found.space) for found in recalled.found.values() for hit in found.recalled.knowledge.facts
        ],
        "entity_matches": [
            {"entity": hit.entity.name, "bucket_name": found.space.name, "score": hit.score}
            for found in recalled.found.values()
            for hit in found.recalled.knowledge.entities
        ],
        "context_tokens": recalled.context_tokens,
        "unknown_buckets": recalled.unknown,
    }
    if len(recalled.profiles) > 1:
        explanation["profiles"] = recalled.profiles
    else:
        explanation["profile"] = next(iter(recalled.profiles.values()), None)
    return explanation


def _fact(hit: FactHit, space: Space) -> GraphFact:
    fact = hit.fact
    return {
        "subject": fact.subject,
        "predicate": fact.predicate,
        "object": fact.object,
        "memory_id": fact.public_id,
        "bucket_id": space.public_id,
        "bucket_name": space.name,
        "depth": hit.depth,
        "weight": hit.weight,
        "timestamp": rfc3339(fact.said_at),
    }


def _retrieved(one: Ranked, recalled: Recollection) -> RetrievedMemory:
    space = recalled.found[one.memory.space_id].space
    return {
        "memory_id": one.memory.public_id,
        "bucket_id": space.public_id,
        "bucket_name": space.name,
        "content": one.memory.content,
        "raw_score": one.raw_score,
        "weight": one.weight,
        "weighted_score": one.weighted_score,
        "metadata": _metadata(one),
    }


def _metadata(one: Ranked) -> RetrievalMetadata:
    memory, turn = one.memory, one.turn
    metadata: RetrievalMetadata = {"score_parts": one.parts, "why": one.why}
    if turn.said_by:
        metadata["speaker"] = turn.said_by
    if memory.session is not None:
        metadata["session"] = memory.session
    if turn.flags & DATED:
        metadata["occurred_at"] = rfc3339(turn.said_at)
    if memory.metadata is not None:
        metadata["metadata"] = json.loads(memory.metadata)
    return metadata


ROUTES: List[Route] = [
    Route(
        "POST",
        "/v1/query",
        query,
        "Ask a question of one or more buckets; `stream: true` answers as server-sent events.",
        QueryResult,
        QueryBody,
        streams=True,
        reads=True,
    )
]
