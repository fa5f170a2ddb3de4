"""Every exception that shared engrams add. All of them are children of the one `EngramError` of this package.

    EngramError
     |- EngramTimeout         nobody answered by the deadline (also a TimeoutExceededError)
     |- EngramCancelled       the trace ended, or its Dendrite stopped, while the call waited
     |- EngramNotBound        a name that the Axon has no binding for (also a LookupError)
     |- EngramUnavailable     nobody serves the address, or the engram cannot be opened or reached
     |- EngramArgumentError   refused here before anything was sent (also a ValidationError, hence a ValueError)
     `- EngramRefused         the engram answered with an error; `code` says which
         `- EngramOverloaded  it has too much to do; come back later
"""

from __future__ import annotations

from typing import Tuple

from ..errors import EngramError, Outcome, TimeoutExceededError, ValidationError

__all__ = [
    "EngramArgumentError",
    "EngramCancelled",
    "EngramError",
    "EngramNotBound",
    "EngramOverloaded",
    "EngramRefused",
    "EngramTimeout",
    "EngramUnavailable",
    "refusal",
]


class EngramTimeout(TimeoutExceededError):
    """Nobody answered by the deadline. A write may have happened all the same."""

    #: Who was asked.
    engram_ids: Tuple[str, ...]

    def __init__(self, message: str, engram_ids: Tuple[str, ...] = ()) -> None:
        super().__init__(message, code="timeout")
        self.engram_ids = engram_ids


class EngramCancelled(EngramError):
    """The trace of the call ended, or its Dendrite stopped, before an answer came."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="cancelled")


class EngramNotBound(EngramError, LookupError):
    """The Axon has no binding of that name."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="not_bound", outcome="not_sent")


class EngramUnavailable(EngramError):
    """Nobody serves the address, or what serves it cannot be opened or reached."""

    def __init__(self, message: str, *, outcome: Outcome = "not_sent") -> None:
        super().__init__(message, code="unavailable", outcome=outcome)


class EngramArgumentError(ValidationError):
    """The call was refused before anything was sent: the message names what is wrong."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="bad_request", outcome="not_sent")


class EngramRefused(EngramError):
    """The engram answered with an error. `code` is a stable word: `bad_query`, `exists`, `not_found`, `internal`, ..."""

    #: Who refused.
    engram_id: str

    def __init__(
        self, message: str, *, code: str = "", engram_id: str = "", outcome: Outcome = "rejected"
    ) -> None:
        super().__init__(message, code=code, outcome=outcome)
        self.engram_id = engram_id


class EngramOverloaded(EngramRefused):
    """The engram has too much to do at once. Nothing was done; come back later."""


_OVERLOADED = frozenset({"too_many_requests", "storage_busy"})


def refusal(engram_id: str, code: str, message: str) -> EngramError:
    """Return the error that stands for an engram's answer."""
    name = f"{engram_id}: "
    # What an engram raised where it is hosted names it already.
    said = message if message.startswith(name) else name + message
    if code == "unavailable":
        return EngramUnavailable(said, outcome="unknown")
    if code == "timeout":
        return EngramTimeout(said, (engram_id,))
    kind = EngramOverloaded if code in _OVERLOADED else EngramRefused
    outcome: Outcome = "unknown" if code == "internal" else "rejected"
    return kind(said, code=code, engram_id=engram_id, outcome=outcome)
