"""Who has to leave when all slots are taken, decided on sockets that are connected to nothing but a test."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack
from typing import Iterator, List, Tuple

import pytest

from engram_server.doors.slots import BUSY, Slot, Slots
from tests.wire.peer import PATIENCE_SECONDS

SIZE = 3

Pair = Tuple[Slot, socket.socket]


@pytest.fixture
def slots() -> Slots:
    return Slots(SIZE, spare=1)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait longer for who was asked to leave than any thread of a busy machine takes."""
    monkeypatch.setattr("engram_server.doors.slots.GRACE_SECONDS", PATIENCE_SECONDS)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def _pair(stack: ExitStack) -> Tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair()
    return stack.enter_context(ours), stack.enter_context(theirs)


def _full(slots: Slots, stack: ExitStack) -> List[Pair]:
    """Fill the slots with connections that have served and are idle since 1, 2, 3."""
    pairs: List[Pair] = []
    for number in range(SIZE):
        ours, theirs = _pair(stack)
        slot = slots.enter(ours)
        assert slot is not None
        slot.served, slot.idle_since = 1, 1.0 + number
        pairs.append((slot, theirs))
    return pairs


def _leave_when_asked(slots: Slots, slot: Slot) -> threading.Thread:
    """Do what a connection's thread does: wait for bytes, and go at the end of the stream."""

    def wait() -> None:
        if not slot.sock.recv(1):
            slots.leave(slot.sock)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


@pytest.mark.usefixtures("patient")
def test_the_longest_idle_leaves(slots: Slots, stack: ExitStack) -> None:
    pairs = _full(slots, stack)
    pairs[0][0].idle_since = 9.0
    thread = _leave_when_asked(slots, pairs[1][0])
    newcomer = slots.enter(_pair(stack)[0])
    thread.join()
    assert newcomer is not None and not newcomer.is_spare
    assert [slot.is_leaving for slot, _ in pairs] == [False, True, False]
    assert len(slots) == SIZE


@pytest.mark.usefixtures("patient")
def test_a_connection_with_a_request_on_its_way_stays(slots: Slots, stack: ExitStack) -> None:
    pairs = _full(slots, stack)
    pairs[0][1].sendall(b"G")
    thread = _leave_when_asked(slots, pairs[1][0])
    newcomer = slots.enter(_pair(stack)[0])
    thread.join()
    assert newcomer is not None and not newcomer.is_spare
    assert [slot.is_leaving for slot, _ in pairs] == [False, True, False]


def test_no_second_one_is_asked_while_the_first_is_on_its_way_out(slots: Slots, stack: ExitStack) -> None:
    pairs = _full(slots, stack)
    newcomer = slots.enter(_pair(stack)[0])
    assert newcomer is not None and newcomer.is_spare
    assert [slot.is_leaving for slot, _ in pairs] == [True, False, False]


@pytest.mark.usefixtures("patient")
def test_one_that_became_busy_after_all_is_not_waited_for(slots: Slots, stack: ExitStack) -> None:
    pairs = _full(slots, stack)
    pairs[0][0].ask_to_leave()
    pairs[0][0].idle_since = BUSY
    thread = _leave_when_asked(slots, pairs[1][0])
    newcomer = slots.enter(_pair(stack)[0])
    thread.join()
    assert newcomer is not None and not newcomer.is_spare


@pytest.mark.usefixtures("patient")
def test_a_newcomer_gets_a_moment_to_send(slots: Slots, stack: ExitStack) -> None:
    fresh: List[Pair] = []
    for _ in range(SIZE):
        ours, theirs = _pair(stack)
        slot = slots.enter(ours)
        assert slot is not None
        fresh.append((slot, theirs))
    fresh[0][0].idle_since -= 2 * PATIENCE_SECONDS
    fresh[1][0].idle_since -= PATIENCE_SECONDS
    thread = _leave_when_asked(slots, fresh[0][0])
    assert slots.enter(_pair(stack)[0]) is not None
    thread.join()
    assert [slot.is_leaving for slot, _ in fresh] == [True, False, False]


def test_when_all_are_busy_there_is_a_spare_slot_and_then_none(slots: Slots, stack: ExitStack) -> None:
    for slot, _ in _full(slots, stack):
        slot.idle_since = BUSY
    spare = slots.enter(_pair(stack)[0])
    assert spare is not None and spare.is_spare
    assert slots.enter(_pair(stack)[0]) is None
    slots.leave(spare.sock)
    slots.leave(spare.sock)
    again = slots.enter(_pair(stack)[0])
    assert again is not None and again.is_spare


def test_draining_asks_the_idle_and_then_cuts_off_the_busy(slots: Slots, stack: ExitStack) -> None:
    pairs = _full(slots, stack)
    pairs[1][0].idle_since = BUSY
    threads = [_leave_when_asked(slots, slot) for slot, _ in pairs]
    slots.drain(0.01)
    assert slots.is_draining
    assert [slot.is_leaving for slot, _ in pairs] == [True, False, True]
    assert pairs[1][1].recv(1) == b""
    for thread in threads:
        thread.join()
    assert len(slots) == 0
