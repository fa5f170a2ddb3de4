"""The document that the server gives out is true of what it answers. Whether it is valid needs no door."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, List, NamedTuple, Tuple

import pytest

from engram_server.routes import ALL_ROUTES

from .brain_calls import call_brain
from .doors import KEY, Answer, Door
from .records import FAMILIES, PACKET_INPUT, SCOPE, body_of


class Called(NamedTuple):
    """One real call of an operation."""

    method: str
    template: str
    body: Any
    answer: Answer


def operations(document: Any) -> Dict[Tuple[str, str], Any]:
    return {
        (method.upper(), template): operation
        for template, methods in document["paths"].items()
        for method, operation in methods.items()
    }


@pytest.fixture
def document(door: Door) -> Any:
    answer = door.request("GET", "/openapi.json", key=None)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    return answer.json()


@pytest.fixture
def called(door: Door) -> List[Called]:
    """Every operation called, some in more than one way."""
    done: List[Called] = []

    def call(method: str, template: str, body: Any = None, query: str = "", **path: str) -> Any:
        target = template
        for name, value in {"bucket": "b", **path}.items():
            target = target.replace("{" + name + "}", value)
        answer = door.request(method, target + query, body, {"X-Brain-ID": "b"})
        done.append(Called(method, template, body, answer))
        return json.loads(answer.body) if answer.headers["content-type"] == "application/json" else None

    memories, memory = "/v1/buckets/{bucket}/memories", "/v1/buckets/{bucket}/memories/{memory_id}"
    call("GET", "/healthz")
    call("GET", "/readyz")
    call("GET", "/openapi.json")
    call("POST", "/v1/buckets", {"name": "b", "description": None})
    stored = call("POST", memories, {"content": "Ana has a cat."})["id"]
    call("POST", memories, {"content": "Ana has a cat.", "dedup": None})
    when = "2026-05-08T13:56:00Z"
    given = {"speaker": "Bo", "session": "s", "occurred_at": when, "metadata": {"a": [1]}}
    batch = [{"content": "Bo has 2 dogs."}, {"content": "bo has 2 DOGS"}, {"content": "I have cats.", **given}]
    call("POST", memories, {"memories": batch, "dedup": "strict"})
    call("GET", "/v1/buckets")
    call("GET", "/v1/buckets", query="?limit=1")
    call("GET", memories, query="?limit=1")
    call("GET", memory, memory_id=stored)
    call("PATCH", memory, {"content": "Ana has two cats.", "if_version": 1}, memory_id=stored)
    call("GET", "/v1/buckets/{bucket}/profile")
    call("POST", "/v1/buckets/{bucket}/profile/regenerate")
    call("GET", "/v1/buckets/{bucket}/profile")
    schema = {"type": "object", "properties": {"pet": {"type": "string"}}}
    for options in (
        {},
        {"skip_synthesis": True, "return_explanation": False, "top_k": 3, "max_tokens": 9},
        {"top_k_per_bucket": {"b": 2}, "min_similarity_threshold": 0.1, "min_weighted_score": 0, "top_k": None},
        {"return_format": "json", "response_schema": schema, "top_k_per_bucket": 2, "as_of": when},
    ):
        call("POST", "/v1/query", {"query": "Who has cats?", "buckets": ["b", "nobody"], "options": options})
    call("POST", "/v1/query", {"query": "cats", "bucket": "b", "stream": True})
    call("GET", "/v1/provider")
    call("PUT", "/v1/provider", {"base_url": "http://127.0.0.1:1", "model": "m", "api_key": None})
    call("DELETE", "/v1/provider")
    call("DELETE", memory, memory_id=stored)
    call("DELETE", memories)
    call("DELETE", "/v1/buckets/{bucket}")
    _call_structured_memory(call)
    _call_coordination(call)
    call_brain(call)
    _call_engrams(call)
    return done


def _call_engrams(call: Callable[..., Any]) -> None:
    engram, trace = "/v1/engrams/{engram_id}", "/v1/traces/{trace_id}"
    call("PUT", engram, {"kind": "k"}, engram_id="x")
    entry = {"question": "why", "answer": [1, None], "tags": ["t"], "meta": {"m": 1}, "id": "a"}
    more = {"trace_id": "t", "author": "ana", "ttl_s": 9.5, "idempotency_key": "i", "if_version": None}
    call("POST", engram + "/imprint", {"op": "upsert", "entry": entry, "merge_key": "k", **more}, engram_id="x")
    call("POST", engram + "/imprint", {"op": "merge", "entry": {"content": {"b": 1}}, "merge_key": "k"}, engram_id="x")
    call("POST", engram + "/imprint", {"op": "append", "entry": {"content": 1, "beside": 2}}, engram_id="x")
    call("POST", "/v1/imprint", {"op": "add", "entry": {"n": 1}, "kind": "k", "broadcast": True})
    query = {"text": "w", "words": ["why"], "where": {"question": "why"}, "tag": "t", "top_k": 1}
    call("POST", engram + "/recall", {"query": query, "filters": {"since": "2026-01-01T00:00:00Z"}}, engram_id="x")
    call("POST", engram + "/recall", {"query": {"top_k": 1}, "lenient": None, "min_confidence": 0.5}, engram_id="x")
    call("POST", "/v1/recall", {"kind": "k", "query": {}, "recall_mode": "merge", "deadline_ms": 9000})
    call("GET", engram, engram_id="x")
    call("GET", "/v1/engrams", query="?kind=k&limit=1")
    call("GET", engram + "/entries/{entry_id}/history", engram_id="x", entry_id="a")
    call("POST", trace + "/rollback", trace_id="t")
    call("POST", trace + "/commit", trace_id="t")
    call("POST", engram + "/imprint", {"op": "delete", "merge_key": "k", "all": True}, engram_id="x")
    call("POST", engram + "/purge", {"id": None, "before": None}, engram_id="x")


def _call_coordination(call: Callable[..., Any]) -> None:
    registered = call("POST", "/v1/sessions", {"session_type": "cli", "summary": "x", "metadata": None})
    me, token = registered["session"]["id"], registered["token"]
    session, mine = "/v1/sessions/{session_id}", {"token": token}
    call("POST", "/v1/sessions", {"session_type": "cli", "summary": "y", "owned": False})
    call("GET", "/v1/sessions", query="?status=active&type=cli&limit=1&since=2026-01-01T00:00:00Z")
    call("GET", "/v1/sessions/active")
    call("GET", session, session_id=me)
    call("POST", session + "/heartbeat", {**mine, "summary": None}, session_id=me)
    call("POST", session + "/log", {**mine, "entry": "x", "level": "info"}, session_id=me)
    call("GET", session + "/log", query="?before_id=9&level=info&search=x", session_id=me)
    lease = {**mine, "session_id": me, "resource": "/r"}
    locked = call("POST", "/v1/locks", {**mine, "session_id": me, "resources": ["/r"], "ttl_s": 1.5, "note": "n"})
    fence = locked["leases"][0]["token"]
    call("GET", "/v1/locks", query="?resource=/r")
    call("GET", "/v1/locks/validate", query=f"?resource=/r&token={fence}")
    call("POST", "/v1/locks/renew", {**lease, "fence": fence, "ttl_s": None})
    call("GET", "/v1/world")
    change = {"updated_by": me, "if_version": 0, "fence": {"resource": "/r", "token": fence}, "document": None}
    call("PUT", "/v1/world", {"content": "# A\nb", **change})
    call("GET", "/v1/world", query="?version=1&document=")
    call("GET", "/v1/world/history", query="?before=9&limit=2")
    call("POST", "/v1/world/revert", {"version": 1})
    call("GET", "/v1/world/section", query="?heading=A")
    call("PUT", "/v1/world/section", {"heading": "A", "body": "c", "edit": "append", "if_digest": None})
    call("GET", "/v1/sitrep", query="?since=1&max_sessions=1&max_chars=1000")
    call("POST", "/v1/locks/release", {**lease, "force": True, "path": False})
    call("POST", session + "/complete", {**mine, "completion_summary": None}, session_id=me)
    call("GET", "/v1/sessions/recent", query="?hours=1.5")
    call("POST", session + "/resume", mine, session_id=me)
    call("GET", "/v1/audit", query="?limit=5&before_id=99")


def _call_structured_memory(call: Callable[..., Any]) -> None:
    evidence, quote = {"evidence_id": "e-1"}, {"evidence_id": "e-1", "quote": "no", "ts": None}
    for family in FAMILIES.values():
        path = "/v1/memory/" + family.path
        call("POST", path + family.verb, body_of(family, family.least))
        call("POST", path + "/list", {"scope": SCOPE, "limit": 1, "newest": None, "filter": {}, "cursor": None})
        call("POST", path + "/delete", {"scope": SCOPE, family.id_key: family.least[family.id_key]})
    for path, given in (
        ("working-state/patch", {"patch": {"goal": "go", "plan": None, "tool_evidence": [evidence]}, "if_version": 0}),
        ("working-state/get", {}),
        ("working-state/delete", {}),
        ("working-state/get", {}),
        ("stm/update", {"stm": {"key_quotes": [quote]}}),
        ("stm/get", {}),
        ("stm/delete", {}),
    ):
        call("POST", "/v1/memory/" + path, {"scope": SCOPE, **given})
    call("POST", "/v1/memory/packets/build", {"request": {"scope": SCOPE, "purpose": "planner", "query": None}})
    build = call("POST", "/v1/memory/context-builds/write", {"scope": SCOPE, "packet": PACKET_INPUT})
    call("POST", "/v1/memory/context-builds/list", {"scope": SCOPE})
    call("POST", "/v1/memory/context-builds/delete", {"scope": SCOPE, "build_id": build["build_id"]})


def test_every_operation_was_called_with_success(called: List[Called]) -> None:
    assert {(call.method, call.template) for call in called} == {(route.method, route.template) for route in ALL_ROUTES}
    assert {call.answer.status for call in called} == {200, 201}


def test_what_is_sent_and_answered_is_what_it_says(document: Any, called: List[Called]) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is in the extra `quality`")

    def check(schema: Any, value: Any) -> None:
        jsonschema.Draft202012Validator({**schema, "components": document["components"]}).validate(value)

    for call in called:
        operation = operations(document)[call.method, call.template]
        if call.body is not None:
            check(operation["requestBody"]["content"]["application/json"]["schema"], call.body)
        content = operation["responses"][str(call.answer.status)]["content"]
        assert call.answer.headers["content-type"] in content
        if call.answer.headers["content-type"] == "application/json":
            check(content["application/json"]["schema"], call.answer.json())


def test_no_answer_has_a_key_that_it_does_not_name(document: Any, called: List[Called]) -> None:
    """Schemas allow unknown keys, so a key that was renamed in one place alone would pass unseen."""
    schemas = document["components"]["schemas"]

    def check(schema: Any, value: Any, where: str) -> None:
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        if "anyOf" in schema:
            kinds = [schemas[one["$ref"].rpartition("/")[2]] for one in schema["anyOf"] if "$ref" in one]
            if not isinstance(value, dict) or not kinds:
                return
            schema = max(kinds, key=lambda kind: len(set(kind["required"]) & set(value)))
        if isinstance(value, dict) and "properties" in schema:
            assert set(value) <= set(schema["properties"]), where
            assert set(schema["required"]) <= set(value), where
            for key, inner in value.items():
                check(schema["properties"][key], inner, f"{where}.{key}")
        if isinstance(value, list) and "items" in schema:
            for inner in value:
                check(schema["items"], inner, f"{where}[]")

    for call in called:
        if call.answer.headers["content-type"] == "application/json":
            responses = operations(document)[call.method, call.template]["responses"]
            schema = responses[str(call.answer.status)]["content"]["application/json"]["schema"]
            check(schema, call.answer.json(), f"{call.method} {call.template}")


def test_what_it_forbids_is_refused(document: Any, door: Door) -> None:
    """The bounds in the document are those that are kept."""
    schemas = document["components"]["schemas"]
    store, query, options = (schemas[name]["properties"] for name in ("StoreMemoriesBody", "QueryBody", "QueryOptions"))
    assert (store["memories"]["minItems"], store["memories"]["maxItems"]) == (1, 1000)
    (top_k,) = [one for one in options["top_k"]["anyOf"] if one["type"] == "integer"]
    longest, most = query["query"]["maxLength"], top_k["maximum"]
    assert door.request("POST", "/v1/query", {"query": "x" * longest, "options": {"top_k": most}}).status == 200
    assert door.request("POST", "/v1/query", {"query": "x" * (longest + 1)}).status == 422
    assert door.request("POST", "/v1/query", {"query": "x", "options": {"top_k": most + 1}}).status == 422
    assert KEY not in json.dumps(document)
