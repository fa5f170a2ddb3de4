"""The face of the associative brain: what is learned from questions and from the schemas of databases."""

from __future__ import annotations

from typing import Annotated, List, Optional, TypedDict

from .brain import BrainTime, FiberStage, Share
from .brain_engine import Question, SessionName
from .limits import MAX_BATCH_ITEMS, MAX_TRAINED_TABLES, Between, Items, Length

Topics = Annotated[List[Annotated[str, Length(1, 256)]], Items(0, MAX_BATCH_ITEMS)]


# -- patterns


class _RecallEventRequired(TypedDict):
    query: Question


class RecallEventInput(_RecallEventRequired, total=False):
    """`POST /memory/recall-events`: something that was asked, for patterns to be learned from."""

    session_id: SessionName
    asked_at: BrainTime


class RecallEventWire(TypedDict):
    """A question as it was recorded."""

    id: str
    query: str
    session_id: str
    asked_at: str
    topics: List[str]


class RecallEventList(TypedDict):
    """Recorded questions, newest first."""

    events: List[RecallEventWire]
    count: int


class LearnPatternsBody(TypedDict, total=False):
    """`POST /memory/patterns/learn`."""

    reference_time: Optional[BrainTime]


class PatternReport(TypedDict):
    """What recorded questions show. Learning again from the same questions changes nothing."""

    topics_extracted: int
    pairs_found: int
    patterns_learned: int


class SuggestPatternsBody(TypedDict, total=False):
    """`POST /memory/patterns/suggest`: by topics, or by the topics of a query."""

    topics: Topics
    query: Question
    limit: Annotated[int, Between(1, 100)]


class PatternSuggestions(TypedDict):
    """Topics that are often asked about next, the strongest first."""

    suggestions: List[str]


# -- training


class ColumnWire(TypedDict):
    """A column of a table."""

    name: str
    data_type: str
    nullable: bool
    primary_key: bool
    default_value: Optional[str]


class ForeignKeyWire(TypedDict):
    """A column that leads to a column of another table."""

    column_name: str
    referenced_table: str
    referenced_column: str
    on_delete: Optional[str]
    on_update: Optional[str]


class IndexWire(TypedDict):
    """An index of a table."""

    name: str
    columns: List[str]
    unique: bool


class TableWire(TypedDict):
    """A table."""

    name: str
    columns: Annotated[List[ColumnWire], Items(0, MAX_TRAINED_TABLES)]
    foreign_keys: List[ForeignKeyWire]
    indexes: List[IndexWire]
    row_count_estimate: int


class SchemaSnapshotWire(TypedDict):
    """The schema of a database. The fingerprint is of its tables and columns."""

    database_name: str
    dialect: str
    tables: Annotated[List[TableWire], Items(0, MAX_TRAINED_TABLES)]
    schema_fingerprint: str


class _TrainRequired(TypedDict):
    snapshot: SchemaSnapshotWire


class TrainBody(_TrainRequired, total=False):
    """`POST /memory/train/db`, with a schema that the caller has read. One of a known fingerprint changes nothing."""

    domain_tag: Annotated[str, Length(0, 256)]
    consolidate: bool
    salience_ceiling: Share
    initial_stage: FiberStage
    include_patterns: bool
    include_relationships: bool
    max_tables: Annotated[int, Between(1, MAX_TRAINED_TABLES)]


class TrainResult(TypedDict):
    """What was learned of a database."""

    tables_processed: int
    tables_skipped: int
    columns_processed: int
    relationships_mapped: int
    patterns_detected: int
    neurons_created: int
    synapses_created: int
    enrichment_synapses: int
    schema_fingerprint: str
    brain_name: str
    already_trained: bool
