"""Time as it is stored and as it is sent."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from engram_server.clock import iso, iso_moment_of, microseconds, milliseconds, moment_of, rfc3339, system_clock


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
        (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ],
)
def test_a_moment_is_sent_as_rfc3339_and_read_again(moment_ms: int, sent: str) -> None:
    assert rfc3339(moment_ms) == sent
    assert moment_of(sent) == moment_ms
    read = datetime.strptime(sent, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    assert round(read.timestamp() * 1000) == moment_ms


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026-05-08t15:56:00+02:00", "2026-05-08T13:56:00.000Z"),
        ("2026-05-08 00:26:00-23:59", "2026-05-09T00:25:00.000Z"),
        ("2026-05-08T13:56:00.1z", "2026-05-08T13:56:00.100Z"),
        ("2026-05-08T13:56:00.123999999Z", "2026-05-08T13:56:00.123Z"),
        ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"),
    ],
)
def test_a_moment_is_read_with_any_offset(text: str, same: str) -> None:
    assert rfc3339(moment_of(text)) == same


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-05-08T13:56:00", "its offset from UTC is missing"),
        ("2026-05-08", "not '2026-05-08'"),
        ("", "such as 2026"),
        ("2026-05-08T13:56:00+2:00", "such as 2026"),
        ("2026-05-08T13:56:00Z\n", "such as 2026"),
        ("2026-13-08T13:56:00Z", "that there is"),
        ("2026-05-08T13:56:61Z", "that there is"),
        ("0000-05-08T13:56:00Z", "that there is"),
        ("9999-12-31T23:59:59-00:01", "that there is"),
        ("9" * 50_000, "not '9999"),
    ],
)
def test_what_is_no_moment_is_told_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        moment_of(text)
    assert str(caught.value).startswith("must be a moment") and len(str(caught.value)) < 200


@pytest.mark.parametrize(("seconds", "stored"), [(0.0, 0), (1.0009, 1000), (1.9999, 1999), (1e9 + 0.5, 10**12 + 500)])
def test_a_moment_is_stored_in_whole_milliseconds(seconds: float, stored: int) -> None:
    assert milliseconds(lambda: seconds) == stored


def test_the_systems_clock_shows_seconds_since_1970() -> None:
    assert abs(system_clock() - datetime.now(timezone.utc).timestamp()) < 60


@pytest.mark.parametrize(
    ("moment_us", "sent"),
    [
        (0, "1970-01-01T00:00:00"),
        (1, "1970-01-01T00:00:00.000001"),
        (1_767_225_600_500_000, "2026-01-01T00:00:00.500000"),
        (-1, "1969-12-31T23:59:59.999999"),
        (-62_135_596_800_000_000, "0001-01-01T00:00:00"),
        (253_402_300_799_999_999, "9999-12-31T23:59:59.999999"),
    ],
)
def test_a_moment_of_a_brain_is_sent_as_a_naive_datetime_is_written_and_read_again(moment_us: int, sent: str) -> None:
    assert iso(moment_us) == sent == datetime.fromisoformat(sent).isoformat()
    assert iso_moment_of(sent) == iso_moment_of(sent + "Z") == moment_us


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026-05-08", "2026-05-08T00:00:00"),
        ("2026-05-08 13:56", "2026-05-08T13:56:00"),
        ("2026-05-08t15:56:00.5+02:00", "2026-05-08T13:56:00.500000"),
        ("2026-05-08T13:56:00.1234569Z", "2026-05-08T13:56:00.123456"),
    ],
)
def test_a_moment_of_a_brain_is_read_with_and_without_an_offset(text: str, same: str) -> None:
    assert iso(iso_moment_of(text)) == same


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("yesterday", "such as 2026"),
        ("", "such as 2026"),
        ("2026-05-08T13", "such as 2026"),
        ("2026-05-08T13:56:00\n", "such as 2026"),
        ("2026-13-08T13:56:00", "that there is"),
        ("2026-05-08T25:56:00", "that there is"),
        ("0001-01-01T00:00:00+01:00", "that there is"),
        ("9" * 50_000, "not '9999"),
    ],
)
def test_what_is_no_moment_of_a_brain_is_told(text: str, words: str) -> None:
    with pytest.raises(ValueError, match="must be a moment") as caught:
        iso_moment_of(text)
    assert words in str(caught.value)


def test_the_clock_in_microseconds() -> None:
    assert microseconds(lambda: 1.5) == 1_500_000
