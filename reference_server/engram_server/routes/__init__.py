"""The routes: one module a face. Read and check input, call the domain, shape the result."""

from __future__ import annotations

from typing import List

from . import (
    brain,
    brain_engine,
    brain_graph,
    brain_keeping,
    coordination,
    engrams,
    hosted,
    query,
    service,
    structured,
    world,
)
from .base import Route

# Entries of engrams are memories too, for whoever asks of memories.
_OF_MEMORIES = [route._replace(before=engrams.settle_memories) for route in (*hosted.ROUTES, *query.ROUTES)]

ALL_ROUTES: List[Route] = [
    *service.ROUTES,
    *_OF_MEMORIES,
    *structured.ROUTES,
    *engrams.ROUTES,
    *coordination.ROUTES,
    *world.ROUTES,
    *brain.ROUTES,
    *brain_engine.ROUTES,
    *brain_graph.ROUTES,
    *brain_keeping.ROUTES,
]
