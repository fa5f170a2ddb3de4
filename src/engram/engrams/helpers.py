"""The `recall` and `imprint` that a neuron gets: calls on the trace of its task, to engrams by its own names for them.

`Recall` and `Imprint` are their types, for neurons that are type-checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Literal, Mapping, Optional, Protocol, overload

from .binding import EngramBinding
from .errors import EngramNotBound
from .requests import RecallMode, checked_mode, imprint_asked, recall_asked
from .results import ImprintReceipt, Receipts, RecallResult
from .signals import frozen_object

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .calling import Asking, Caller
    from .requests import ImprintOp, ImprintOptions, RecallOptions

class Recall(Protocol):
    """`await recall("ctx", query={"text": question})` reads from the engram that is bound to a name.

    Raises:
        EngramNotBound: there is no such binding.
    """

    async def __call__(
        self,
        name: str,
        *,
        query: Mapping[str, object],
        recall_mode: Optional[RecallMode] = None,
        meta: Optional[Mapping[str, object]] = None,
        **options: "Unpack[RecallOptions]",
    ) -> RecallResult:
        """Read; see `Dendrite.recall`."""


class Imprint(Protocol):
    """`await imprint("ctx", op="append", entry={"answer": 42})` writes to the engram that is bound to a name.

    Raises:
        EngramNotBound: there is no such binding.
    """

    @overload
    async def __call__(
        self,
        name: str,
        *,
        op: ImprintOp,
        entry: Mapping[str, object],
        await_ack: Literal[False] = False,
        broadcast: bool = False,
        meta: Optional[Mapping[str, object]] = None,
        **options: "Unpack[ImprintOptions]",
    ) -> None: ...

    @overload
    async def __call__(
        self,
        name: str,
        *,
        op: ImprintOp,
        entry: Mapping[str, object],
        await_ack: Literal[True],
        broadcast: Literal[False] = False,
        meta: Optional[Mapping[str, object]] = None,
        **options: "Unpack[ImprintOptions]",
    ) -> ImprintReceipt: ...

    @overload
    async def __call__(
        self,
        name: str,
        *,
        op: ImprintOp,
        entry: Mapping[str, object],
        await_ack: Literal[True],
        broadcast: Literal[True],
        meta: Optional[Mapping[str, object]] = None,
        **options: "Unpack[ImprintOptions]",
    ) -> List[ImprintReceipt]: ...

    async def __call__(
        self,
        name: str,
        *,
        op: ImprintOp,
        entry: Mapping[str, object],
        await_ack: bool = False,
        broadcast: bool = False,
        meta: Optional[Mapping[str, object]] = None,
        **options: "Unpack[ImprintOptions]",
    ) -> Receipts:
        """Write; see `Dendrite.imprint`."""


class Bound:
    """The helpers of one task."""

    def __init__(
        self, neuron_id: str, bindings: Mapping[str, EngramBinding], caller: Caller, asking: Asking
    ) -> None:
        self._neuron_id = neuron_id
        self._bindings = bindings
        self._caller = caller
        self._asking = asking

    async def recall(
        self,
        name: str,
        *,
        query: Mapping[str, object],
        recall_mode: Optional[RecallMode] = None,
        meta: Optional[Mapping[str, object]] = None,
        **options: "Unpack[RecallOptions]",
    ) -> RecallResult:
        """See `Recall`."""
        binding = self._binding(name)
        mode = checked_mode(recall_mode or binding.default_recall_mode)
        asked = recall_asked(query, mode, default_deadline_ms=binding.default_deadline_ms, **options)
        return await self._caller.recall(binding.directed, mode, asked, self._with(meta))

    async def imprint(
        self,
        name: str,
        *,
        op: ImprintOp,
        entry: Mapping[str, object],
        await_ack: bool = False,
        broadcast: bool = False,
        meta: Optional[Mapping[str, object]] = None,
        **options: "Unpack[ImprintOptions]",
    ) -> Receipts:
        """See `Imprint`."""
        binding = self._binding(name)
        asked = imprint_asked(op, entry, default_deadline_ms=binding.default_deadline_ms, **options)
        return await self._caller.imprint(
            binding.directed, asked, self._with(meta), broadcast=broadcast, await_ack=await_ack
        )

    def _binding(self, name: str) -> EngramBinding:
        binding = self._bindings.get(name)
        if binding is None:
            there = ", ".join(map(repr, self._bindings)) or "none"
            raise EngramNotBound(f"neuron {self._neuron_id!r} has no engram bound as {name!r}; its bindings: {there}")
        return binding

    def _with(self, meta: Optional[Mapping[str, object]]) -> Asking:
        return self._asking._replace(meta=frozen_object(meta or {}, "meta"))
