"""Group commit: writes that come at the same time share one transaction and one fsync.

There is no thread for it. The first caller that finds nobody leading leads: it runs its own operation and, each under
a savepoint, those that queue up meanwhile, commits once, hands the lead to the first caller that is still queued, and
wakes those that it served. So a caller waits for the group before its own and for its own, never for one after it,
and is answered only when its write is on the disk.

    caller A  [lead: BEGIN, a, COMMIT....fsync....] answered
    caller B      [queued.........................][lead: BEGIN, b, c, d, COMMIT....fsync....] answered
    caller C         [queued......................................................] answered
    caller D            [queued...................................................] answered

An operation that raises is rolled back and hurts nobody else: the leader's own, which comes first, with the transaction
that is all its own until then, the others to their savepoints. When the transaction itself fails, every operation of
the group fails with it and nothing of them is stored.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from contextlib import suppress
from types import TracebackType
from typing import Any, Callable, ContextManager, Deque, Generic, List, Optional, Type, TypeVar, cast

from .errors import StorageError, storage_error
from .patience import BUSY_SECONDS, patiently
from .writer import Writer

T = TypeVar("T")

# A group ends here even if more are queued, so that nobody waits for more than so many others' operations.
MAX_GROUP_OPS = 64


class _Ticket(Generic[T]):
    """One caller's operation and what became of it."""

    __slots__ = ("error", "leads", "op", "result", "thread", "turn")

    def __init__(self, op: Callable[[Writer], T]) -> None:
        self.op = op
        self.thread = threading.get_ident()
        self.result: Optional[T] = None
        self.error: Optional[Exception] = None
        #: Whether its caller is woken to lead, and not because it was served.
        self.leads = False
        #: Locked until its caller may go on.
        self.turn = threading.Lock()
        self.turn.acquire()

    def outcome(self) -> T:
        """Return the operation's result or raise its error."""
        error, self.error = self.error, None
        if error is not None:
            raise error
        return cast(T, self.result)


class _Savepoint:
    """Runs one operation so that its exception undoes it alone and goes to its caller, not to the leader."""

    def __init__(self, db: sqlite3.Connection, ticket: "_Ticket[Any]") -> None:
        self._db = db
        self._ticket = ticket

    def __enter__(self) -> None:
        self._db.execute("SAVEPOINT op")

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> bool:
        if error is None:
            self._db.execute("RELEASE op")
            return False
        if isinstance(error, sqlite3.Error):
            if not self._db.in_transaction:
                return False  # SQLite gave up the whole transaction, as it does when the disk is full.
            error = storage_error(error)
        elif not isinstance(error, Exception):
            return False  # A KeyboardInterrupt is the leader's, whose thread this is.
        self._db.execute("ROLLBACK TO op")
        self._db.execute("RELEASE op")
        self._ticket.error = error
        return True


class GroupCommit:
    """The queue of writes. `writing` lends the connection that writes."""

    def __init__(
        self, writing: Callable[[], ContextManager[sqlite3.Connection]], *, busy_seconds: float = BUSY_SECONDS
    ) -> None:
        self._writing = writing
        self._busy_seconds = busy_seconds
        self._mutex = threading.Lock()
        self._queue: Deque[_Ticket[Any]] = deque()
        #: The thread that leads, None when nobody does.
        self._leader: Optional[int] = None

    def run(self, op: Callable[[Writer], T]) -> T:
        """Run an operation, perhaps in another caller's thread, and return its result once it is committed.

        Raises:
            StorageError: nothing was stored.
            Exception: whatever the operation raised; nothing of it was stored.
        """
        ticket = _Ticket(op)
        with self._mutex:
            if self._leader == ticket.thread:
                raise RuntimeError("an operation must not start another write: use the Writer that it was given")
            ticket.leads = self._leader is None
            if ticket.leads:
                self._leader = ticket.thread
            else:
                self._queue.append(ticket)
        if not ticket.leads:
            self._wait(ticket)
        if ticket.leads:
            self._lead(ticket)
        return ticket.outcome()

    def _wait(self, ticket: "_Ticket[Any]") -> None:
        woken = False
        try:
            woken = ticket.turn.acquire()
        finally:
            if not woken:
                self._withdraw(ticket)

    def _withdraw(self, ticket: "_Ticket[Any]") -> None:
        """Let nobody wait for a caller whom an exception, such as a KeyboardInterrupt, took out of the queue."""
        with self._mutex:
            if ticket in self._queue:
                self._queue.remove(ticket)
        if ticket.leads:
            self._hand_over()

    def _lead(self, own: "_Ticket[Any]") -> None:
        group = [own]
        try:
            with self._writing() as db:
                self._commit(db, group)
        finally:
            self._hand_over()
            for ticket in group[1:]:
                ticket.turn.release()

    def _hand_over(self) -> None:
        with self._mutex:
            if not self._queue:
                self._leader = None
                return
            heir = self._queue.popleft()
            self._leader = heir.thread
            heir.leads = True
            heir.turn.release()

    def _commit(self, db: sqlite3.Connection, group: "List[_Ticket[Any]]") -> None:
        """Run the operation in `group` and those that are queued, adding them to it, in one transaction.

        Raises:
            Exception: whatever the first operation raised, but for sqlite3's errors; nobody else is in the group then.
        """
        failure: Optional[StorageError] = StorageError("the write was interrupted")
        try:
            patiently(lambda: db.execute("BEGIN IMMEDIATE"), self._busy_seconds)
            writer = Writer(db)
            own = group[0]
            own.result = own.op(writer)
            ticket = self._next(group)
            while ticket is not None:
                with _Savepoint(db, ticket):
                    ticket.result = ticket.op(writer)
                ticket = self._next(group)
            db.execute("COMMIT")
            failure = None
        except sqlite3.Error as error:
            failure = storage_error(error)
        finally:
            if failure is not None:
                _roll_back(db)
                for ticket in group:
                    ticket.error = ticket.error or _copy(failure)

    def _next(self, group: "List[_Ticket[Any]]") -> "Optional[_Ticket[Any]]":
        with self._mutex:
            if not self._queue or len(group) == MAX_GROUP_OPS:
                return None
            group.append(self._queue.popleft())
        return group[-1]


def _roll_back(db: sqlite3.Connection) -> None:
    # What fails here (the connection was closed) has failed before, and that is what the callers are told.
    with suppress(sqlite3.Error):
        if db.in_transaction:
            db.execute("ROLLBACK")


def _copy(error: StorageError) -> StorageError:
    """Return an error for one more caller: raising writes to the exception, so that each needs its own."""
    copy = type(error)(*error.args)
    copy.__cause__ = error.__cause__
    return copy
