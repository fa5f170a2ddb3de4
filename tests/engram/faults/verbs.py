"""Every verb of the client as one call, and a client for one scripted server."""

from __future__ import annotations

from typing import Callable, Dict, Optional

from engram import EngramClient

KEY = "eng_test_canary_6f1d"

MAX_RESPONSE_BYTES = 1 << 20

Verb = Callable[[EngramClient], object]

VERBS: Dict[str, Verb] = {
    "store_memory": lambda engram: engram.store_memory("Ana has a cat.", "b"),
    "store_memories": lambda engram: engram.store_memories(["Ana has a cat."], "b"),
    "list_memories": lambda engram: engram.list_memories("b"),
    "iter_memories": lambda engram: list(engram.iter_memories("b")),
    "get_memory": lambda engram: engram.get_memory("m", "b"),
    "update_memory": lambda engram: engram.update_memory("m", "Ana has a dog.", "b"),
    "delete_memory": lambda engram: engram.delete_memory("m", "b"),
    "clear_memories": lambda engram: engram.clear_memories("b"),
    "query": lambda engram: engram.query("What pet does Ana have?"),
    "query_stream": lambda engram: list(engram.query_stream("What pet does Ana have?")),
    "list_buckets": lambda engram: engram.list_buckets(),
    "create_bucket": lambda engram: engram.create_bucket("b"),
    "delete_bucket": lambda engram: engram.delete_bucket("b"),
    "get_profile": lambda engram: engram.get_profile("b"),
    "regenerate_profile": lambda engram: engram.regenerate_profile("b"),
}


def impatient_client(
    base_url: str, *, seconds: float = 10.0, retries: int = 0, deadline_seconds: Optional[float] = None
) -> EngramClient:
    """Return a client that waits for `seconds`, tries once but for `retries`, and reads no more than 1 MiB."""
    return EngramClient(
        api_key=KEY,
        base_url=base_url,
        timeout_seconds=seconds,
        stream_timeout_seconds=seconds,
        max_retries=retries,
        max_retries_on_429=retries,
        deadline_seconds=deadline_seconds,
        max_response_bytes=MAX_RESPONSE_BYTES,
    )
