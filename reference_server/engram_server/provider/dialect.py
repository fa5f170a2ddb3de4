"""What OpenAI-compatible servers say, and the many ways in which they say it. Bytes in, answers out; no socket here.

Understood: content that is null or a list of parts, a last piece with nothing but the usage, events that end in CR,
LF or both, a `finish_reason` without `[DONE]` and the other way round, errors inside of a 200.
"""

from __future__ import annotations

import codecs
import io
import json
from typing import Iterable, Iterator, List, Mapping, NamedTuple, Sequence, Union

from engram.types import JsonObject, JsonValue

from ..text.tokens import estimate_tokens

Messages = Sequence[Mapping[str, str]]

_DONE = "[DONE]"


class Completion(NamedTuple):
    """A whole answer. Tokens are the provider's count, or an estimate where it tells none."""

    text: str
    input_tokens: int
    output_tokens: int


Item = Union[str, Completion]


class NoAnswerError(Exception):
    """What came is no answer. `said` is the provider's own sentence: unbounded, and not safe to show as it is."""

    def __init__(self, what: str, said: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.said = said


def completion(messages: Messages, body: bytes) -> Completion:
    """Read an answer that came in one piece."""
    answer = _object(body, "an answer")
    message = _first_choice(answer).get("message")
    text = _text(message.get("content")) if isinstance(message, dict) else ""
    return _counted(messages, text, answer.get("usage"))


def items(messages: Messages, pieces: Iterable[bytes]) -> Iterator[Item]:
    """Read an answer that comes as server-sent events: its texts as they come, then the whole of it."""
    texts: List[str] = []
    usage: JsonValue = None
    ended = False
    for data in _events(pieces):
        if data == _DONE:
            ended = True
            break
        chunk = _object(data, "a piece of an answer")
        usage = chunk.get("usage") or usage
        choice = _first_choice(chunk)
        ended = ended or choice.get("finish_reason") is not None
        delta = choice.get("delta")
        text = _text(delta.get("content")) if isinstance(delta, dict) else ""
        if text:
            texts.append(text)
            yield text
    if not ended:
        raise NoAnswerError("broke off in the middle of its answer")
    yield _counted(messages, "".join(texts), usage)


def error_sentence(body: bytes) -> str:
    """Return what an error body says, `""` when that cannot be found out."""
    try:
        value: JsonValue = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return _sentence(value)


def _sentence(value: JsonValue) -> str:
    """Return the sentence in `{"error": {"message": ...}}` and its common variants."""
    for name in ("error", "message", "detail"):
        if isinstance(value, dict):
            value = value.get(name, value)
    return value if isinstance(value, str) else ""


def _events(pieces: Iterable[bytes]) -> Iterator[str]:
    """Yield the data of each server-sent event; the last one needs no blank line behind it."""
    data: List[str] = []
    for line in _lines(pieces):
        name, _, value = line.partition(":")
        if name == "data":
            data.append(value[1:] if value.startswith(" ") else value)
        elif not line and data:
            yield "\n".join(data)
            data = []
    if data:
        yield "\n".join(data)


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """Yield lines that end in CR, LF or both, wherever the pieces were cut."""
    text = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("utf-8-sig")("replace"), translate=True)
    begun: List[str] = []
    for piece in pieces:
        *ended, rest = text.decode(piece).split("\n")
        for line in ended:
            yield "".join([*begun, line])
            begun = []
        begun.append(rest)
    yield "".join([*begun, text.decode(b"", final=True)])


def _object(text: Union[str, bytes], what: str) -> JsonObject:
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise NoAnswerError(f"sent {what} that is no JSON object: is base_url right?")
    if value.get("error"):
        raise NoAnswerError("failed", _sentence(value))
    return value


def _first_choice(answer: JsonObject) -> JsonObject:
    choices = answer.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    return choice if isinstance(choice, dict) else {}


def _text(content: JsonValue) -> str:
    if isinstance(content, list):
        return "".join(_text(part.get("text")) for part in content if isinstance(part, dict))
    # Half of a surrogate pair has no UTF-8 form and could not be passed on.
    return content.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(content, str) else ""


def _counted(messages: Messages, text: str, usage: JsonValue) -> Completion:
    if not text:
        raise NoAnswerError("sent an answer without text")
    told = usage if isinstance(usage, dict) else {}
    taken, given = told.get("prompt_tokens"), told.get("completion_tokens")
    return Completion(
        text,
        taken if type(taken) is int else sum(estimate_tokens(message["content"]) for message in messages),
        given if type(given) is int else estimate_tokens(text),
    )
