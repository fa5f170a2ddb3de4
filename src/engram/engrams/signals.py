"""What travels between Dendrites: one envelope, ten types of it. Pure.

    TASK      -> AGENT_OUTPUT or ERROR    do this; this came of it
    RECALL    -> RECALLED                 read; what was found, or why nothing was looked for
    IMPRINT   -> IMPRINTED                write; the receipt
    FINAL     -> ENDED                    the trace is over and its writes stay
    STOP      -> ENDED                    the trace is broken off, and if asked for its writes are taken back

A reply names the signal that it answers as its `parent_id`. Payloads are JSON and nothing else, whatever carries them,
so no two sides ever share an object.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Callable, Literal, Mapping, Optional, Tuple, cast

from ..codec import decode, encode
from ..errors import EngramError
from ..types.wire import JsonObject, JsonValue
from .errors import EngramArgumentError

SignalType = Literal[
    "TASK", "AGENT_OUTPUT", "ERROR", "RECALL", "RECALLED", "IMPRINT", "IMPRINTED", "FINAL", "STOP", "ENDED"
]

Clock = Callable[[], float]
"""Seconds since 1970, as `time.time` gives them."""

#: The version of the envelope.
ENVELOPE_VERSION = 1

# As many as a UUID has.
_ID_BYTES = 16


def new_id(prefix: str) -> str:
    """Return an id that nobody else has: `evt_...` of a signal, `trc_...` of a trace."""
    return f"{prefix}_{os.urandom(_ID_BYTES).hex()}"


@dataclass(frozen=True)
class Directed:
    """Whom a signal is for. An `id` beats a `type`; an id that nobody has is not looked for among the types."""

    id: Optional[str] = None
    type: Optional[str] = None
    capabilities: Tuple[str, ...] = ()

    def means(self, an_id: str, a_type: Optional[str]) -> bool:
        """Say whether whoever has this id and type is meant."""
        return self.id == an_id if self.id is not None else self.type is not None and self.type == a_type

    def __str__(self) -> str:
        return repr(self.id) if self.id is not None else f"of kind {self.type!r}"


@dataclass(frozen=True)
class Signal:
    """One message. `meta` tells who sent it and whatever the caller adds."""

    type: SignalType
    payload: JsonObject
    trace_id: str
    id: str
    ts: str
    parent_id: Optional[str] = None
    directed: Directed = Directed()
    meta: JsonObject = field(default_factory=dict)
    v: int = ENVELOPE_VERSION

    def envelope(self) -> JsonObject:
        """Return the signal as it is written down."""
        to = self.directed
        return {
            "v": self.v,
            "id": self.id,
            "trace_id": self.trace_id,
            "parent_id": self.parent_id,
            "type": self.type,
            "directed": {"id": to.id, "type": to.type, "capabilities": list(to.capabilities)},
            "ts": self.ts,
            "payload": self.payload,
            "meta": self.meta,
        }


def moment(clock: Clock) -> str:
    """Return the present as it is sent: RFC 3339 in UTC, with milliseconds."""
    return datetime.fromtimestamp(clock(), timezone.utc).isoformat(timespec="milliseconds")[:-6] + "Z"


def frozen(value: object, what: str) -> JsonValue:
    """Return a copy of a value as JSON has it: nothing that happens to the value later reaches the copy.

    Raises:
        EngramArgumentError: it is no JSON.
    """
    try:
        return decode(encode(value), 0, "")
    except EngramError as error:
        raise EngramArgumentError(f"{what}: {error}") from None


def frozen_object(value: Mapping[str, object], what: str) -> JsonObject:
    """Return a copy of a JSON object, as `frozen` does.

    Raises:
        EngramArgumentError: it is no JSON object.
    """
    if not isinstance(value, Mapping):
        raise EngramArgumentError(f"{what}: must be an object, not {type(value).__name__}")
    return cast(JsonObject, frozen(value, what))
