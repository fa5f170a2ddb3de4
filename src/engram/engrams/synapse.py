"""MemorySynapse: carries signals between the Dendrites of one process, and knows who serves what.

It hands a signal to every member of the namespace at once and in the order of publishing; a member takes it without
waiting. Who is registered is known here, so a caller learns at once that nobody serves an address, and when everybody
who could answer has answered.
"""

from __future__ import annotations

import time
from typing import Callable, Collection, Dict, List, Mapping, Optional, Protocol, Set, Tuple

from ..types.wire import JsonObject
from .errors import EngramArgumentError, EngramUnavailable
from .signals import Clock, Directed, Signal, SignalType, moment, new_id


class Member(Protocol):
    """Who takes part in a namespace."""

    def receive(self, signal: Signal, /) -> None:
        """Take a signal. It must neither wait nor raise."""


class _Namespace:
    def __init__(self) -> None:
        self.members: List[Member] = []
        #: Engram ids to kinds.
        self.engrams: Dict[str, Optional[str]] = {}
        self.neurons: Set[str] = set()


class MemorySynapse:
    """The bus of one process. It belongs to one event loop.

        synapse = MemorySynapse()
        await synapse.connect()
    """

    def __init__(self, *, clock: Clock = time.time, ids: Callable[[str], str] = new_id) -> None:
        self._clock = clock
        self._ids = ids
        self._connected = False
        self._namespaces: Dict[str, _Namespace] = {}

    async def connect(self) -> None:
        """Make it usable. Safe to call again."""
        self._connected = True

    async def close(self) -> None:
        """Carry nothing any more. Safe to call again."""
        self._connected = False

    def new_trace(self) -> str:
        """Return the id of a new trace."""
        return self._ids("trc")

    def signal(
        self,
        kind: SignalType,
        payload: JsonObject,
        *,
        trace_id: str,
        directed: Directed = Directed(),
        parent_id: Optional[str] = None,
        meta: Optional[JsonObject] = None,
    ) -> Signal:
        """Return a new signal, with its id and the present moment."""
        now = moment(self._clock)
        return Signal(kind, payload, trace_id, self._ids("evt"), now, parent_id, directed, meta or {})

    def publish(self, namespace: str, signal: Signal) -> None:
        """Hand a signal to every member of a namespace.

        Raises:
            EngramUnavailable: the synapse is not connected.
        """
        self._check_connected()
        for member in list(self._of(namespace).members):
            member.receive(signal)

    # -- who is there

    def join(self, namespace: str, member: Member) -> None:
        """Have a member receive the signals of a namespace.

        Raises:
            EngramUnavailable: the synapse is not connected.
        """
        self._check_connected()
        self._of(namespace).members.append(member)

    def leave(self, namespace: str, member: Member) -> None:
        """Have a member receive nothing any more."""
        members = self._of(namespace).members
        if member in members:
            members.remove(member)

    def register(
        self,
        namespace: str,
        *,
        engrams: Mapping[str, Optional[str]] = {},
        neurons: Collection[str] = (),
    ) -> None:
        """Tell who is served: engrams with their kinds, and neurons. All of them, or none.

        Raises:
            EngramArgumentError: one of them is served in this namespace already.
        """
        there = self._of(namespace)
        taken = sorted((engrams.keys() & there.engrams.keys()) | (there.neurons & set(neurons)))
        if taken:
            raise EngramArgumentError(f"{', '.join(map(repr, taken))}: already served in namespace {namespace!r}")
        there.engrams.update(engrams)
        there.neurons.update(neurons)

    def withdraw(self, namespace: str, *, engrams: Collection[str] = (), neurons: Collection[str] = ()) -> None:
        """Tell that they are served no more."""
        there = self._of(namespace)
        for engram_id in engrams:
            there.engrams.pop(engram_id, None)
        there.neurons.difference_update(neurons)

    def engrams(self, namespace: str, directed: Optional[Directed] = None) -> Tuple[str, ...]:
        """Return the ids of the engrams that an address means, or of all, in order."""
        there = self._of(namespace).engrams
        return tuple(sorted(one for one in there if directed is None or directed.means(one, there[one])))

    def neurons(self, namespace: str) -> Tuple[str, ...]:
        """Return the ids of the neurons that are served, in order."""
        return tuple(sorted(self._of(namespace).neurons))

    def _of(self, namespace: str) -> _Namespace:
        return self._namespaces.setdefault(namespace, _Namespace())

    def _check_connected(self) -> None:
        if not self._connected:
            raise EngramUnavailable("the synapse is not connected: `await synapse.connect()` first")
