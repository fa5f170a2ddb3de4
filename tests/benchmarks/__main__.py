"""`python -m tests.benchmarks [name ...]`: run the named benchmarks, or all of them."""

from __future__ import annotations

import sys

from . import (
    agents,
    async_load,
    brain,
    coordination,
    engrams,
    growth,
    hostile,
    latency,
    packets,
    recall,
    scale,
    startup,
    writes,
)

_ALL = {
    "startup": startup.run,
    "latency": latency.run,
    "writes": writes.run,
    "async": async_load.run,
    "agents": agents.run,
    "coordination": coordination.run,
    "growth": growth.run,
    "scale": scale.run,
    "hostile": hostile.run,
    "recall": recall.run,
    "packets": packets.run,
    "engrams": engrams.run,
    "brain": brain.run,
}

for name in sys.argv[1:] or _ALL:
    _ALL[name]()
