"""Axon: a neuron, which is a plain function, and the engrams that it knows by names of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Sequence

from ..types.wire import JsonValue
from .binding import EngramBinding
from .errors import EngramArgumentError
from .guests import Guest, called, taken
from .helpers import Bound

if TYPE_CHECKING:
    from .calling import Asking, Caller


class Axon:
    """Connects a neuron to a Dendrite.

    `neuron_fn(input, context)` is asynchronous, or plain and quick; what it returns must be JSON. `capabilities` say
    what it is good for, to whoever reads them.

    Raises:
        EngramArgumentError: two bindings have one name.
    """

    def __init__(
        self,
        neuron_id: str,
        neuron_fn: Guest,
        *,
        capabilities: Sequence[str] = (),
        engrams: Sequence[EngramBinding] = (),
    ) -> None:
        if not neuron_id:
            raise EngramArgumentError("neuron_id: must not be empty")
        self.neuron_id = neuron_id
        self.capabilities = tuple(capabilities)
        self.bindings: Dict[str, EngramBinding] = {}
        self._neuron_fn = neuron_fn
        for binding in engrams:
            if binding.name in self.bindings:
                raise EngramArgumentError(f"two bindings of neuron {neuron_id!r} are called {binding.name!r}")
            self.bindings[binding.name] = binding

    def __repr__(self) -> str:
        return f"<Axon of {self.neuron_id!r} bound to {', '.join(self.bindings) or 'nothing'}>"

    async def run(self, given: JsonValue, context: JsonValue, caller: Caller, asking: Asking) -> object:
        """Call the neuron; return what it returns."""
        bound = Bound(self.neuron_id, self.bindings, caller, asking)
        helpers: Dict[str, object] = {"recall": bound.recall, "imprint": bound.imprint}
        return await called(self._neuron_fn, given, context, **taken(self._neuron_fn, helpers))
