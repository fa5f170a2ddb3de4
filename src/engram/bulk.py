"""Storing many memories: chunks, several at a time, one outcome each."""

from __future__ import annotations

import itertools
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from .errors import EngramError, ValidationError
from .types import StoreMemoryResult

SendBatch = Callable[[Sequence[str]], List[StoreMemoryResult]]
Progress = Callable[[int, int], None]
"""Called with how many memories are done and how many of these failed, after each chunk, from the calling thread."""


class StoreOutcome(NamedTuple):
    """What became of one memory of `store_many`: a result, or the error that refused it."""

    index: int
    result: Optional[StoreMemoryResult]
    error: Optional[EngramError]

    @property
    def ok(self) -> bool:
        """Whether it was stored or merged."""
        return self.error is None


def store_many(
    contents: Iterable[str],
    send: SendBatch,
    *,
    chunk_size: int,
    concurrency: int,
    on_progress: Optional[Progress],
) -> List[StoreOutcome]:
    """Send all contents in chunks; return the outcomes in the order of the contents."""
    if chunk_size < 1 or concurrency < 1:
        raise ValidationError("chunk_size and concurrency: must be at least 1", outcome="not_sent")
    outcomes: Dict[int, StoreOutcome] = {}
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
                    outcomes[outcome.index] = outcome
                    failed += not outcome.ok
            if on_progress is not None:
                on_progress(len(outcomes), failed)
    return [outcomes[index] for index in range(len(outcomes))]


_Numbered = List[Tuple[int, str]]


def _chunks(contents: Iterable[str], size: int) -> Iterator[_Numbered]:
    numbered = enumerate(contents)
    while True:
        chunk = list(itertools.islice(numbered, size))
        if not chunk:
            return
        yield chunk


def _store_chunk(chunk: _Numbered, send: SendBatch) -> List[StoreOutcome]:
    """Store one chunk. A batch with a bad item stores nothing and names the item: set it aside, send the rest."""
    outcomes = []
    while chunk:
        try:
            results = send([content for _, content in chunk])
        except EngramError as error:
            bad = _named_item(error)
            if bad is None or bad >= len(chunk):
                return outcomes + [StoreOutcome(index, None, error) for index, _ in chunk]
            outcomes.append(StoreOutcome(chunk.pop(bad)[0], None, error))
        else:
            return outcomes + [StoreOutcome(index, result, None) for (index, _), result in zip(chunk, results)]
    return outcomes


def _named_item(error: EngramError) -> Optional[int]:
    details = error.body.get("details") if isinstance(error.body, dict) else None
    index = details.get("index") if isinstance(details, dict) else None
    return index if isinstance(index, int) else None
