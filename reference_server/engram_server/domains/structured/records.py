"""The rules of records: what is kept once, what is replaced, what a version guards, what is gone.

Each record belongs to the part of its scope that its family names. Nothing is seen from another part.
"""

from __future__ import annotations

import json
from typing import Callable, List, NamedTuple, Optional, Tuple, Union, cast

from engram.types import (
    ContextBuild,
    Episode,
    EpisodeInput,
    Event,
    EventInput,
    Fact,
    FactInput,
    Insight,
    InsightInput,
    MemoryPacket,
    MemoryScope,
    Procedure,
    ProcedureInput,
    StmInput,
    StmState,
    WorkingState,
    WorkingStatePatch,
)

from ...clock import moment_of
from ...storage import Fitting, NewRecord, Reader, RecordRow, Writer
from ..errors import Taken, Unmet
from ..scope import Scope
from . import completing, indexing, placing
from .moments import written
from .scopes import agent_key, run_key, session_key, whole


class Family(NamedTuple):
    """A kind of records, and which part of a scope they belong to."""

    name: str
    key: Callable[[MemoryScope], str]
    #: Whether its lists are in the order of time.
    in_time: bool = False


EVENTS = Family("events", run_key, in_time=True)
WORKING_STATE = Family("working_state", run_key)
STM = Family("stm", session_key)
FACTS = Family("facts", agent_key)
EPISODES = Family("episodes", agent_key)
PROCEDURES = Family("procedures", agent_key)
INSIGHTS = Family("insights", run_key)
CONTEXT_BUILDS = Family("context_builds", run_key, in_time=True)

# A client that reads JSON lets no other thread run meanwhile: of so much, for a few milliseconds.
MAX_PAGE_CHARS = 2**20

Position = Tuple[Union[int, str], Union[int, str]]
"""Where a row stands in its list: the two things that the list is in order of."""


class Page(NamedTuple):
    """Which part of a list is asked for."""

    limit: int
    newest: bool = False
    after: Optional[Position] = None


# -- what is kept once


def append_event(writer: Writer, scope: Scope, given: EventInput) -> Event:
    """Keep an event, and return it, or the first of its id if that is the same."""

    def made(now: int) -> NewRecord:
        return placing.placed_event(completing.event(given, now))

    return cast(Event, _keep_once(writer, scope, EVENTS, whole(given["scope"]), "event_id", given["event_id"], made))


def append_episode(writer: Writer, scope: Scope, owner: MemoryScope, given: EpisodeInput) -> Episode:
    """Keep an episode, and return it, or the first of its id if that is the same."""
    new = placing.placed_episode(completing.episode(given))
    return cast(Episode, _keep_once(writer, scope, EPISODES, owner, "episode_id", new.record_id, lambda now: new))


def append_insight(writer: Writer, scope: Scope, owner: MemoryScope, given: InsightInput) -> Insight:
    """Keep an insight, and return it, or the first of its id if that is the same. What has expired is forgotten."""
    now = scope.now()
    writer.forget_expired(now)
    new = placing.placed_insight(completing.insight(given), now)
    return cast(Insight, _keep_once(writer, scope, INSIGHTS, owner, "id", new.record_id, lambda now: new))


def _keep_once(
    writer: Writer,
    scope: Scope,
    family: Family,
    owner: MemoryScope,
    field: str,
    record_id: str,
    made: Callable[[int], NewRecord],
) -> object:
    """Keep what `made` returns for its moment, unless there is the same already.

    Raises:
        Taken: there is another of its id.
    """
    partition = writer.ensure_partition(scope.tenant_id, family.key(owner))
    now = scope.now()
    first = writer.kept_record(partition, family.name, record_id, now)
    new = made(now if first is None else first.at)
    if first is None:
        _save(writer, partition, family, new, now)
    elif first.body != new.body:
        raise Taken(
            f"{field}: {record_id!r:.100} is there already, and is another",
            {"field": field},
            code="record_exists",
        )
    return json.loads(new.body)


# -- what is replaced


def upsert_fact(writer: Writer, scope: Scope, owner: MemoryScope, given: FactInput) -> Fact:
    """Keep a fact in place of an earlier one of its id."""
    fact = completing.fact(given)
    _keep(writer, scope, FACTS, owner, placing.placed_fact(fact, scope.now()))
    return fact


def upsert_procedure(writer: Writer, scope: Scope, owner: MemoryScope, given: ProcedureInput) -> Procedure:
    """Keep a procedure in place of an earlier one of its id."""
    procedure = completing.procedure(given)
    _keep(writer, scope, PROCEDURES, owner, placing.placed_procedure(procedure, scope.now()))
    return procedure


