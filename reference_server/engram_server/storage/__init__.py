"""Every line of SQL, behind one Store. Knows spaces, memories, terms, records; knows no text, no ranking, no HTTP."""

from .database import Durability
from .errors import RefusedFileError, StorageBusyError, StorageError, StorageFullError, UnsupportedSqliteError
from .reader import Reader
from .records import Fitting, NewRecord, RecordRow
from .reindexing import Indexing
from .rows import (
    ASKS,
    DATED,
    TELLS_TIME,
    Entity,
    FactRow,
    MemoryRow,
    NewFact,
    NewMemory,
    ProfileRow,
    ProviderRow,
    Recorded,
    Space,
    TurnRow,
    is_mark,
    mention,
    spoken,
)
from .store import Store, open_store
from .writer import Writer

__all__ = [
    "ASKS",
    "DATED",
    "TELLS_TIME",
    "Durability",
    "Entity",
    "FactRow",
    "Fitting",
    "Indexing",
    "MemoryRow",
    "NewFact",
    "NewMemory",
    "NewRecord",
    "ProfileRow",
    "ProviderRow",
    "Reader",
    "RecordRow",
    "Recorded",
    "RefusedFileError",
    "Space",
    "StorageBusyError",
    "StorageError",
    "StorageFullError",
    "Store",
    "TurnRow",
    "UnsupportedSqliteError",
    "Writer",
    "is_mark",
    "mention",
    "open_store",
    "spoken",
]
