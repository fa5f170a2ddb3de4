"""The routes of structured agent memory: one call a method, JSON in and out."""

from __future__ import annotations

from typing import Callable, Hashable, List, Mapping, Optional, TypeVar, Union, cast

from engram.types import (
    AppendEpisodeBody,
    AppendInsightBody,
    BuildPacketBody,
    ContextBuild,
    ContextBuildList,
    DeleteContextBuildBody,
    DeleteEpisodeBody,
    DeleteEventBody,
    DeleteFactBody,
    DeleteInsightBody,
    DeleteProcedureBody,
    Episode,
    EpisodeList,
    Event,
    EventInput,
    EventList,
    Fact,
    FactList,
    Forgotten,
    Insight,
    InsightList,
    ListBody,
    ListEpisodesBody,
    ListEventsBody,
    ListFactsBody,
    ListInsightsBody,
    ListProceduresBody,
    MemoryPacket,
    MemoryScope,
    PatchWorkingStateBody,
    Procedure,
    ProcedureList,
    ScopeBody,
    StmResult,
    TimeRangeInput,
    UpdateStmBody,
    UpsertFactBody,
    UpsertProcedureBody,
    WorkingStateResult,
    WriteContextBuildBody,
)
from engram.types.limits import MAX_PAGE_ITEMS

from ..domains.scope import Fitting, Scope, Writer
from ..domains.structured import completing, packets, records
from ..domains.structured.moments import given_moment
from ..domains.structured.records import Family, Page
from ..domains.structured.scopes import whole
from ..wire import Response, encode_json, json_response, written_response
from .base import Call, Handler, Route, Write
from .paging import next_position, position_of

T = TypeVar("T")

# -- what is kept


def append_event(call: Call) -> Write:
    given = cast(EventInput, call.body)
    return lambda writer: json_response(200, records.append_event(writer, call.scope, given))


def _keeper(keep: Callable[[Writer, Scope, MemoryScope, T], object], key: str) -> Handler:
    def handler(call: Call) -> Write:
        owner, given = whole(cast(ScopeBody, call.body)["scope"]), cast(Mapping[str, T], call.body)[key]
        return lambda writer: json_response(200, keep(writer, call.scope, owner, given))

    handler.__name__ = keep.__name__
    return handler


append_episode = _keeper(records.append_episode, "episode")
append_insight = _keeper(records.append_insight, "insight")
upsert_fact = _keeper(records.upsert_fact, "fact")
upsert_procedure = _keeper(records.upsert_procedure, "procedure")


def write_context_build(call: Call) -> Write:
    body = cast(WriteContextBuildBody, call.body)
    packet = completing.packet(body["packet"], call.scope.now())
    return lambda writer: json_response(200, records.write_build(writer, call.scope, whole(body["scope"]), packet))


def build_packet(call: Call) -> Union[Response, Write]:
    request = cast(BuildPacketBody, call.body)["request"]
    built = packets.packet(call.scope, request)
    reply = json_response(200, built)
    if request.get("persist") is False:
        return reply

    def write(writer: Writer) -> Response:
        records.write_build(writer, call.scope, built["meta"]["scope"], built)
        return reply

    return write


# -- what there is one of


def patch_working_state(call: Call) -> Write:
    body = cast(PatchWorkingStateBody, call.body)

    def write(writer: Writer) -> Response:
        state = records.patch_working_state(
            writer, call.scope, whole(body["scope"]), body["patch"], body.get("if_version")
        )
        result: WorkingStateResult = {"working_state": state}
        return json_response(200, result)

    return write


def get_working_state(call: Call) -> Response:
    with call.scope.read() as reader:
        state = records.working_state(reader, call.scope, whole(cast(ScopeBody, call.body)["scope"]))
    result: WorkingStateResult = {"working_state": state}
    return json_response(200, result)


def update_stm(call: Call) -> Write:
    body = cast(UpdateStmBody, call.body)

    def write(writer: Writer) -> Response:
        result: StmResult = {"stm": records.update_stm(writer, call.scope, whole(body["scope"]), body["stm"])}
        return json_response(200, result)

    return write


def get_stm(call: Call) -> Response:
    with call.scope.read() as reader:
        result: StmResult = {"stm": records.stm(reader, call.scope, whole(cast(ScopeBody, call.body)["scope"]))}
    return json_response(200, result)


# -- lists


def list_events(call: Call) -> Response:
    body = cast(ListEventsBody, call.body)
    return _listed(call, records.EVENTS, _within(Fitting(call.scope.now()), body.get("time_range")), body.get("limit"))


def list_facts(call: Call) -> Response:
    body = cast(ListFactsBody, call.body)
    wanted = body.get("filter") or {}
    fitting = Fitting(
        call.scope.now(),
        states=wanted.get("status") or None,
        valid_at=given_moment(wanted.get("valid_at_ms"), wanted.get("valid_at")),
    )
    return _listed(call, records.FACTS, fitting, wanted.get("limit"))


def list_episodes(call: Call) -> Response:
    body = cast(ListEpisodesBody, call.body)
    wanted = body.get("filter") or {}
    fitting = Fitting(call.scope.now(), tags=wanted.get("tags", []), entities=wanted.get("entities", []))
    return _listed(call, records.EPISODES, _within(fitting, wanted.get("time_range")), wanted.get("limit"))


def list_procedures(call: Call) -> Response:
    task_type = cast(ListProceduresBody, call.body).get("task_type")
    states = None if task_type is None else [task_type]
    return _listed(call, records.PROCEDURES, Fitting(call.scope.now(), states=states))


def list_insights(call: Call) -> Response:
    body = cast(ListInsightsBody, call.body)
    wanted = body.get("filter") or {}
    fitting = Fitting(call.scope.now(), states=wanted.get("validation_state") or None)
    return _listed(call, records.INSIGHTS, fitting, wanted.get("limit"))


