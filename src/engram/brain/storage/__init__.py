"""Where brains are kept: in memory, in a file or on a server, and the same in all three."""

from .backends import BrainStorage, InMemoryStorage, SharedStorage, SQLiteStorage

__all__ = ["BrainStorage", "InMemoryStorage", "SQLiteStorage", "SharedStorage"]
