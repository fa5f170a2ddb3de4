"""What the schema of a database tells: its tables in sentences, how they hang together, and how it was built. Pure."""

from __future__ import annotations

import itertools
import re
from typing import AbstractSet, FrozenSet, Iterator, List, NamedTuple, Tuple

from engram.types.brain import SynapseKind
from engram.types.brain_learning import ForeignKeyWire, SchemaSnapshotWire, TableWire

_TOLD_COLUMNS = 8
_JOIN_COLUMNS = 1
_ENUM_COLUMNS = 4
_JOINED = 0.85
#: How sure it is that a table is what its sentence tells.
ENTITY_CONFIDENCE = 0.75

_STAMPS = frozenset("id uuid created_at updated_at created updated created_on updated_on".split())
_LABELS = frozenset("name label code value title".split())

# By a word of the column, what a foreign key means.
_MEANINGS: Tuple[Tuple[FrozenSet[str], SynapseKind, float], ...] = (
    (frozenset("parent category type group".split()), "is_a", 0.85),
    (frozenset("user owner author creator assignee".split()), "involves", 0.75),
    (frozenset("location address place region country".split()), "at_location", 0.80),
)
_ELSE: Tuple[SynapseKind, float] = ("related_to", 0.60)

_PURPOSES: Tuple[Tuple["re.Pattern[str]", str], ...] = (
    (re.compile(r"(?:^|_)(?:logs?|audits?|events?)(?:_|$)", re.I), "logs what happened"),
    (re.compile(r"(?:^|_)(?:history|versions?|archive)(?:_|$)", re.I), "keeps the history of records"),
    (re.compile(r"(?:^|_)(?:config|configs|settings?|preferences|options)(?:_|$)", re.I), "holds configuration"),
    (re.compile(r"^dim_", re.I), "is a dimension table"),
    (re.compile(r"^fact_", re.I), "is a fact table"),
)
# Endings of names of many, and what one of them ends in; the first that fits.
_SINGULARS = (("ies", "y"), ("tuses", "tus"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("s", ""))
_SOFT_DELETES = (("deleted_at", 0.90), ("is_deleted", 0.80), ("removed_at", 0.70), ("archived_at", 0.60))
_BY_WHOM = re.compile(r"^(?:created|updated|modified|changed)_by(?:_id)?$", re.I)


class Entity(NamedTuple):
    """A table of its own, in a sentence."""

    table: str
    sentence: str


class Relationship(NamedTuple):
    """What one table has to do with another, and by which columns."""

    source: str
    target: str
    type: SynapseKind
    confidence: float
    columns: Tuple[str, ...]


class Pattern(NamedTuple):
    """A way of building that a table shows."""

    table: str
    name: str
    confidence: float
    sentence: str


class Knowledge(NamedTuple):
    """What a schema tells. Tables beyond those wanted are skipped."""

    entities: List[Entity]
    relationships: List[Relationship]
    patterns: List[Pattern]
    processed: int
    skipped: int
    columns: int


def knowledge_of(snapshot: SchemaSnapshotWire, *, max_tables: int, relationships: bool, patterns: bool) -> Knowledge:
    """Return what the first tables of a schema tell."""
    tables = snapshot["tables"][:max_tables]
    names = {table["name"] for table in tables}
    found = [one for table in tables for one in _relationships(table) if {one.source, one.target} <= names]
    return Knowledge(
        entities=[Entity(table["name"], _sentence(table)) for table in tables if not is_join(table)],
        relationships=found if relationships else [],
        patterns=[one for table in tables for one in _patterns(table)] if patterns else [],
        processed=len(tables),
        skipped=len(snapshot["tables"]) - len(tables),
        columns=sum(len(table["columns"]) for table in tables),
    )


def is_join(table: TableWire) -> bool:
    """Say whether a table only joins others: foreign keys on two columns or more, and hardly anything else."""
    keys = {key["column_name"] for key in table["foreign_keys"]}
    business = [
        column
        for column in table["columns"]
        if column["name"] not in keys and not column["primary_key"] and column["name"].lower() not in _STAMPS
    ]
    return len(keys) >= 2 and len(business) <= _JOIN_COLUMNS


def _relationships(table: TableWire) -> Iterator[Relationship]:
    keys = table["foreign_keys"]
    if not is_join(table):
        for key in keys:
            type_, confidence = _meaning(key)
            yield Relationship(table["name"], key["referenced_table"], type_, confidence, (key["column_name"],))
        return
    for one, other in itertools.combinations(sorted(keys, key=lambda key: key["referenced_table"]), 2):
        columns = (one["column_name"], other["column_name"])
        if one["referenced_table"] != other["referenced_table"]:
            yield Relationship(one["referenced_table"], other["referenced_table"], "co_occurs", _JOINED, columns)


def _meaning(key: ForeignKeyWire) -> Tuple[SynapseKind, float]:
    words = set(key["column_name"].lower().split("_"))
    found = ((type_, confidence) for names, type_, confidence in _MEANINGS if not names.isdisjoint(words))
    return next(found, _ELSE)


def _sentence(table: TableWire) -> str:
    name = table["name"]
    purpose = next((what for pattern, what in _PURPOSES if pattern.search(name)), f"stores {_singular(name)} records")
    columns = [
        column["name"] + (" (PK)" if column["primary_key"] else "" if column["nullable"] else " (NOT NULL)")
        for column in table["columns"][:_TOLD_COLUMNS]
    ]
    more = len(table["columns"]) - len(columns)
    told = f"Database table {name} {purpose} with columns {', '.join(columns)}"
    told += f" and {more} more" if more > 0 else ""
    linked = sorted({key["referenced_table"] for key in table["foreign_keys"]})
    return f"{told}; it links to {', '.join(linked)}." if linked else f"{told}."


def _singular(name: str) -> str:
    words = name.lower().replace("_", " ")
    for ending, single in _SINGULARS:
        if words.endswith(ending) and not words.endswith("ss"):
            return words[: -len(ending)] + single
    return words


def _patterns(table: TableWire) -> Iterator[Pattern]:
    name = table["name"]
    columns = {column["name"].lower() for column in table["columns"]}
    if _has(columns, "created_at", "created_on", "created") and _has(columns, "updated_at", "updated_on", "updated"):
        by_whom = any(map(_BY_WHOM.match, columns))
        what = "when and by whom" if by_whom else "when"
        confidence = 0.90 if by_whom else 0.70
        yield Pattern(name, "audit_trail", confidence, f"Table {name} keeps an audit trail: {what} rows change.")
    for column, confidence in _SOFT_DELETES:
        if column in columns:
            yield Pattern(name, "soft_delete", confidence, f"Table {name} marks its deleted rows in {column}.")
            break
    for key in table["foreign_keys"]:
        if key["referenced_table"] == name:
            told = f"Table {name} is a tree: {key['column_name']} leads to another {_singular(name)}."
            yield Pattern(name, "tree", 0.95, told)
            break
    for stem in sorted(column[: -len("_type")] for column in columns if column.endswith("_type")):
        if stem and f"{stem}_id" in columns:
            told = f"Table {name} is polymorphic: {stem}_type tells what {stem}_id leads to."
            yield Pattern(name, "polymorphic", 0.85, told)
    if len(columns) <= _ENUM_COLUMNS and not _LABELS.isdisjoint(columns) and not table["foreign_keys"]:
        yield Pattern(name, "enum_table", 0.70, f"Table {name} is a list of fixed values.")


def _has(columns: AbstractSet[str], *names: str) -> bool:
    return not columns.isdisjoint(names)