def list_context_builds(call: Call) -> Response:
    return _listed(call, records.CONTEXT_BUILDS, Fitting(call.scope.now()))


def _within(fitting: Fitting, span: Optional[TimeRangeInput]) -> Fitting:
    given = span or {}
    return fitting.within(
        given_moment(given.get("start_ms"), given.get("start")),
        given_moment(given.get("end_ms"), given.get("end")),
    )


def _listed(call: Call, family: Family, fitting: Fitting, filter_limit: Optional[int] = None) -> Response:
    """Return a page of a family's list; a limit beside the filter comes before one in it."""
    body = cast(ListBody, call.body)
    given = body.get("limit")
    given = filter_limit if given is None else given
    limit = MAX_PAGE_ITEMS if given is None else min(given, MAX_PAGE_ITEMS)
    newest = bool(body.get("newest"))
    timed = records.in_time(family, newest=newest)
    page = Page(limit, newest, position_of(body.get("cursor"), int if timed else str))
    with call.scope.read() as reader:
        rows = records.page(reader, call.scope, family, whole(body["scope"]), fitting, page)
    # A record is kept as it is sent.
    listed = ",".join(row.body for row in rows)
    positions = [records.position(row, timed=timed) for row in rows]
    cursor = next_position(positions, limit if len(listed) < records.MAX_PAGE_CHARS else len(rows))
    page_body = b'{"%b":[%b],"next_cursor":%b}' % (
        family.name.encode("ascii"),
        listed.encode("utf-8"),
        encode_json(cursor),
    )
    return written_response(page_body)


# -- what is gone


def _remover(family: Family, id_key: Optional[str] = None) -> Handler:
    def remove(call: Call) -> Write:
        body = cast(Mapping[str, str], call.body)
        owner = whole(cast(ScopeBody, call.body)["scope"])
        record_id = "" if id_key is None else body[id_key]

        def write(writer: Writer) -> Response:
            gone: Forgotten = {"deleted": records.remove(writer, call.scope, family, owner, record_id)}
            return json_response(200, gone)

        return write

    remove.__name__ = "delete_" + (family.name if id_key is None else family.name[:-1])
    return remove


def _write(path: str, handler: Handler, summary: str, reply: Hashable, body: Hashable) -> Route:
    return Route("POST", "/v1/memory/" + path, handler, summary, reply, body)


def _read(path: str, handler: Handler, summary: str, reply: Hashable, body: Hashable) -> Route:
    return Route("POST", "/v1/memory/" + path, handler, summary, reply, body, reads=True)


def _delete(path: str, family: Family, what: str, body: Hashable, id_key: Optional[str] = None) -> Route:
    return _write(path + "/delete", _remover(family, id_key), f"Delete {what}.", Forgotten, body)


ROUTES: List[Route] = [
    _write("events", append_event, "Keep an event, once.", Event, EventInput),
    _read("events/list", list_events, "List the events of a run, oldest first.", EventList, ListEventsBody),
    _delete("events", records.EVENTS, "an event", DeleteEventBody, "event_id"),
    _write(
        "working-state/patch",
        patch_working_state,
        "Replace fields of the working state of a run.",
        WorkingStateResult,
        PatchWorkingStateBody,
    ),
    _read("working-state/get", get_working_state, "Read the working state of a run.", WorkingStateResult, ScopeBody),
    _delete("working-state", records.WORKING_STATE, "the working state of a run", ScopeBody),
    _write("stm/update", update_stm, "Replace the short-term memory of a session.", StmResult, UpdateStmBody),
    _read("stm/get", get_stm, "Read the short-term memory of a session.", StmResult, ScopeBody),
    _delete("stm", records.STM, "the short-term memory of a session", ScopeBody),
    _write("facts/upsert", upsert_fact, "Keep a fact in place of an earlier one.", Fact, UpsertFactBody),
    _read("facts/list", list_facts, "List facts, by key and id.", FactList, ListFactsBody),
    _delete("facts", records.FACTS, "a fact", DeleteFactBody, "fact_id"),
    _write("episodes/append", append_episode, "Keep an episode, once.", Episode, AppendEpisodeBody),
    _read("episodes/list", list_episodes, "List episodes, by start and id.", EpisodeList, ListEpisodesBody),
    _delete("episodes", records.EPISODES, "an episode", DeleteEpisodeBody, "episode_id"),
    _write(
        "procedures/upsert",
        upsert_procedure,
        "Keep a procedure in place of an earlier one.",
        Procedure,
        UpsertProcedureBody,
    ),
    _read(
        "procedures/list",
        list_procedures,
        "List procedures, the highest priority first.",
        ProcedureList,
        ListProceduresBody,
    ),
    _delete("procedures", records.PROCEDURES, "a procedure", DeleteProcedureBody, "procedure_id"),
    _write("insights/append", append_insight, "Keep an insight, once.", Insight, AppendInsightBody),
    _read("insights/list", list_insights, "List the insights of a run.", InsightList, ListInsightsBody),
    _delete("insights", records.INSIGHTS, "an insight", DeleteInsightBody, "id"),
    _write(
        "packets/build", build_packet, "Build a packet, and keep it unless told not to.", MemoryPacket, BuildPacketBody
    ),
    _write("context-builds/write", write_context_build, "Keep a packet.", ContextBuild, WriteContextBuildBody),
    _read(
        "context-builds/list",
        list_context_builds,
        "List the packets that were kept in a run, oldest first.",
        ContextBuildList,
        ListBody,
    ),
    _delete("context-builds", records.CONTEXT_BUILDS, "a packet that was kept", DeleteContextBuildBody, "build_id"),
]
