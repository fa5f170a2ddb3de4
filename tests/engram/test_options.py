"""What a client is set to: from arguments, from the environment, and what is refused when it is made."""

from __future__ import annotations

import math
from typing import Any, Callable, Dict, List, Optional

import pytest

from engram import EngramClient
from engram.errors import ConfigurationError, TimeoutExceededError, ValidationError
from engram.options import DEFAULT_BASE_URL, KEEP, ClientOptions, api_key_of, base_url_of, headers_of

CANARY = "eng_test_canary_31c0"


@pytest.mark.parametrize(
    ("given", "environment", "used"),
    [
        ("http://a", "http://b", "http://a"),
        (None, "http://b", "http://b"),
        ("", "http://b", "http://b"),
        (None, None, DEFAULT_BASE_URL),
        (None, "", DEFAULT_BASE_URL),
    ],
)
def test_the_base_url_is_the_nearest(
    given: Optional[str], environment: Optional[str], used: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if environment is not None:
        monkeypatch.setenv("ENGRAM_BASE_URL", environment)
    assert base_url_of(given) == used


@pytest.mark.parametrize(
    ("given", "environment", "used"),
    [("a", "b", "a"), (None, "b", "b"), ("", "b", "b"), ("!~" + "x" * 500, None, "!~" + "x" * 500)],
)
def test_the_api_key_is_the_nearest(
    given: Optional[str], environment: Optional[str], used: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if environment is not None:
        monkeypatch.setenv("ENGRAM_API_KEY", environment)
    assert api_key_of(given) == used


def test_without_a_key_there_is_no_client() -> None:
    for given in (None, ""):
        with pytest.raises(ConfigurationError, match="ENGRAM_API_KEY") as caught:
            EngramClient(api_key=given)
        assert caught.value.outcome == "not_sent"


def test_a_deadline_that_is_no_number_is_refused() -> None:
    with EngramClient(api_key=CANARY, base_url="http://127.0.0.1:9") as engram:
        with pytest.raises(ValidationError, match="^deadline_seconds: must be a number"):
            engram.list_buckets(deadline_seconds="2")  # type: ignore[arg-type]  # what is tested


@pytest.mark.parametrize("bad", ["\n", "\r\nX: y", " ", "\t", "ü", "\u200b", "е", "\0", "\x7f"], ids=ascii)
@pytest.mark.parametrize("where", ["{}key", "key{}", "ke{}y"])
def test_a_key_that_no_header_can_hold_is_refused_at_once_and_not_shown(bad: str, where: str) -> None:
    with pytest.raises(ConfigurationError, match="visible ASCII") as caught:
        EngramClient(api_key=where.format(bad) + CANARY)
    assert CANARY not in str(caught.value) and caught.value.outcome == "not_sent"


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8377", "127.0.0.1", "//host", "ftp://host", "file:///etc/passwd", "data:,x", "http://", "http:///v1",
        "http://:80", "http://host:port", "http://host:99999", "http://[::1", "http://user:pw@host", "http://host/?q=1",
        "http://host/#x", "http://host/a b", "http://hö.example", "http://host\n", " http://host", "HTTP//host",
        "javascript:alert(1)", "http://host/\x00",
    ],
)  # fmt: skip
def test_a_base_url_that_can_never_work_is_refused_when_the_client_is_made(url: str) -> None:
    with pytest.raises(ConfigurationError, match="^base_url: ") as caught:
        EngramClient(base_url=url, api_key=CANARY)
    assert caught.value.outcome == "not_sent" and "pw" not in str(caught.value)


def test_the_headers_of_every_request() -> None:
    headers = headers_of(CANARY, [("X-Team", "memory"), ("USER-AGENT", "mine/1"), ("accept", "x")])
    assert headers == {
        "authorization": f"Bearer {CANARY}", "accept": "x", "accept-encoding": "identity", "user-agent": "mine/1",
        "x-team": "memory",
    }  # fmt: skip
    assert CANARY not in repr(headers)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("", "x"),
        ("X Y", "x"),
        ("X:", "x"),
        ("X\n", "x"),
        ("Ü", "x"),
        ("X-A", "a\r\nX-B: c"),
        ("X-A", "a\nb"),
        ("X-A", "a\0"),
        ("X-A", "日本"),
        ("X-A", "\ud800"),
    ],
    ids=ascii,
)
def test_a_header_that_cannot_be_sent_is_refused_when_the_client_is_made(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match="^headers: "):
        EngramClient(api_key=CANARY, headers={name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in ("timeout_seconds", "stream_timeout_seconds") for value in (0, -1.0, math.nan)),
        *(("deadline_seconds", value) for value in (0, -1.0, math.nan)),
        *((name, -1) for name in ("max_retries", "max_retries_on_429", "max_response_bytes")),
    ],
)
def test_times_and_counts_that_make_no_sense_are_refused_by_name(name: str, value: float) -> None:
    given: Any = {name: value}
    made: List[Callable[[], object]] = [
        lambda: EngramClient(api_key=CANARY, **given),
        lambda: EngramClient(api_key=CANARY).with_options(**given),
    ]
    for make in made:
        with pytest.raises(ConfigurationError, match=f"^{name}: ") as caught:
            make()
        assert caught.value.outcome == "not_sent"


def test_changed_options_are_others_and_the_rest_stay() -> None:
    before = ClientOptions(timeout_seconds=5.0, deadline_seconds=9.0)
    changes: Dict[str, object] = {"timeout_seconds": 1.0, "deadline_seconds": None, "max_retries": KEEP}
    after = before.changed(changes)
    assert (after.timeout_seconds, after.deadline_seconds, after.max_retries) == (1.0, None, before.max_retries)
    assert before == ClientOptions(timeout_seconds=5.0, deadline_seconds=9.0)


def test_the_defaults_are_those_of_the_published_client() -> None:
    reason = "the published client is in the extra `interop`"
    published: Any = pytest.importorskip("lumetra_engram.client", reason=reason)
    options = ClientOptions()
    assert options.timeout_seconds == published.DEFAULT_TIMEOUT_SECONDS
    assert options.stream_timeout_seconds == published.DEFAULT_STREAM_TIMEOUT_SECONDS
    assert options.max_retries_on_429 == published.DEFAULT_MAX_RETRIES_ON_429
    assert DEFAULT_BASE_URL == published.DEFAULT_BASE_URL


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), "30"])
@pytest.mark.parametrize("name", ["timeout_seconds", "stream_timeout_seconds", "deadline_seconds"])
def test_a_time_that_is_none_is_refused(name: str, seconds: object) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name}: must be a positive number"):
        ClientOptions().changed({name: seconds})


@pytest.mark.parametrize("name", ["max_retries_on_429", "max_retries", "max_response_bytes"])
@pytest.mark.parametrize("count", [-1, "2", 1.5])
def test_a_count_that_is_none_is_refused(name: str, count: object) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name}: must be a whole number and not negative"):
        ClientOptions().changed({name: count})


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan")])
def test_a_call_with_no_time_left_is_not_sent(seconds: float) -> None:
    with EngramClient(api_key=CANARY, base_url="http://127.0.0.1:9") as engram:
        with pytest.raises(TimeoutExceededError) as caught:
            engram.list_buckets(deadline_seconds=seconds)
    assert caught.value.outcome == "not_sent"
