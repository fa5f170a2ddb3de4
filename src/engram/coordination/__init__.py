"""Coordination: agents see what the others do, claim resources, and keep one world state.

    from engram.coordination import Engram

    with Engram("work.db") as engram:
        me = engram.register("cli", "moving the parser to its own package")
        engram.lock_resource(me, "src/parser.py", mode="exclusive")
        print(engram.get_situation_report())

The public names and nothing else.
"""

from .errors import ClosedError, LeaseOver, ResourceLocked, SessionOver, StaleFence, UnknownSession, VersionConflict
from .face import Engram, SessionRegistry, sitrep, update_world_state
from .place import DB_PATH
from .results import Lease, SessionId

__all__ = [
    "DB_PATH",
    "ClosedError",
    "Engram",
    "Lease",
    "LeaseOver",
    "ResourceLocked",
    "SessionId",
    "SessionOver",
    "SessionRegistry",
    "StaleFence",
    "UnknownSession",
    "VersionConflict",
    "sitrep",
    "update_world_state",
]
