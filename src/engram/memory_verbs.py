"""The verbs of structured memory: eight families of records of a scope, and the packet that is built of them.

A verb is its signature, its docstring and one line that names the call; how a call is sent is in `core`. What may be
in each record is in `types.structured`, what may be asked of a packet in `types.packets`.
"""

from __future__ import annotations

from typing import Dict, Mapping, Optional, TypeVar, Union

from . import calls_structured as calls
from .calls import Call
from .core import ClientCore, send_body
from .errors import ProtocolError, ValidationError
from .pages import PAGE_PACKETS, Page, PacketPage, read_list
from .types import (
    ContextBuild,
    Episode,
    EpisodeFilter,
    EpisodeInput,
    Event,
    EventInput,
    Fact,
    FactFilter,
    FactInput,
    Forgotten,
    Insight,
    InsightFilter,
    InsightInput,
    MemoryPacket,
    PacketInput,
    PacketRequest,
    Procedure,
    ProcedureInput,
    ScopeInput,
    StmInput,
    StmState,
    TimeRangeInput,
    WorkingState,
    WorkingStatePatch,
)

T = TypeVar("T")


class MemoryVerbs:
    """Every verb, over any client.

    A `scope` says whose memory is meant. Facts, episodes and procedures are those of its tenant, user and agent, in
    every session; short-term memory is that of the session; all else belongs to the run.
    """

    def __init__(self, client: ClientCore) -> None:
        self._client = client

    # -- events

    def append_event(self, event: EventInput) -> Event:
        """Keep an event of its own `scope`, once: the same again changes nothing.

        Raises `ConflictError` when there is another event of its id in the run.

            memory.append_event({"event_id": "e-1", "scope": scope, "kind": "message", "payload": "Hello"})
        """
        return send_body(self._client, calls.APPEND_EVENT, _body_of(event))

    def list_events(
        self,
        scope: ScopeInput,
        time_range: Optional[TimeRangeInput] = None,
        limit: Optional[int] = None,
        *,
        newest: bool = False,
        cursor: Optional[str] = None,
    ) -> Page[Event]:
        """Return the events of a run, oldest first; with `newest` the newest first. `limit` keeps the first of them.

            last = memory.list_events(scope, limit=20, newest=True)
            before_those = memory.list_events(scope, limit=20, newest=True, cursor=last.next_cursor)
        """
        body = _given(scope=scope, time_range=time_range, newest=newest, cursor=cursor)
        return read_list(self._client, calls.LIST_EVENTS, body, limit, lambda part: part["events"])

    def delete_event(self, scope: ScopeInput, event_id: str) -> bool:
        """Delete an event; return whether it was there.

            memory.delete_event(scope, "e-1")
        """
        return self._deleted(calls.DELETE_EVENT, scope, event_id=event_id)

    # -- working state

    def patch_working_state(
        self, scope: ScopeInput, patch: WorkingStatePatch, *, if_version: Optional[int] = None
    ) -> WorkingState:
        """Replace the given fields of the working state of a run, made if need be; return all of it.

        With `if_version` nothing is changed, and `PreconditionFailedError` raised, unless that is the
        `state_version`; where there is no state yet it is 0.

            state = memory.patch_working_state(scope, {"goal": "Book a flight", "slots": {"city": "Lisbon"}})
            memory.patch_working_state(scope, {"plan": ["compare fares"]}, if_version=state["state_version"])
        """
        body = _given(scope=scope, patch=patch, if_version=if_version)
        answer = send_body(self._client, calls.PATCH_WORKING_STATE, body)
        return _kept(answer.get("working_state"), "working state")

    def get_working_state(self, scope: ScopeInput) -> Optional[WorkingState]:
        """Return the working state of a run, None where there is none.

            state = memory.get_working_state(scope)
        """
        return send_body(self._client, calls.GET_WORKING_STATE, {"scope": scope}).get("working_state")

    def delete_working_state(self, scope: ScopeInput) -> bool:
        """Delete the working state of a run; return whether there was one.

            memory.delete_working_state(scope)
        """
        return self._deleted(calls.DELETE_WORKING_STATE, scope)

    # -- short-term memory

    def update_stm(self, scope: ScopeInput, stm: StmInput) -> StmState:
        """Replace the short-term memory of a session. What is not given is emptied.

            quote = {"evidence_id": "e-1", "quote": "No early flights, please."}
            memory.update_stm(scope, {"rolling_summary": "Ana plans a weekend.", "key_quotes": [quote]})
        """
        answer = send_body(self._client, calls.UPDATE_STM, {"scope": scope, "stm": stm})
        return _kept(answer.get("stm"), "short-term memory")

    def get_stm(self, scope: ScopeInput) -> Optional[StmState]:
        """Return the short-term memory of a session, None where there is none.

            stm = memory.get_stm(scope)
        """
        return send_body(self._client, calls.GET_STM, {"scope": scope}).get("stm")

    def delete_stm(self, scope: ScopeInput) -> bool:
        """Delete the short-term memory of a session; return whether there was one.

            memory.delete_stm(scope)
        """
        return self._deleted(calls.DELETE_STM, scope)

    # -- facts

    def upsert_fact(self, scope: ScopeInput, fact: FactInput) -> Fact:
        """Keep a fact in place of an earlier one of its `fact_id`, whole; return it with its defaults.

            memory.upsert_fact(scope, {"fact_id": "f-1", "fact_key": "diet", "value": "vegan", "confidence": 0.9})
        """
        return send_body(self._client, calls.UPSERT_FACT, {"scope": scope, "fact": fact})

    def list_facts(
        self,
        scope: ScopeInput,
        fact_filter: Optional[FactFilter] = None,
        *,
        newest: bool = False,
        cursor: Optional[str] = None,
    ) -> Page[Fact]:
        """Return the facts that a filter lets through, by key and id.

        With `newest` by when each was first kept, the last first: an upsert of a known id moves nothing.

            memory.list_facts(scope, {"status": ["active"], "valid_at": "2026-05-08T12:00:00Z", "limit": 50})
        """
        body = _given(scope=scope, filter=fact_filter, newest=newest, cursor=cursor)
        limit = _limit_of(fact_filter)
        return read_list(self._client, calls.LIST_FACTS, body, limit, lambda part: part["facts"])

    def delete_fact(self, scope: ScopeInput, fact_id: str) -> bool:
        """Delete a fact; return whether it was there.

            memory.delete_fact(scope, "f-1")
        """
        return self._deleted(calls.DELETE_FACT, scope, fact_id=fact_id)

    # -- episodes

    def append_episode(self, scope: ScopeInput, episode: EpisodeInput) -> Episode:
        """Keep an episode, once: the same again changes nothing.

        Raises `ConflictError` when there is another episode of its id.

            day = {"start": "2026-05-08T09:00:00Z", "end": "2026-05-08T17:00:00Z"}
            memory.append_episode(scope, {"episode_id": "ep-1", "time_range": day, "summary": "Saw Lisbon."})
        """
        return send_body(self._client, calls.APPEND_EPISODE, {"scope": scope, "episode": episode})

    def list_episodes(
        self,
        scope: ScopeInput,
        episode_filter: Optional[EpisodeFilter] = None,
        *,
        newest: bool = False,
        cursor: Optional[str] = None,
    ) -> Page[Episode]:
        """Return the episodes that a filter lets through, by start and id; with `newest` the latest first.

        Of `tags` and of `entities` an episode needs one each; `time_range` is what it must lie within.

            memory.list_episodes(scope, {"tags": ["trip"], "limit": 10}, newest=True)
        """
        body = _given(scope=scope, filter=episode_filter, newest=newest, cursor=cursor)
        limit = _limit_of(episode_filter)
        return read_list(self._client, calls.LIST_EPISODES, body, limit, lambda part: part["episodes"])

    def delete_episode(self, scope: ScopeInput, episode_id: str) -> bool:
        """Delete an episode; return whether it was there.

            memory.delete_episode(scope, "ep-1")
        """
        return self._deleted(calls.DELETE_EPISODE, scope, episode_id=episode_id)

    # -- procedures

    def upsert_procedure(self, scope: ScopeInput, procedure: ProcedureInput) -> Procedure:
        """Keep a procedure in place of an earlier one of its `procedure_id`, whole.

            steps = {"steps": ["lodging", "transport"]}
            memory.upsert_procedure(scope, {"procedure_id": "p-1", "task_type": "trip", "content": steps})
        """
        return send_body(self._client, calls.UPSERT_PROCEDURE, {"scope": scope, "procedure": procedure})

    def list_procedures(
        self,
        scope: ScopeInput,
        task_type: Optional[str] = None,
        limit: Optional[int] = None,
        *,
        newest: bool = False,
        cursor: Optional[str] = None,
    ) -> Page[Procedure]:
        """Return the procedures of a task type, or of all, by falling priority and id.

        With `newest` by when each was first kept, the last first: an upsert of a known id moves nothing.

            memory.list_procedures(scope, "trip", limit=3)
        """
        body = _given(scope=scope, task_type=task_type, newest=newest, cursor=cursor)
        return read_list(self._client, calls.LIST_PROCEDURES, body, limit, lambda part: part["procedures"])

    def delete_procedure(self, scope: ScopeInput, procedure_id: str) -> bool:
        """Delete a procedure; return whether it was there.

            memory.delete_procedure(scope, "p-1")
        """
        return self._deleted(calls.DELETE_PROCEDURE, scope, procedure_id=procedure_id)

    # -- insights

    def append_insight(self, scope: ScopeInput, insight: InsightInput) -> Insight:
        """Keep an insight of a run, once: the same again changes nothing.

        Raises `ConflictError` when there is another insight of its id in the run.

            memory.append_insight(scope, {"id": "i-1", "type": "hypothesis", "statement": "Ana dislikes layovers."})
        """
        return send_body(self._client, calls.APPEND_INSIGHT, {"scope": scope, "insight": insight})

    def list_insights(
        self,
        scope: ScopeInput,
        insight_filter: Optional[InsightFilter] = None,
        *,
        newest: bool = False,
        cursor: Optional[str] = None,
    ) -> Page[Insight]:
        """Return the insights of a run: validated, unvalidated, testing, rejected; in each by falling confidence.

        With `newest` by when each was kept, the last first.

            memory.list_insights(scope, {"validation_state": ["validated", "testing"]})
        """
        body = _given(scope=scope, filter=insight_filter, newest=newest, cursor=cursor)
        limit = _limit_of(insight_filter)
        return read_list(self._client, calls.LIST_INSIGHTS, body, limit, lambda part: part["insights"])

    def delete_insight(self, scope: ScopeInput, insight_id: str) -> bool:
        """Delete an insight; return whether it was there.

            memory.delete_insight(scope, "i-1")
        """
        return self._deleted(calls.DELETE_INSIGHT, scope, id=insight_id)

    # -- packets

    def build_memory_packet(self, request: PacketRequest) -> MemoryPacket:
        """Return one packet of what a scope holds, within its budget, and of why each record is in it or is not.

        It is kept as a context build unless `persist` is False. `packet_text` renders it for a prompt.

            request = {"scope": scope, "purpose": "planner", "budget": {"max_tokens": 1000}, "persist": False}
            packet = memory.build_memory_packet(request)
            print(packet["budget_report"]["used_tokens_est"], packet["explain"]["candidate_counts"])
        """
        call = calls.PREVIEW_PACKET if _changes_nothing(request) else calls.BUILD_PACKET
        return send_body(self._client, call, {"request": request})

    def write_context_build(self, scope: ScopeInput, packet: Union[PacketInput, MemoryPacket]) -> ContextBuild:
        """Keep a packet that was made elsewhere; return it whole, with its `build_id`.

            made = {"scope": scope, "purpose": "planner", "budget": {"max_tokens": 500}}
            build = memory.write_context_build(scope, {"meta": made, "short_term": {}, "long_term": {}})
        """
        return send_body(self._client, calls.WRITE_CONTEXT_BUILD, {"scope": scope, "packet": packet})

    def list_context_builds(
        self,
        scope: ScopeInput,
        limit: Optional[int] = None,
        *,
        newest: bool = False,
        cursor: Optional[str] = None,
    ) -> PacketPage:
        """Return the packets that were kept in a run, oldest first; with `newest` the newest first.

            packets = memory.list_context_builds(scope, limit=5, newest=True)
        """
        body = _given(scope=scope, newest=newest, cursor=cursor)
        builds = read_list(
            self._client,
            calls.LIST_CONTEXT_BUILDS,
            body,
            limit,
            lambda part: part["context_builds"],
            at_once=PAGE_PACKETS,
        )
        return PacketPage(builds)

    def delete_context_build(self, scope: ScopeInput, build_id: str) -> bool:
        """Delete a packet that was kept; return whether it was there.

            for build_id in memory.list_context_builds(scope).build_ids:
                memory.delete_context_build(scope, build_id)
        """
        return self._deleted(calls.DELETE_CONTEXT_BUILD, scope, build_id=build_id)

    def _deleted(self, call: Call[Forgotten], scope: ScopeInput, **named: str) -> bool:
        return bool(send_body(self._client, call, {"scope": scope, **named}).get("deleted"))


def _body_of(event: object) -> Mapping[str, object]:
    """Return the body of the one call whose body is what the caller gave.

    Raises:
        ValidationError: it is no object.
    """
    if not isinstance(event, Mapping):
        raise ValidationError(f"event: must be an object, not {type(event).__name__}", outcome="not_sent")
    return event


def _given(**fields: object) -> Dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _limit_of(given: Union[FactFilter, EpisodeFilter, InsightFilter, None]) -> Optional[int]:
    # What is no mapping is for the server to refuse.
    return given.get("limit") if isinstance(given, Mapping) else None


def _changes_nothing(request: object) -> bool:
    return isinstance(request, Mapping) and request.get("persist") is False


def _kept(value: Optional[T], what: str) -> T:
    """Return what a server says that it keeps.

    Raises:
        ProtocolError: it says nothing.
    """
    if value is None:
        raise ProtocolError(f"the answer to a write holds no {what}")
    return value
