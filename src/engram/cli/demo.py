"""The main job in one command: a real server, a real conversation, questions, answers, and why.

Everything goes over HTTP as a user's own program would do it. What is stored is in a temporary database that goes
with the command, unless it is to be kept.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from contextlib import contextmanager
from typing import Iterator, List

from ..client import EngramClient
from ..serving import serve
from ..types.version import VERSION
from .failure import CommandError
from .reading import batches, read_memories
from .terminal import show_stream, show_why, styled

_CONVERSATION = os.path.join(os.path.dirname(__file__), "conversation.jsonl")
# The first has an answer that changed on the way.
_QUESTIONS = (
    "When and where is the surprise party for Ines?",
    "What is Maya allergic to?",
    "How did Biscuit's knee surgery go?",
)
_BUCKET = "conversation"
_SHOWN_MEMORIES = 3
# Enough to recognise a memory by; a memory may be 64 KiB.
_SHOWN_CHARS = 300
# Windows has no SIGHUP.
_ENDING_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def demo(given: argparse.Namespace) -> None:
    """Start a server, store a text, ask, answer, explain, end."""
    from engram_server.config import Settings

    if given.keep and os.path.exists(given.keep):
        raise CommandError(f"{given.keep} exists; give --keep a new file, or open this one: engram-server --db FILE")
    memories = read_memories(given.file or _CONVERSATION)
    with _tidy_when_ended(), tempfile.TemporaryDirectory(prefix="engram-demo-") as folder:
        database = given.keep or os.path.join(folder, "demo.db")
        with serve(Settings(db=database)) as server, server.client() as client:
            _say(f"engram {VERSION}: a server at {server.url}, its database in {database}")
            _store(client, memories)
            for question in _questions(given):
                _answer(client, question)
    if given.keep:
        _say(f"kept in {given.keep}, bucket {_BUCKET!r}; serve it again: engram-server --db {given.keep}")


@contextmanager
def _tidy_when_ended() -> Iterator[None]:
    """Let a signal that ends the process end the block first; one that is ignored (nohup) stays so."""
    caught = [number for number in _ENDING_SIGNALS if signal.getsignal(number) == signal.SIG_DFL]

    def end(number: int, frame: object) -> None:
        for each in caught:
            signal.signal(each, signal.SIG_IGN)
        sys.exit(128 + number)

    try:
        for number in caught:
            signal.signal(number, end)
        yield
    finally:
        for number in caught:
            signal.signal(number, signal.SIG_DFL)


def _store(client: EngramClient, memories: List[str]) -> None:
    began = time.perf_counter()
    for batch in batches(memories):
        client.store_memories(batch, _BUCKET, dedup="off")
    seconds = time.perf_counter() - began
    _say(f"memories stored: {len(memories):,}, in {seconds * 1000:,.0f} ms, every one committed to disk")


def _questions(given: argparse.Namespace) -> Iterator[str]:
    """Yield what to ask: what the line says, the questions of our own conversation, or what the user types."""
    if given.ask or not given.file:
        yield from given.ask or _QUESTIONS
    elif sys.stdin.isatty():
        while True:
            print()
            try:
                question = input(styled("ask (an empty line ends): ", "question")).strip()
            except EOFError:
                question = ""
            if not question:
                return
            yield question
    else:
        _say(f'ask it something: engram demo --file {given.file} --ask "What did we decide?"')


def _answer(client: EngramClient, question: str) -> None:
    print(f"\n{styled(question, 'question')}\n")
    began = time.perf_counter()
    with client.query_stream(question, buckets=[_BUCKET]) as events:
        explanation = show_stream(events)
    memories = explanation["retrieved_memories"] if explanation else []
    milliseconds = (time.perf_counter() - began) * 1000
    shown = memories[:_SHOWN_MEMORIES]
    _say(f"\nanswered in {milliseconds:.1f} ms; why these memories ({len(shown)} of {len(memories)}):")
    show_why(shown, _SHOWN_CHARS)


def _say(text: str) -> None:
    print(styled(text, "dim"))
