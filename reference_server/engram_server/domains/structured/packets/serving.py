"""Builds packets of what is stored, and logs what was decided. The one module here that does rather than decides."""

from __future__ import annotations

import logging

from engram.types import MemoryPacket, PacketRequest

from ...scope import Scope
from . import explaining
from .asked import read
from .building import build
from .candidates import load
from .searched import Searched

# The name that the published page tells people to set to DEBUG.
logger = logging.getLogger("engram_store")


def packet(scope: Scope, request: PacketRequest) -> MemoryPacket:
    """Return the packet of a checked request."""
    now = scope.now()
    asked = read(request, now)
    with scope.read() as reader:
        candidates = load(Searched(reader, scope, now), asked, now)
    built = build(asked, candidates, now=now)
    log(built)
    return built


def log(built: MemoryPacket) -> None:
    """Log what was decided on the way to a packet."""
    if logger.isEnabledFor(logging.DEBUG):
        for decision in explaining.decisions(built):
            logger.debug("%s", decision)
    logger.info("%s", explaining.summary(built))
    excess = explaining.excess(built)
    if excess:
        logger.warning("%s", excess)
