"""Bodies to bytes and back, strictly, with every failure an `EngramError`. Pure."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Dict, Iterable, Mapping, NoReturn, Optional, Tuple

from .errors import ProtocolError, ValidationError
from .types.wire import JsonValue

_SHOWN_CHARS = 120
_SHOWN_KEY_CHARS = 40
# Deeper than the 32 levels that a server takes.
_MAX_DEPTH = 40
_HALF = "half of a surrogate pair is not text"


def encode(body: object) -> bytes:
    """Return a request body.

    Raises:
        ValidationError: something in it is no JSON: bytes, NaN, half a surrogate pair, a cycle. It says where.
    """
    try:
        return _ENCODER.encode(body).encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        what = _misfit(body) or str(error)
        raise ValidationError(f"the arguments cannot be sent as JSON: {what}", outcome="not_sent") from None


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


def _misfit(value: object, where: str = "", depth: int = 0) -> Optional[str]:
    """Return what is no JSON in a value and where it stands, None where nothing is found."""
    inside: Iterable[Tuple[str, object]] = ()
    what = None
    if isinstance(value, str):
        what = None if _is_text(value) else _HALF
    elif isinstance(value, float):
        what = None if math.isfinite(value) else f"{value} is not a number of JSON"
    elif depth > _MAX_DEPTH:
        what = "it is nested too deep, or in itself"
    elif isinstance(value, Mapping):
        what = next(filter(None, map(_wrong_key, value)), None)
        inside = ((f"{where}.{key!s:.{_SHOWN_KEY_CHARS}}", one) for key, one in value.items())
    elif isinstance(value, (list, tuple)):
        inside = ((f"{where}[{at}]", one) for at, one in enumerate(value))
    elif value is not None and not isinstance(value, int):
        hint = "; a moment is text, as isoformat() writes it" if isinstance(value, date) else ""
        what = f"{type(value).__name__} is not JSON{hint}"
    if what is not None:
        return f"{where.lstrip('.')}: {what}".lstrip(": ")
    return next(filter(None, (_misfit(one, place, depth + 1) for place, one in inside)), None)


def _wrong_key(key: object) -> Optional[str]:
    if isinstance(key, str):
        return None if _is_text(key) else _HALF
    return None if key is None or isinstance(key, (int, float)) else f"{type(key).__name__} is no key of JSON"


def _is_text(value: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in value)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


# Made once: with options, `json.dumps` and `json.loads` make one a call.
_ENCODER = json.JSONEncoder(default=_as_object, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_DECODER = json.JSONDecoder(parse_constant=_refuse)
