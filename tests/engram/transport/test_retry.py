from __future__ import annotations

import random
from email.utils import formatdate
from typing import List, NamedTuple, Optional, Tuple, Union

import pytest

from engram.transport.retry import (
    WAIT_MAX_SECONDS,
    RETRY_AFTER_MIN_SECONDS,
    Failure,
    GiveUp,
    RetryPolicy,
    Wait,
    decide,
)

# Sun, 06 Nov 1994 08:49:37 GMT, the date of the RFCs' examples.
NOW = 784111777.0
NEVER = float("inf")
POLICY = RetryPolicy(max_retries_on_429=3, max_retries=2)


def _decided(
    failure: Failure,
    attempt: int = 1,
    *,
    repeatable: bool = True,
    remaining: float = NEVER,
    chance: float = 0.0,
    policy: RetryPolicy = POLICY,
) -> Union[Wait, GiveUp]:
    return decide(
        policy, attempt, failure, repeatable=repeatable, now_wall=NOW, remaining=remaining, random=lambda: chance
    )


def _seconds(
    failure: Failure, attempt: int = 1, *, chance: float, policy: RetryPolicy = POLICY
) -> float:
    verdict = _decided(failure, attempt, chance=chance, policy=policy)
    assert isinstance(verdict, Wait)
    return verdict.seconds


# -- may it be repeated

_ANSWERED = [Failure("answered", status) for status in (502, 503, 504)]
_BROKEN = [Failure("broken"), Failure("timeout")]
_NOT_SENT = [Failure("broken", not_sent=True), Failure("timeout", not_sent=True)]
_CROWDED = [Failure("answered", 429)]
_LASTING = [Failure("final")] + [
    Failure("answered", status) for status in (200, 302, 400, 401, 403, 404, 408, 409, 412, 413, 422, 500, 501)
]

# Failures, and whether they are tried again: a repeatable request, then another.
MAY: List[Tuple[List[Failure], bool, bool]] = [
    (_ANSWERED, True, False),
    (_BROKEN, True, False),
    (_NOT_SENT, True, True),
    (_CROWDED, True, True),
    (_LASTING, False, False),
]


@pytest.mark.parametrize(
    ("failure", "repeatable", "expected"),
    [(f, r, (no, yes)[r]) for failures, yes, no in MAY for f in failures for r in (True, False)],
)
def test_what_is_tried_again(failure: Failure, repeatable: bool, expected: bool) -> None:
    assert isinstance(_decided(failure, repeatable=repeatable), Wait) is expected


@pytest.mark.parametrize(
    ("failure", "policy", "retries"),
    [
        (Failure("answered", 429), POLICY, 3),
        (Failure("answered", 503), POLICY, 2),
        (Failure("broken"), POLICY, 2),
        (Failure("timeout"), POLICY, 2),
        (Failure("answered", 429), RetryPolicy(max_retries_on_429=0), 0),
        (Failure("answered", 503), RetryPolicy(max_retries=0), 0),
        (Failure("answered", 429), RetryPolicy(), 3),
        (Failure("answered", 429), RetryPolicy(max_retries=0), 3),
    ],
)
def test_how_often(failure: Failure, policy: RetryPolicy, retries: int) -> None:
    waits = [attempt for attempt in range(1, 10) if isinstance(_decided(failure, attempt, policy=policy), Wait)]
    assert waits == list(range(1, retries + 1))


# -- when

HINTS: List[Tuple[Optional[str], Optional[str], float]] = [
    (None, None, RETRY_AFTER_MIN_SECONDS),
    ("2", None, 2.0),
    ("0.25", None, 0.25),
    ("1.", None, 1.0),
    ("30", None, 30.0),
    # Hints that ask for too little or too much.
    ("0", None, RETRY_AFTER_MIN_SECONDS),
    ("0.000001", None, RETRY_AFTER_MIN_SECONDS),
    ("600", None, WAIT_MAX_SECONDS),
    ("1000000000", None, WAIT_MAX_SECONDS),
    # Dates.
    ("Sun, 06 Nov 1994 08:49:40 GMT", None, 3.0),
    ("Sunday, 06-Nov-94 08:49:40 GMT", None, 3.0),
    ("Sun Nov  6 08:49:40 1994", None, 3.0),
    ("Sun, 06 Nov 1994 09:49:40 +0100", None, 3.0),
    (formatdate(NOW - 100, usegmt=True), None, RETRY_AFTER_MIN_SECONDS),
    (formatdate(NOW + 1e6, usegmt=True), None, WAIT_MAX_SECONDS),
    # Milliseconds win, if they can be read.
    (None, "200", 0.2),
    ("2", "200", 0.2),
    ("2", "1", RETRY_AFTER_MIN_SECONDS),
    ("2", "99999999", WAIT_MAX_SECONDS),
    ("2", "soon", 2.0),
    ("2", "-1", 2.0),
    # What cannot be read is no hint.
    *[
        (garbage, None, RETRY_AFTER_MIN_SECONDS)
        for garbage in ("-5", "nan", "inf", "-inf", "1e3", "0x10", "1_0", "+1", "", " ", "soon", "5 s", "٣", "9" * 400)
    ],
    ("Sun, 99 Nov 99999 08:49:40 GMT", None, RETRY_AFTER_MIN_SECONDS),
    ("6 Nov 1994 8:49:40 +99999999999", None, RETRY_AFTER_MIN_SECONDS),
]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("retry_after", "retry_after_ms", "least"), HINTS)
def test_no_wait_is_shorter_than_the_hint(
    status: int, retry_after: Optional[str], retry_after_ms: Optional[str], least: float
) -> None:
    failure = Failure("answered", status, retry_after=retry_after, retry_after_ms=retry_after_ms)
    # But for the limit: close to it a client comes a little early, so that not all come at the same moment.
    first_span = POLICY.crowd_span_seconds if status == 429 else POLICY.failure_span_seconds
    assert _seconds(failure, chance=0.0) == pytest.approx(min(least, WAIT_MAX_SECONDS - first_span))


