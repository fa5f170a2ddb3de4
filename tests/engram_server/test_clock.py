"""Time as it is stored and as it is sent."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from engram_server.clock import milliseconds, rfc3339, system_clock


@pytest.mark.parametrize(
    ("moment_ms", "sent"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1, "1970-01-01T00:00:00.001Z"),
        (999, "1970-01-01T00:00:00.999Z"),
        (1_767_225_600_000, "2026-01-01T00:00:00.000Z"),
        (1_767_225_599_999, "2025-12-31T23:59:59.999Z"),
        (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
        (4_102_444_800_050, "2100-01-01T00:00:00.050Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ],
)
def test_a_moment_is_sent_as_rfc3339(moment_ms: int, sent: str) -> None:
    assert rfc3339(moment_ms) == sent
    read = datetime.strptime(sent, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    assert round(read.timestamp() * 1000) == moment_ms


@pytest.mark.parametrize(("seconds", "stored"), [(0.0, 0), (1.0009, 1000), (1.9999, 1999), (1e9 + 0.5, 10**12 + 500)])
def test_a_moment_is_stored_in_whole_milliseconds(seconds: float, stored: int) -> None:
    assert milliseconds(lambda: seconds) == stored


def test_the_systems_clock_shows_seconds_since_1970() -> None:
    assert abs(system_clock() - datetime.now(timezone.utc).timestamp()) < 60
