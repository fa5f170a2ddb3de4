"""What is left behind by a thousand streams that nobody reads to their end, and by a thousand failures."""

from __future__ import annotations

import gc
import os
import threading
from pathlib import Path
from typing import Callable

import pytest

from engram import EngramClient
from engram.errors import EngramError

from .scripted import Script, ScriptedServer, answer, chunk, close, send, stall
from .test_streams import CHUNKED, HALF
from .verbs import impatient_client

DESCRIPTORS = Path("/proc/self/fd")
ROUNDS = 1_000

pytestmark = pytest.mark.skipif(not DESCRIPTORS.exists(), reason="this system does not list a process's descriptors")


def _leaves_the_loop(engram: EngramClient) -> None:
    stream = engram.query_stream("x")
    for _ in stream:
        break


def _drops_it_unread(engram: EngramClient) -> None:
    engram.query_stream("x")


def _drops_it_half_read(engram: EngramClient) -> None:
    next(engram.query_stream("x"))


def _raises_in_the_loop(engram: EngramClient) -> None:
    with pytest.raises(KeyError):
        for _ in engram.query_stream("x"):
            raise KeyError


def _fails(engram: EngramClient) -> None:
    with pytest.raises(EngramError):
        engram.list_buckets()


STREAMING: Script = [send(CHUNKED + chunk(HALF)), stall]
KEEPING: Script = [answer(b"<html>")]


@pytest.mark.parametrize(
    ("use", "script"),
    [
        (_leaves_the_loop, STREAMING),
        (_drops_it_unread, STREAMING),
        (_drops_it_half_read, STREAMING),
        (_raises_in_the_loop, STREAMING),
        (_fails, [close]),
        (_fails, KEEPING),
    ],
)
def test_nothing_is_left_behind(use: Callable[[EngramClient], None], script: Script) -> None:
    others = set(threading.enumerate())
    with ScriptedServer(script) as server, impatient_client(server.url) as engram:
        use(engram)
        before, threads = len(os.listdir(DESCRIPTORS)), len(set(threading.enumerate()) - others)
        for _ in range(ROUNDS):
            use(engram)
        gc.collect()
        if script is not KEEPING:
            server.wait_for_closed_connections()
        assert len(os.listdir(DESCRIPTORS)) - before <= 2
        assert len(set(threading.enumerate()) - others) - threads <= 2
