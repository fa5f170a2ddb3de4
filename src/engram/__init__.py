"""Engram: durable, explainable memory for AI agents.

    from engram import EngramClient

    engram = EngramClient(base_url="http://127.0.0.1:8377", api_key="eng_test_local_development")
    engram.store_memory("User prefers dark mode.", "user-123")
    print(engram.query("What are this user's UI preferences?", buckets=["user-123"])["answer"])

The public names and nothing else. They are loaded when first used: importing the package costs next to nothing.
"""

from __future__ import annotations

# Checkers know this name; importing it from `typing` would cost more than everything else here.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from .aio import AsyncEngramClient as AsyncEngramClient
    from .aio_memory import AsyncMemory as AsyncMemory
    from .aio_stream import AsyncQueryStream as AsyncQueryStream
    from .bulk import StoreOutcome as StoreOutcome
    from .client import DEFAULT_BASE_URL as DEFAULT_BASE_URL
    from .client import DEFAULT_TIMEOUT_SECONDS as DEFAULT_TIMEOUT_SECONDS
    from .client import EngramClient as EngramClient
    from .errors import AuthenticationError as AuthenticationError
    from .errors import ConfigurationError as ConfigurationError
    from .errors import ConflictError as ConflictError
    from .errors import ConnectionFailedError as ConnectionFailedError
    from .errors import EngramError as EngramError
    from .errors import NotFoundError as NotFoundError
    from .errors import PermissionDeniedError as PermissionDeniedError
    from .errors import PreconditionFailedError as PreconditionFailedError
    from .errors import ProtocolError as ProtocolError
    from .errors import RateLimitError as RateLimitError
    from .errors import ServerError as ServerError
    from .errors import StreamInterruptedError as StreamInterruptedError
    from .errors import TimeoutExceededError as TimeoutExceededError
    from .errors import TooLargeError as TooLargeError
    from .errors import ValidationError as ValidationError
    from .integrations.agents import EngramCheckpointer as EngramCheckpointer
    from .integrations.agents import EngramContextInjector as EngramContextInjector
    from .integrations.agents import EngramNodeMiddleware as EngramNodeMiddleware
    from .integrations.langchain import EngramChatMessageHistory as EngramChatMessageHistory
    from .items import MemoryItem as MemoryItem
    from .memory import Memory as Memory
    from .pages import Page as Page
    from .prompt import packet_text as packet_text
    from .raw import RawResponse as RawResponse
    from .stream import QueryStream as QueryStream
    from .transport.base import Hook as Hook
    from .transport.base import Next as Next
    from .transport.base import Request as Request
    from .transport.base import Response as Response
    from .transport.base import Transport as Transport
    from .types import JSON as JSON
    from .types import Bucket as Bucket
    from .types import ClearMemoriesResult as ClearMemoriesResult
    from .types import DeltaEvent as DeltaEvent
    from .types import DoneEvent as DoneEvent
    from .types import EntityMatch as EntityMatch
    from .types import GraphFact as GraphFact
    from .types import ListMemoriesResult as ListMemoriesResult
    from .types import ProfileResult as ProfileResult
    from .types import QueryExplanation as QueryExplanation
    from .types import QueryResult as QueryResult
    from .types import QueryStreamEvent as QueryStreamEvent
    from .types import QueryUsage as QueryUsage
    from .types import RetrievedMemory as RetrievedMemory
    from .types import StoreMemoryResult as StoreMemoryResult
    from .types.version import VERSION as __version__

_TYPES = (
    "JSON Bucket ClearMemoriesResult DeltaEvent DoneEvent EntityMatch GraphFact ListMemoriesResult "
    "ProfileResult QueryExplanation QueryResult QueryStreamEvent QueryUsage RetrievedMemory StoreMemoryResult"
)
_ERRORS = (
    "AuthenticationError ConfigurationError ConflictError ConnectionFailedError EngramError NotFoundError "
    "PermissionDeniedError PreconditionFailedError ProtocolError RateLimitError ServerError "
    "StreamInterruptedError TimeoutExceededError TooLargeError ValidationError"
)

_HOMES = {
    **dict.fromkeys(_TYPES.split(), "types"),
    **dict.fromkeys(_ERRORS.split(), "errors"),
    **dict.fromkeys("DEFAULT_BASE_URL DEFAULT_TIMEOUT_SECONDS EngramClient".split(), "client"),
    **dict.fromkeys("EngramCheckpointer EngramContextInjector EngramNodeMiddleware".split(), "integrations.agents"),
    **dict.fromkeys("Hook Next Request Response Transport".split(), "transport.base"),
    "AsyncEngramClient": "aio",
    "AsyncMemory": "aio_memory",
    "AsyncQueryStream": "aio_stream",
    "Memory": "memory",
    "MemoryItem": "items",
    "Page": "pages",
    "packet_text": "prompt",
    "QueryStream": "stream",
    "RawResponse": "raw",
    "StoreOutcome": "bulk",
}
# Here to be imported, but not among `__all__`: it needs a framework.
_EXTRA_HOMES = {"EngramChatMessageHistory": "integrations.langchain"}

__all__ = ["__version__", *sorted(_HOMES, key=str.casefold)]  # noqa: PLE0604


def __getattr__(name: str) -> object:
    if name == "__version__":
        from .types.version import VERSION

        return VERSION
    home = _HOMES.get(name) or _EXTRA_HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{home}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
