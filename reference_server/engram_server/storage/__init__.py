"""Every line of SQL, behind one Store. Knows spaces, memories and terms; knows no text, no ranking and no HTTP."""

from .database import Durability
from .errors import RefusedFileError, StorageBusyError, StorageError, StorageFullError, UnsupportedSqliteError
from .reader import Reader
from .rows import MemoryRow, NewMemory, ProfileRow, ProviderRow, Recorded, Space
from .store import Store, open_store
from .writer import Writer

__all__ = [
    "Durability",
    "MemoryRow",
    "NewMemory",
    "ProfileRow",
    "ProviderRow",
    "Reader",
    "Recorded",
    "RefusedFileError",
    "Space",
    "StorageBusyError",
    "StorageError",
    "StorageFullError",
    "Store",
    "UnsupportedSqliteError",
    "Writer",
    "open_store",
]