def update_stm(writer: Writer, scope: Scope, owner: MemoryScope, given: StmInput) -> StmState:
    """Replace the short-term memory of a session."""
    state = completing.stm(given)
    _keep(writer, scope, STM, owner, placing.placed_state(state, scope.now()))
    return state


def patch_working_state(
    writer: Writer, scope: Scope, owner: MemoryScope, patch: WorkingStatePatch, if_version: Optional[int]
) -> WorkingState:
    """Replace fields of the working state of a run, made if need be.

    Raises:
        Unmet: it is not at `if_version`; one that is not there is at 0.
    """
    state = working_state(writer, scope, owner)
    version = 0 if state is None else state["state_version"]
    if if_version is not None and version != if_version:
        raise Unmet(
            f"if_version: the working state is at version {version}, not {if_version}; read it again",
            {"field": "if_version", "version": version},
            code="version_mismatch",
        )
    changed = completing.patched(state, patch)
    _keep(writer, scope, WORKING_STATE, owner, placing.placed_state(changed, scope.now()))
    return changed


def write_build(writer: Writer, scope: Scope, owner: MemoryScope, packet: MemoryPacket) -> ContextBuild:
    """Keep a packet."""
    build: ContextBuild = {
        "build_id": scope.ids.new("pkt"),
        "ts": written(moment_of(packet["meta"]["generated_at"])),
        "packet": packet,
    }
    _keep(writer, scope, CONTEXT_BUILDS, owner, placing.placed_build(build))
    return build


def _keep(writer: Writer, scope: Scope, family: Family, owner: MemoryScope, new: NewRecord) -> None:
    _save(writer, writer.ensure_partition(scope.tenant_id, family.key(owner)), family, new, scope.now())


def _save(writer: Writer, partition: int, family: Family, new: NewRecord, now: int) -> None:
    writer.save_record(partition, family.name, new)
    indexing.index(writer, partition, family.name, new.record_id, new.body, now)


# -- what is there


def working_state(reader: Reader, scope: Scope, owner: MemoryScope) -> Optional[WorkingState]:
    """Return the working state of a run."""
    return cast(Optional[WorkingState], _only(reader, scope, WORKING_STATE, owner))


def stm(reader: Reader, scope: Scope, owner: MemoryScope) -> Optional[StmState]:
    """Return the short-term memory of a session."""
    return cast(Optional[StmState], _only(reader, scope, STM, owner))


def _only(reader: Reader, scope: Scope, family: Family, owner: MemoryScope) -> object:
    partition = reader.partition(scope.tenant_id, family.key(owner))
    row = None if partition is None else reader.kept_record(partition, family.name, "", scope.now())
    return None if row is None else json.loads(row.body)


def page(
    reader: Reader, scope: Scope, family: Family, owner: MemoryScope, fitting: Fitting, asked: Page
) -> List[RecordRow]:
    """Return a page of a family's list; one of `MAX_PAGE_CHARS` has more behind it, as one of `asked.limit` has."""
    partition = reader.partition(scope.tenant_id, family.key(owner))
    if partition is None:
        return []
    if in_time(family, newest=asked.newest):
        return reader.records_in_time(
            partition,
            family.name,
            fitting,
            limit=asked.limit,
            newest=asked.newest,
            after=cast(Optional[Tuple[int, int]], asked.after),
            most_chars=MAX_PAGE_CHARS,
        )
    after = cast(Tuple[str, str], asked.after or ("", ""))
    return reader.records_in_place(
        partition, family.name, fitting, limit=asked.limit, after=after, most_chars=MAX_PAGE_CHARS
    )


def in_time(family: Family, *, newest: bool) -> bool:
    """Return whether a list is in the order of time."""
    return family.in_time or newest


def position(row: RecordRow, *, timed: bool) -> Position:
    """Return where a row stands in a list."""
    return (row.at, row.id) if timed else (row.place, row.record_id)


# -- what is gone


def remove(writer: Writer, scope: Scope, family: Family, owner: MemoryScope, record_id: str = "") -> bool:
    """Delete a record, and return whether it was there."""
    partition = writer.partition(scope.tenant_id, family.key(owner))
    if partition is None or writer.kept_record(partition, family.name, record_id, scope.now()) is None:
        return False
    indexing.forget(writer, partition, family.name, record_id)
    return writer.remove_record(partition, family.name, record_id)
