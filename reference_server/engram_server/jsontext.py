"""JSON text to values, strictly: what two readers could read in two ways is refused. No schema here.

Refused with a 400 each: text that is no UTF-8 or no JSON, NaN and infinities (also `1e999`), a key that stands
twice in one object, half of a surrogate pair, nesting deeper than `MAX_DEPTH`.
"""

from __future__ import annotations

import json
import math
import re
from typing import Dict, List, NoReturn, Tuple

from .wire import ApiError

# The API's own bodies are four deep; the rest is room for `response_schema` and metadata.
MAX_DEPTH = 32

_STRINGS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NOT_BRACKETS = re.compile(rb"[^\[\]{}]+")


def parse(body: bytes) -> object:
    """Return the value of a request body.

    Raises:
        ApiError: 400 with the code `malformed_json`; the message says what is wrong with the text.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed(f"byte {error.start} is not UTF-8") from None
    if text.startswith("\ufeff"):
        raise _malformed("it begins with a byte order mark (BOM)")
    _check_depth(body)
    try:
        value: object = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _malformed(f"{error.msg} at line {error.lineno} column {error.colno}") from None
    except ValueError:
        # An integer of more digits than the interpreter converts.
        raise _malformed("a number has too many digits") from None
    if b"\\u" in body:
        _check_surrogates(value)
    return value


def _malformed(what: str) -> ApiError:
    return ApiError(400, "malformed_json", f"the request body is not valid JSON: {what}")


def _check_depth(body: bytes) -> None:
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _NOT_BRACKETS.sub(b"", _STRINGS.sub(b"", body)):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_DEPTH:
            raise _malformed(f"it is nested deeper than {MAX_DEPTH} levels")


def _unique(pairs: List[Tuple[str, object]]) -> Dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _malformed(f"the key {twice!r} stands twice in one object")
    return result


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _malformed(f"the number {digits[:20]} is too large")
    return number


def _no_constant(name: str) -> NoReturn:
    raise _malformed(f"{name} is not a JSON number")


def _check_surrogates(value: object) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise _malformed("a string holds half of a surrogate pair") from None


# Made once: with hooks, `json.loads` makes one a call.
_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_no_constant)
