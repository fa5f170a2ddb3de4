"""Questions: what is recalled from which buckets, and who writes the answer.

Recall happens in one read of the store; writing the answer happens after it, without holding the store.
"""

from __future__ import annotations

import json
from typing import Dict, Generator, List, NamedTuple, Optional, Sequence, Union

from engram.types import JsonObject, JsonValue, ReturnFormat

from ...clock import rfc3339
from ...provider import Completion, Provider, ProviderError
from ...recall.passages import gather
from ...recall.prompt import messages
from ...recall.question import read_question
from ...recall.rank import Asked, Ranked, Recalled, fuse, rank
from ...recall.shaping import as_text, shape
from ...recall.synthesis import deltas, synthesise
from ...storage import Among, MemoryRow, Reader, Space
from ...text.tokens import estimate_tokens
from ..errors import ProviderFailed
from ..scope import Scope

EXTRACTIVE = "extractive"

_US_IN_MS = 1_000


class Recalling(NamedTuple):
    """How to recall."""

    top_k: int
    top_k_per_bucket: Dict[str, int]
    min_similarity: float
    min_weighted: float
    #: Nothing that was said later is known (milliseconds).
    as_of: Optional[int] = None


class Answering(NamedTuple):
    """How to answer."""

    max_tokens: int
    return_format: ReturnFormat
    schema: Optional[JsonObject]


class Found(NamedTuple):
    """What one bucket gave."""

    space: Space
    recalled: Recalled


class Recollection(NamedTuple):
    """What was recalled: the memories of all buckets in one order, and what each bucket knows beside them."""

    ranked: List[Ranked]
    #: By row id of the bucket, in the order in which they were asked for; an unknown one is not among them.
    found: Dict[int, Found]
    profiles: Dict[str, Optional[str]]
    unknown: List[str]
    context_tokens: int


class Answer(NamedTuple):
    """An answer and what it took. `value` is the parsed answer when JSON was asked for."""

    text: str
    value: JsonValue
    model: str
    input_tokens: int
    output_tokens: int


_NO_ANSWER = Answer("", None, EXTRACTIVE, 0, 0)


def recall(
    reader: Reader, scope: Scope, names: Sequence[str], question: str, how: Recalling
) -> Recollection:
    """Recall from each bucket with its own `top_k`, then put all into one order. An unknown bucket finds nothing."""
    asked = Asked(
        read_question(question),
        now=scope.now() if how.as_of is None else how.as_of,
        top_k=how.top_k,
        min_similarity=how.min_similarity,
        as_of=how.as_of,
    )
    found, profiles, unknown = {}, {}, []
    for name in names:
        space = reader.space(scope.tenant_id, name)
        if space is None:
            unknown.append(name)
            continue
        top_k = how.top_k_per_bucket.get(name, how.top_k)
        # What a brain was told to forget by a moment is not recalled after it.
        over = frozenset(reader.expired_fibers(space.id, asked.now * _US_IN_MS))
        found[space.id] = Found(space, rank(reader, space, asked._replace(top_k=top_k, among=Among(over))))
        profile = reader.profile(space.id)
        # A profile tells of what was said until it was made.
        profiles[name] = profile.text or None if profile and how.as_of is None else None
    merged = fuse((one.recalled.ranked for one in found.values()), min_weighted=how.min_weighted)
    context = sum(one.memory.token_count for one in merged)
    return Recollection(merged, found, profiles, unknown, context)


def answer(
    question: str, recalled: Recollection, how: Optional[Answering], provider: Optional[Provider]
) -> Answer:
    """Write the answer: by the provider where there is one, else from the memories' own sentences.

    Without a `how` none was asked for, and it is empty.

    Raises:
        ProviderFailed: the provider refused, broke off or took too long.
    """
    if how is None:
        return _NO_ANSWER
    if provider is None:
        return _extractive(question, recalled, how)
    try:
        completion = provider.complete(_messages(question, recalled, how), how.max_tokens)
    except ProviderError as error:
        raise ProviderFailed(str(error)) from error
    return _written(provider, completion, how)


def answer_stream(
    question: str, recalled: Recollection, how: Optional[Answering], provider: Optional[Provider]
) -> Generator[Union[str, Answer], None, None]:
    """Write the answer piece by piece; the last item is the whole of it. Closing it ends the provider's call."""
    if how is None or provider is None:
        whole = answer(question, recalled, how, provider)
        yield from deltas(whole.text)
        yield whole
        return
    try:
        for item in provider.stream(_messages(question, recalled, how), how.max_tokens):
            yield item if isinstance(item, str) else _written(provider, item, how)
    except ProviderError as error:
        raise ProviderFailed(str(error)) from error


def _extractive(question: str, recalled: Recollection, how: Answering) -> Answer:
    value: JsonValue = None
    material = gather(read_question(question), recalled.ranked, recalled.found.values())
    if how.return_format == "json":
        value = shape(material, how.schema, max_tokens=how.max_tokens)
    if value is None:
        text = synthesise(material, max_tokens=how.max_tokens).text
    else:
        text = as_text(value)
    used = estimate_tokens(question) + recalled.context_tokens
    return Answer(text, value, EXTRACTIVE, used, estimate_tokens(text))


def _messages(question: str, recalled: Recollection, how: Answering) -> List[Dict[str, str]]:
    contents = [one.memory.content for one in recalled.ranked]
    origins = [_origin(one.memory) for one in recalled.ranked]
    profiles = [profile for profile in recalled.profiles.values() if profile]
    as_json = how.return_format == "json"
    return messages(question, contents, origins=origins, profiles=profiles, as_json=as_json, schema=how.schema)


def _origin(memory: MemoryRow) -> str:
    """Return when and by whom a memory was said as far as the caller told, else when it was stored."""
    if memory.occurred_at is None:
        origin = f"stored {rfc3339(memory.created_at)}"
    else:
        origin = f"said {rfc3339(memory.occurred_at)}"
    return f"{origin} by {memory.speaker}" if memory.speaker else origin


def _written(provider: Provider, completion: Completion, how: Answering) -> Answer:
    value = _parsed(completion.text) if how.return_format == "json" else None
    return Answer(completion.text, value, provider.model, completion.input_tokens, completion.output_tokens)


def _parsed(text: str) -> JsonValue:
    """Return the JSON in a model's text, or None: models like to put a fence around it."""
    body = text.strip()
    if body.startswith("```"):
        body = body.strip("`").partition("\n")[2]
    try:
        value: JsonValue = json.loads(body)
        # Python reads NaN and half a surrogate pair too, which could not be passed on.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (ValueError, RecursionError):
        return None
    return value
