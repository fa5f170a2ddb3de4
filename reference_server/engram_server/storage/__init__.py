"""Every line of SQL, behind one Store. Knows memories, terms, records, sessions; knows no text, no ranking, no HTTP."""

from .asking import as_json
from .database import Durability
from .engrams import Candidate, ChangeRow, EngramRow, EntryRow, Fit
from .errors import RefusedFileError, StorageBusyError, StorageError, StorageFullError, UnsupportedSqliteError
from .imprints import NewChange, NewEntry
from .leases import LeaseRow, LeaseTerms
from .reader import Reader
from .records import Fitting, NewRecord, RecordRow
from .reindexing import Indexing
from .rows import (
    ALL,
    ASKS,
    DATED,
    TELLS_TIME,
    Among,
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
from .sessions import AuditRow, LogRow, Notes, SessionRow, SessionTimes
from .store import Store, open_store
from .world import SHARED_OWNER, WorldRow
from .writer import Writer

__all__ = [
    "ALL",
    "ASKS",
    "DATED",
    "SHARED_OWNER",
    "TELLS_TIME",
    "Among",
    "AuditRow",
    "Candidate",
    "ChangeRow",
    "Durability",
    "EngramRow",
    "Entity",
    "EntryRow",
    "FactRow",
    "Fit",
    "Fitting",
    "Indexing",
    "LeaseRow",
    "LeaseTerms",
    "LogRow",
    "MemoryRow",
    "NewChange",
    "NewEntry",
    "NewFact",
    "NewMemory",
    "NewRecord",
    "Notes",
    "ProfileRow",
    "ProviderRow",
    "Reader",
    "RecordRow",
    "Recorded",
    "RefusedFileError",
    "SessionRow",
    "SessionTimes",
    "Space",
    "StorageBusyError",
    "StorageError",
    "StorageFullError",
    "Store",
    "TurnRow",
    "UnsupportedSqliteError",
    "WorldRow",
    "Writer",
    "as_json",
    "is_mark",
    "mention",
    "open_store",
    "spoken",
]
