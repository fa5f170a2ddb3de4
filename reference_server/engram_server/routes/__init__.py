"""The routes: one module a face. Read and check input, call the domain, shape the result."""

from __future__ import annotations

from typing import List

from . import brain, brain_graph, brain_keeping, coordination, hosted, query, service, structured, world
from .base import Route

ALL_ROUTES: List[Route] = [
    *service.ROUTES,
    *hosted.ROUTES,
    *query.ROUTES,
    *structured.ROUTES,
    *coordination.ROUTES,
    *world.ROUTES,
    *brain.ROUTES,
    *brain_graph.ROUTES,
    *brain_keeping.ROUTES,
]
