"""Shared memory of agents: neurons read it with `recall` and write it with `imprint`, by names of their own.

    from engram.engrams import Axon, Dendrite, EngramBinding, InMemoryEngram, MemorySynapse

A Dendrite hosts an engram, another does the tasks of a neuron that is bound to it, and a third has them done. Which
engram stands behind a name is decided where it is attached: in memory, in a file, on a server, or functions of yours.
"""

from ..errors import EngramError
from .axon import Axon
from .binding import EngramBinding
from .calling import FailedImprint
from .dendrite import Dendrite
from .engram import Engram, ServedEngram
from .errors import (
    EngramArgumentError,
    EngramCancelled,
    EngramNotBound,
    EngramOverloaded,
    EngramRefused,
    EngramTimeout,
    EngramUnavailable,
)
from .helpers import Imprint, Recall
from .requests import ImprintOp, ImprintOptions, RecallMode, RecallOptions
from .results import Hit, ImprintReceipt, RecallError, RecallResult, TraceEnd
from .signals import Directed, Signal, SignalType
from .stored import InMemoryEngram, PostgresEngram, RemoteEngram, SqliteEngram
from .synapse import MemorySynapse

__all__ = [
    "Axon",
    "Dendrite",
    "Directed",
    "Engram",
    "EngramArgumentError",
    "EngramBinding",
    "EngramCancelled",
    "EngramError",
    "EngramNotBound",
    "EngramOverloaded",
    "EngramRefused",
    "EngramTimeout",
    "EngramUnavailable",
    "FailedImprint",
    "Hit",
    "Imprint",
    "ImprintOp",
    "ImprintOptions",
    "ImprintReceipt",
    "InMemoryEngram",
    "MemorySynapse",
    "PostgresEngram",
    "Recall",
    "RecallError",
    "RecallMode",
    "RecallOptions",
    "RecallResult",
    "RemoteEngram",
    "ServedEngram",
    "Signal",
    "SignalType",
    "SqliteEngram",
    "TraceEnd",
]