@pytest.mark.parametrize(
    ("failure", "spans"),
    [
        (Failure("answered", 429), [2.0, 4.0, 8.0, 16.0, 29.95, 29.95]),
        (Failure("answered", 503), [0.5, 1.0, 2.0, 4.0, 8.0, 16.0]),
        (Failure("broken"), [0.5, 1.0, 2.0, 4.0, 8.0, 16.0]),
    ],
)
def test_the_span_of_chance_doubles_up_to_a_limit(failure: Failure, spans: List[float]) -> None:
    patient = RetryPolicy(max_retries_on_429=99, max_retries=99)
    for attempt, span in enumerate(spans, 1):
        for chance in (0.0, 0.5, 0.999):
            wait = _seconds(failure, attempt, chance=chance, policy=patient)
            assert wait == pytest.approx(RETRY_AFTER_MIN_SECONDS + chance * span)


@pytest.mark.parametrize("hint", ["0", "1", "29", "30", "600"])
def test_waits_are_spread_and_none_is_longer_than_the_limit_whatever_the_hint(hint: str) -> None:
    failure = Failure("answered", 429, retry_after=hint)
    patient = RetryPolicy(max_retries_on_429=99)
    for attempt in range(1, 20):
        soonest, latest = (_seconds(failure, attempt, chance=chance, policy=patient) for chance in (0.0, 0.999))
        assert latest <= 30.0 and latest - soonest > 1.9


def test_chance_comes_on_top_of_the_hint() -> None:
    """Whoever was refused with the same hint at the same time must not come back at the same time."""
    assert _seconds(Failure("answered", 429, retry_after="1"), chance=0.5) == pytest.approx(2.0)


@pytest.mark.parametrize(("remaining", "expected"), [(2.01, True), (2.0, False), (0.5, False), (-1.0, False)])
def test_a_wait_that_would_outlast_the_deadline_is_not_begun(remaining: float, expected: bool) -> None:
    verdict = _decided(Failure("answered", 429, retry_after="2"), remaining=remaining)
    assert isinstance(verdict, Wait) is expected


def test_a_reason_is_given() -> None:
    reasons = {
        _decided(Failure("final")),
        _decided(Failure("broken"), repeatable=False),
        _decided(Failure("broken"), attempt=3),
        _decided(Failure("broken"), remaining=0.0),
    }
    assert len(reasons) == 4 and all(isinstance(reason, GiveUp) and reason.reason for reason in reasons)


# -- the crowd


def test_clients_refused_together_do_not_come_back_together(rng: random.Random) -> None:
    failure = Failure("answered", 429, retry_after="1")
    bins = [0] * 100
    for _ in range(2_000):
        wait = decide(
            POLICY, 1, failure, repeatable=True, now_wall=NOW, remaining=NEVER, random=rng.random
        )
        assert isinstance(wait, Wait)
        bins[int(wait.seconds * 10)] += 1
    # No tenth of a second holds more than a tenth of them: twice its share, which by chance alone does not happen.
    assert max(bins) <= 200


class _Try(NamedTuple):
    at: float
    order: float
    thread: int
    attempt: int


def _lost_of_a_crowd(rng: random.Random) -> int:
    """Return how many writes of 32 threads of 4 are given up against a cap of 3.

    Simulated: a request takes 50 ms, a refusal none.
    """
    lost = 0
    ends: List[float] = []
    left = [4] * 32
    tries = [_Try(rng.random() / 100, rng.random(), thread, 1) for thread in range(32)]
    while tries:
        now = min(tries)
        tries.remove(now)
        ends = [end for end in ends if end > now.at]
        if len(ends) < 3:
            ends.append(now.at + 0.05)
            verdict: Union[Wait, GiveUp, None] = None
        else:
            verdict = decide(
                RetryPolicy(),
                now.attempt,
                Failure("answered", 429, retry_after="1"),
                repeatable=True,
                now_wall=NOW,
                remaining=NEVER,
                random=rng.random,
            )
        if isinstance(verdict, Wait):
            tries.append(_Try(now.at + verdict.seconds, rng.random(), now.thread, now.attempt + 1))
            continue
        lost += verdict is not None
        left[now.thread] -= 1
        if left[now.thread]:
            tries.append(_Try(now.at + 0.05, rng.random(), now.thread, 1))
    return lost


def test_a_crowd_against_a_cap_of_3_loses_next_to_none(rng: random.Random) -> None:
    """The published client lost 16 of the 128 writes of one crowd. Of ours one crowd in 3,000 loses one, by chance."""
    assert sum(_lost_of_a_crowd(rng) for _ in range(5)) <= 2
