"""Memories as callers write them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any, Dict

import pytest

from engram.errors import ValidationError
from engram.items import as_sent, body_of

UTC = timezone.utc


@pytest.mark.parametrize(
    ("item", "body"),
    [
        ("x", {"content": "x"}),
        ("", {"content": ""}),
        ({"content": "x"}, {"content": "x"}),
        ({"content": "x", "speaker": None, "metadata": {}}, {"content": "x", "metadata": {}}),
        (MappingProxyType({"content": "x", "session": "s"}), {"content": "x", "session": "s"}),
        (
            {"content": "x", "occurred_at": datetime(2026, 5, 8, tzinfo=UTC)},
            {"content": "x", "occurred_at": "2026-05-08T00:00:00.000Z"},
        ),
        # What cannot be meant is refused where bodies are encoded, or by the server.
        (7, {"content": 7}),
    ],
)
def test_a_memory_becomes_its_body(item: Any, body: Dict[str, object]) -> None:
    assert body_of(item) == body


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("2026-05-08T13:56:00+02:00", "2026-05-08T13:56:00+02:00"),
        (datetime(2026, 5, 8, 13, 56, tzinfo=UTC), "2026-05-08T13:56:00.000Z"),
        (datetime(2026, 5, 8, 1, 0, 0, 999_999, timezone(timedelta(hours=2, seconds=1))), "2026-05-07T22:59:59.999Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.000Z"),
        (7, 7),
        (None, None),
    ],
)
def test_a_datetime_is_sent_in_utc(value: object, sent: object) -> None:
    assert as_sent("occurred_at", value) == sent


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (datetime(2026, 5, 8), "as_of: .* has no time zone"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))), "as_of: .* out of range"),
        (date(2026, 5, 8), "as_of: date is neither"),
        (b"2026", "as_of: bytes is neither"),
    ],
)
def test_what_is_no_moment_is_refused(value: object, words: str) -> None:
    with pytest.raises(ValidationError, match=words) as caught:
        as_sent("as_of", value)
    assert (caught.value.outcome, caught.value.status) == ("not_sent", 0)


def test_a_misspelt_field_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="^occured_at: .*occurred_at") as caught:
        body_of({"content": "x", "occured_at": "2026-05-08T00:00:00Z"})  # type: ignore[arg-type]  # the slip
    assert caught.value.outcome == "not_sent"
