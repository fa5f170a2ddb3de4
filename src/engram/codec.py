"""Bodies to bytes and back, strictly, with every failure an `EngramError`. Pure."""

from __future__ import annotations

import json
from typing import Dict, Iterable, Mapping, NoReturn

from .errors import ProtocolError, ValidationError
from .types.wire import JsonValue

_SHOWN_CHARS = 120


def encode(body: object) -> bytes:
    """Return a request body.

    Raises:
        ValidationError: something in it is no JSON: bytes, NaN, half a surrogate pair, a cycle.
    """
    try:
        return _ENCODER.encode(body).encode("utf-8")
    except UnicodeEncodeError:
        raise ValidationError("a string holds half of a surrogate pair", outcome="not_sent") from None
    except (TypeError, ValueError, RecursionError) as error:
        raise ValidationError(f"the arguments cannot be sent as JSON: {error}", outcome="not_sent") from None


def decode(content: bytes, status: int, content_type: str) -> JsonValue:
    """Return the value of a response body.

    Raises:
        ProtocolError: it is empty, not JSON or broken JSON; the message shows how it begins.
    """
    try:
        value: JsonValue = _DECODER.decode(content.decode("utf-8"))
        return value
    except (ValueError, RecursionError) as error:
        shown = content[:_SHOWN_CHARS].decode("utf-8", "replace")
        kind = content_type.partition(";")[0] or "no content type"
        raise ProtocolError(
            f"HTTP {status} with a body that is not the API's JSON ({kind}; {error}); it begins {shown!r}",
            status,
            shown,
        ) from None


def check_is_many(values: object, what: str) -> None:
    """Refuse one string where several are expected: its characters would be taken for them.

    Raises:
        ValidationError: one string, or nothing that can be iterated over.
    """
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        raise ValidationError(f"{what}: must be a list of strings, not {type(values).__name__}", outcome="not_sent")


def _as_object(value: object) -> Dict[object, object]:
    """Return a mapping that is no dict, as signatures allow, in the one form that `json` takes."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


# Made once: with options, `json.dumps` and `json.loads` make one a call.
_ENCODER = json.JSONEncoder(default=_as_object, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_DECODER = json.JSONDecoder(parse_constant=_refuse)
