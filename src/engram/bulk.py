"""Storing many memories: chunks, several at a time, one outcome each."""

from __future__ import annotations

import itertools
from typing import (
    TYPE_CHECKING,
    Callable,
    Dict,
    Iterable,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Set,
    Tuple,
    TypeVar,
)

from .codec import check_is_many
from .errors import EngramError, ProtocolError, TooLargeError, ValidationError
from .types import StoreMemoryResult

if TYPE_CHECKING:
    from concurrent.futures import Future

Item = TypeVar("Item")
SendBatch = Callable[[Sequence[Item]], List[StoreMemoryResult]]
Progress = Callable[[int, int], None]
"""Called with how many memories are done and how many of these failed, after each chunk, from the calling thread."""


class StoreOutcome(NamedTuple):
    """What became of one memory of `store_many`: a result, or the error that refused it."""

    #: Which one, counted from 0.
    position: int
    result: Optional[StoreMemoryResult]
    error: Optional[EngramError]

    @property
    def ok(self) -> bool:
        """Whether it was stored or merged."""
        return self.error is None


def store_many(
    contents: Iterable[Item],
    send: SendBatch[Item],
    *,
    chunk_size: int,
    concurrency: int,
    on_progress: Optional[Progress],
) -> List[StoreOutcome]:
    """Send all contents in chunks; return the outcomes in the order of the contents."""
    check_is_many(contents, "contents")
    if chunk_size < 1 or concurrency < 1:
        raise ValidationError("chunk_size and concurrency: must be at least 1", outcome="not_sent")
    outcomes: Dict[int, StoreOutcome] = {}
    # Imported here: it costs a client that never stores many a fifth of its start.
    from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

    pending: "Set[Future[List[StoreOutcome]]]" = set()
    failed = 0
    with ThreadPoolExecutor(concurrency, thread_name_prefix="engram-store-many") as pool:
        chunks = _chunks(contents, chunk_size)
        for chunk in itertools.chain(chunks, itertools.repeat(None)):
            if chunk is not None:
                pending.add(pool.submit(_store_chunk, chunk, send))
            # The input is read only as fast as it is stored, so it may be larger than memory.
            if chunk is not None and len(pending) < concurrency:
                continue
            if not pending:
                break
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                for outcome in future.result():
                    outcomes[outcome.position] = outcome
                    failed += not outcome.ok
            if on_progress is not None:
                on_progress(len(outcomes), failed)
    return [outcomes[position] for position in range(len(outcomes))]


_Numbered = List[Tuple[int, Item]]


def _chunks(contents: Iterable[Item], size: int) -> Iterator[_Numbered[Item]]:
    numbered = enumerate(contents)
    while True:
        chunk = list(itertools.islice(numbered, size))
        if not chunk:
            return
        yield chunk


def _store_chunk(chunk: _Numbered[Item], send: SendBatch[Item]) -> List[StoreOutcome]:
    """Store one chunk. A batch with a bad item stores nothing: set that one aside, send the rest."""
    outcomes: List[StoreOutcome] = []
    parts = [chunk]
    while parts:
        part = parts.pop()
        try:
            results = send([content for _, content in part])
            if len(results) != len(part):
                raise ProtocolError(f"{len(results)} results for {len(part)} memories")
        except EngramError as error:
            bad = _named_item(error)
            if bad is not None and 0 <= bad < len(part):
                outcomes.append(StoreOutcome(part.pop(bad)[0], None, error))
                parts += [part] if part else []
            elif len(part) > 1 and _is_about_one_of_many(error):
                middle = len(part) // 2
                parts += [part[middle:], part[:middle]]
            else:
                outcomes += [StoreOutcome(position, None, error) for position, _ in part]
        else:
            outcomes += [StoreOutcome(position, result, None) for (position, _), result in zip(part, results)]
    return outcomes


def _is_about_one_of_many(error: EngramError) -> bool:
    """Say whether half of a batch may fare better: the whole is too large, or a part of it could not be sent."""
    return isinstance(error, TooLargeError) or (isinstance(error, ValidationError) and error.outcome == "not_sent")


def _named_item(error: EngramError) -> Optional[int]:
    details = error.body.get("details") if isinstance(error.body, dict) else None
    index = details.get("index") if isinstance(details, dict) else None
    return index if isinstance(index, int) else None
