"""The neurons of one Dendrite: each TASK for one of them is done, side by side, and answered."""

from __future__ import annotations

import asyncio
from typing import Dict

from ..types.wire import JsonObject
from .axon import Axon
from .calling import Asking, Caller
from .errors import EngramArgumentError, EngramOverloaded, EngramTimeout, EngramUnavailable
from .hosting import Reply
from .signals import Signal, frozen

# What may go well the next time.
_RECOVERABLE = (EngramTimeout, EngramUnavailable, EngramOverloaded)


class Working:
    """Does tasks."""

    def __init__(self, caller: Caller, reply: Reply) -> None:
        self.axons: Dict[str, Axon] = {}
        self._caller = caller
        self._reply = reply
        #: What is being done, with its trace.
        self._tasks: Dict["asyncio.Task[object]", str] = {}

    async def close(self) -> None:
        """End what is being done."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def receive(self, signal: Signal) -> None:
        """Begin a task, or end those of a trace that was stopped."""
        if signal.type == "STOP":
            for task, trace_id in self._tasks.items():
                if trace_id == signal.trace_id:
                    task.cancel()
        elif signal.type == "TASK":
            axon = self.axons.get(signal.directed.id or "")
            if axon is not None:
                self._begin(axon, signal)

    def _begin(self, axon: Axon, signal: Signal) -> None:
        asking = Asking(signal.trace_id, axon.neuron_id, signal.id)
        work = axon.run(signal.payload["input"], signal.payload["context"], self._caller, asking)
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[task] = signal.trace_id

        def over(task: "asyncio.Task[object]") -> None:
            del self._tasks[task]
            self._tell(axon, signal, task)

        task.add_done_callback(over)

    def _tell(self, axon: Axon, signal: Signal, task: "asyncio.Task[object]") -> None:
        if task.cancelled():
            self._fail(axon, signal, "NEURON_CANCELLED", "it was ended before it was done", recoverable=True)
            return
        error = task.exception()
        if error is not None:
            words = str(error) or type(error).__name__
            self._fail(axon, signal, "NEURON_EXCEPTION", words, recoverable=isinstance(error, _RECOVERABLE))
            return
        try:
            output = frozen(task.result(), f"what neuron {axon.neuron_id!r} returned")
        except EngramArgumentError as refused:
            self._fail(axon, signal, "NEURON_EXCEPTION", str(refused), recoverable=False)
        else:
            self._reply("AGENT_OUTPUT", signal, {"neuron_id": axon.neuron_id, "output": output})

    def _fail(self, axon: Axon, signal: Signal, code: str, message: str, *, recoverable: bool) -> None:
        payload: JsonObject = {
            "neuron_id": axon.neuron_id,
            "code": code,
            "message": message,
            "recoverable": recoverable,
        }
        self._reply("ERROR", signal, payload)
