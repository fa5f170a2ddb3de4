"""The commands that speak to a server: one call of the client each, shown as lines or as JSON."""

from __future__ import annotations

import argparse
import sys
from contextlib import contextmanager
from typing import Iterator, Sequence

from ..client import EngramClient
from ..errors import ConnectionFailedError, NotFoundError
from ..options import base_url_of
from .failure import CommandError
from .reading import STANDARD_INPUT, batches
from .terminal import show_json, show_stream, show_why


@contextmanager
def _client(given: argparse.Namespace) -> Iterator[EngramClient]:
    """Yield a client of the server; where that is not there, say what to do about it."""
    with EngramClient(base_url=given.base_url) as client:
        try:
            yield client
        except ConnectionFailedError as error:
            if error.outcome != "not_sent":
                raise
            what_to_do = "start engram-server, or set ENGRAM_BASE_URL or --base-url"
            raise CommandError(f"no server at {base_url_of(given.base_url)}: {error}; {what_to_do}") from None
        except NotFoundError as error:
            if error.code != "no_such_path":
                raise
            raise CommandError(f"{error}; is the path in the base URL {base_url_of(given.base_url)} right?") from None


def store(given: argparse.Namespace) -> None:
    """Store the texts of the line, or the lines of standard input."""
    count = 0
    with _client(given) as client:
        for batch in batches(_texts(given.text or [STANDARD_INPUT])):
            count += len(batch)
            stored = client.store_memories(batch, given.bucket)
            if given.json:
                show_json(stored)
            else:
                for result in stored["memories"]:
                    print(f"{result['memory_id']}  {result['status']}")
    if not count:
        raise CommandError("nothing to store: give a text, or lines on standard input")


def _texts(given: Sequence[str]) -> Iterator[str]:
    for text in given:
        yield from _lines() if text == STANDARD_INPUT else [text]


def _lines() -> Iterator[str]:
    try:
        yield from (line.strip() for line in sys.stdin if line.strip())
    except UnicodeDecodeError as error:
        raise CommandError(f"standard input is not {error.encoding} text") from None


def query(given: argparse.Namespace) -> None:
    """Ask, and show the answer while it comes; then why."""
    with _client(given) as client:
        if given.json or given.no_answer:
            result = client.query(
                given.question, buckets=given.bucket, top_k=given.top_k, skip_synthesis=given.no_answer
            )
            if given.json:
                return show_json(result)
            explanation = result.get("explanation")
        else:
            with client.query_stream(given.question, buckets=given.bucket, top_k=given.top_k) as events:
                explanation = show_stream(events)
    if explanation:
        show_why(explanation["retrieved_memories"])
        for name in explanation.get("unknown_buckets", []):
            print(f"engram: there is no bucket {name!r}", file=sys.stderr)


def list_memories(given: argparse.Namespace) -> None:
    """List a page of a bucket."""
    with _client(given) as client:
        page = client.list_memories(given.bucket, limit=given.limit, offset=given.offset)
    if given.json:
        return show_json(page)
    for memory in page["memories"]:
        print(f"{memory['id']}  {memory['created_at']}  {' '.join(memory['content'].split())}")


def list_buckets(given: argparse.Namespace) -> None:
    """List the buckets."""
    with _client(given) as client:
        found = client.list_buckets()
    if given.json:
        return show_json(found)
    for bucket in found:
        print(f"{bucket['name']}  {bucket.get('memory_count', 0)}")


def delete(given: argparse.Namespace) -> None:
    """Delete memories; stop at the first that is not there."""
    with _client(given) as client:
        for memory_id in given.memory_id:
            client.delete_memory(memory_id, given.bucket)
            if not given.json:
                print(f"{memory_id}  deleted")
    if given.json:
        show_json({"deleted": given.memory_id})
