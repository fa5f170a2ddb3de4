"""Thousands of damaged requests: whatever comes, nothing is run that was not asked for, and the server stays well.

What may be run is decided here, by rules that share nothing with the parser under test: the lines of the damaged
head that look like framing are either spotless, and then say where a second request begins, or nothing may be run.
"""

from __future__ import annotations

import logging
import random
import re
import threading
from typing import Callable, Iterator, List, Optional

import pytest

from engram_server.doors.http import HttpServer
from tests.wire.peer import PATIENCE_SECONDS, Counter, Peer, get, post
from tests.wire.vectors import SMUGGLED

MUTANTS = 6_000

SEEDS = [
    post("/first", SMUGGLED),
    post("/first", SMUGGLED, "Content-Type: application/json", "Authorization: Bearer key"),
    post("/first", SMUGGLED, "Connection: keep-alive", "Expect: 100-continue"),
    post("/first", b"0\r\n\r\n" + SMUGGLED, "X-Transfer: chunked"),
    get("/first") + SMUGGLED,
]
# Pieces over which parsers have come to differ.
SPICES = [
    b"\r\n", b"\n", b"\r", b"\r\r\n", b"\x00", b" ", b"\t", b"\x0b", b"\x0c", b"\x7f", b"\xa0", b"\xff", b":", b",",
    b";", b"+", b"-", b"_", b"0", b"0x", b"9" * 9, b"\r\n ", b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked",
    b"\r\nTransfer-Encoding : chunked", b"\r\nContent-Length: 0", b"\r\nContent-Length : 0", b"\r\nContent_Length: 0",
    b"\r\nHost: b", b"HTTP/1.1", b"HTTP/1.0", b"http://b", b"//", b"#", b"\xe2\x80\xa8",
]  # fmt: skip


def _cut(data: bytes, at: int, rng: random.Random) -> bytes:
    return data[:at] + data[at + rng.randint(1, 8) :]


def _insert(data: bytes, at: int, rng: random.Random) -> bytes:
    return data[:at] + rng.choice(SPICES) + data[at:]


def _replace(data: bytes, at: int, rng: random.Random) -> bytes:
    return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]


def _flip(data: bytes, at: int, rng: random.Random) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]


def _repeat(data: bytes, at: int, rng: random.Random) -> bytes:
    return data[:at] + data[at : at + rng.randint(1, 40)] * 2 + data[at:]


def _swap_lines(data: bytes, at: int, rng: random.Random) -> bytes:
    lines = data.split(b"\r\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\r\n".join(lines)


def _end(data: bytes, at: int, rng: random.Random) -> bytes:
    return data[:at]


MUTATIONS: List[Callable[[bytes, int, random.Random], bytes]] = [
    _cut, _insert, _insert, _insert, _replace, _flip, _repeat, _swap_lines, _end,
]  # fmt: skip


def mutant(rng: random.Random) -> bytes:
    """Return a request with one to three damages, most of them where they hurt: in the head."""
    data = rng.choice(SEEDS)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if data:
            end = max(1, data.find(b"\r\n\r\n"))
            data = rng.choice(MUTATIONS)(data, rng.randrange(end if rng.random() < 0.8 else len(data)), rng)
    return data


def most_runs(data: bytes) -> int:
    """Return how many requests these bytes may be, at most, by the strictest reading of their framing."""
    runs = 0
    while data:
        head, end, rest = data.partition(b"\r\n\r\n")
        size = _body_size(head)
        if not end or size is None or len(rest) < size:
            break
        data, runs = rest[size:], runs + 1
    return runs


def _body_size(head: bytes) -> Optional[int]:
    """Return the length that a head announces, None when it is not beyond doubt."""
    sizes = [0]
    for line in re.split(rb"\r\n|\r|\n", head)[1:]:
        # A lenient parser ignores all that is no visible character, and may take `_` for `-` as CGI does.
        name = re.sub(rb"[^!-~]", b"", line.partition(b":")[0]).lower()
        if name == b"transfer-encoding":
            return None
        if name == b"content-length":
            spotless = re.fullmatch(rb"content-length:[ \t]*([0-9]{1,8})[ \t]*", line.lower())
            if spotless is None or len(sizes) > 1:
                return None
            sizes.append(int(spotless.group(1)))
    return sizes[-1]


@pytest.fixture
def no_noise(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.usefixtures("no_noise")
def test_no_damage_makes_two_requests_of_one(rng: random.Random, capfd: pytest.CaptureFixture[str]) -> None:
    before = set(threading.enumerate())
    counter = Counter()
    with HttpServer(counter) as server:
        for number in range(MUTANTS):
            data = mutant(rng)
            with Peer(server.port) as peer:
                peer.send(data)
                peer.finish_sending()
                replied = peer.read_to_end()
            ran = counter.take()
            assert len(ran) <= most_runs(data), (number, data, ran)
            assert replied.startswith(b"HTTP/1.1 ") if data else not replied, (number, data, replied)
            answers = [status for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", replied) if status != b"100"]
            # One answer for each run and at most one refusal, which is the last.
            assert len(ran) <= len(answers) <= len(ran) + 1, (number, data, replied)
        with Peer(server.port) as peer:
            peer.send(get("/still-there"))
            assert peer.read_answer().status == 200
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE_SECONDS)
    assert set(threading.enumerate()) <= before
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("data", "runs"),
    [
        (b"", 0),
        (SEEDS[0], 1),
        (SEEDS[-1], 2),
        (SEEDS[0][:-1], 0),
        (SEEDS[0].replace(b"Content-Length:", b"Content-Length :"), 0),
        (SEEDS[0].replace(b"Content-Length:", b"X-Length:"), 2),
        (SEEDS[0].replace(b"Host", b"Content-Length: 0\r\nHost"), 0),
        (SEEDS[0].replace(b"Host", b"Transfer-Encoding\t: x\r\nHost"), 0),
        (SEEDS[0].replace(b"Host", b"X: y\nContent-Length: 0\r\nHost"), 0),
    ],
)
def test_the_judge_can_tell(data: bytes, runs: int) -> None:
    assert most_runs(data) == runs
