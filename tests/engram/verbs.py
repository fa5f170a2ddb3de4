"""Every verb once or more, with what it has to put on the wire and a reply that it can read."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from .recording import Reply, reply

_STORED = {"id": "m", "memory_id": "m", "bucket_name": "b", "token_count": 1, "status": "stored"}
_BUCKET = {"id": "x", "name": "n", "bucket_name": "n", "description": None, "created_at": ""}
_PAGE = {"memories": [], "total": 0, "limit": 20, "offset": 0}
_MEMORY = {"id": "m", "content": "c", "bucket_name": "b", "created_at": "", "token_count": 1, "version": 2}
_ANSWER = {"answer": "a", "memories_found": 0, "usage": {"input_tokens": 1, "output_tokens": 1}}
_FRAMES = Reply(
    200,
    b'data: {"choices":[{"delta":{"content":"a"}}]}\n\ndata: ' + json.dumps(_ANSWER).encode() + b"\n\ndata: [DONE]\n\n",
    (("Content-Type", "text/event-stream"),),
)
_NOON = datetime(2026, 5, 8, 14, tzinfo=timezone(timedelta(hours=2)))
_SCHEMA: Dict[str, Any] = {"type": "object", "properties": {"city": {"type": "string"}}}


class Verb(NamedTuple):
    """One call and what it says."""

    name: str
    args: Tuple[object, ...]
    kwargs: Dict[str, object]
    method: str
    target: str
    body: Optional[Dict[str, object]]
    reply: Reply

    def __str__(self) -> str:
        shown = [*map(repr, self.args), *(f"{key}={value!r}" for key, value in self.kwargs.items())]
        return f"{self.name}({', '.join(shown)})"[:80]

    def on(self, client: object) -> object:
        """Make the call; an iterator is read to its end."""
        result = getattr(client, self.name)(*self.args, **self.kwargs)
        return list(result) if self.name == "query_stream" else result

    @property
    def said(self) -> Tuple[str, str, Optional[str]]:
        """What `Sent.said` must be."""
        return self.method, self.target, None if self.body is None else json.dumps(self.body, sort_keys=True)


def _verb(
    name: str, *args: object, said: str, body: Optional[Dict[str, object]], gives: object, **kwargs: object
) -> Verb:
    method, _, target = said.partition(" ")
    return Verb(name, args, kwargs, method, target, body, gives if isinstance(gives, Reply) else reply(gives))


def _asked(
    question: str, buckets: Sequence[str] = ("default",), options: Mapping[str, object] = {}
) -> Dict[str, object]:
    given = {"top_k": 8, "return_explanation": True, "skip_synthesis": False, **options}
    return {"query": question, "buckets": list(buckets), "options": given}


_QUERY_OPTIONS: List[Dict[str, Any]] = [
    {},
    {"top_k": 3, "skip_synthesis": True, "return_explanation": False},
    {"max_tokens": 1, "min_similarity_threshold": 0.0, "min_weighted_score": 0},
    {"min_similarity_threshold": 0.25, "min_weighted_score": 1.5, "top_k_per_bucket": 4},
    {"top_k_per_bucket": {"a": 20, "b/ü": 4}, "return_format": "prose"},
    {"return_format": "json", "response_schema": _SCHEMA},
]

#: What the published client has too.
COMMON: List[Verb] = [
    _verb("store_memory", "hi", said="POST /v1/buckets/default/memories", body={"content": "hi"}, gives=_STORED),
    _verb("store_memory", "h\u00e9 \U0001f642 \0\n\"", "a/b c?#%+é\U0001f642",
          said="POST /v1/buckets/a%2Fb%20c%3F%23%25%2B%C3%A9%F0%9F%99%82/memories",
          body={"content": "h\u00e9 \U0001f642 \0\n\""}, gives=_STORED),
    _verb("store_memory", "hi", "b", dedup="off",
          said="POST /v1/buckets/b/memories", body={"content": "hi", "dedup": "off"}, gives=_STORED),
    _verb("store_memory", "", bucket="b", said="POST /v1/buckets/b/memories", body={"content": ""}, gives=_STORED),
    _verb("store_memories", ["x", "y"], said="POST /v1/buckets/default/memories",
          body={"memories": [{"content": "x"}, {"content": "y"}]}, gives={"memories": [_STORED, _STORED]}),
    _verb("store_memories", [], "b", said="POST /v1/buckets/b/memories", body={"memories": []}, gives={"memories": []}),
    _verb("list_memories", said="GET /v1/buckets/default/memories?limit=20&offset=0", body=None, gives=_PAGE),
    _verb("list_memories", "~!*'()", limit=1000, offset=7,
          said="GET /v1/buckets/~%21%2A%27%28%29/memories?limit=1000&offset=7", body=None, gives=_PAGE),
    _verb("delete_memory", "m 1", said="DELETE /v1/buckets/default/memories/m%201", body=None, gives={"ok": True}),
    _verb("delete_memory", "m/1", "b", said="DELETE /v1/buckets/b/memories/m%2F1", body=None,
          gives=Reply(204, b"", ())),
    _verb("clear_memories", "b", said="DELETE /v1/buckets/b/memories", body=None,
          gives={"success": True, "cleared_count": 3}),
    _verb("list_buckets", said="GET /v1/buckets", body=None, gives={"buckets": [_BUCKET]}),
    _verb("list_buckets", said="GET /v1/buckets", body=None, gives=[_BUCKET]),
    _verb("create_bucket", "n", said="POST /v1/buckets", body={"name": "n", "description": None}, gives=_BUCKET),
    _verb("create_bucket", "n", "why", said="POST /v1/buckets", body={"name": "n", "description": "why"},
          gives=_BUCKET),
    _verb("delete_bucket", "b", said="DELETE /v1/buckets/b", body=None, gives={}),
    _verb("get_profile", said="GET /v1/buckets/default/profile", body=None, gives={"profile": None}),
    _verb("regenerate_profile", "b", said="POST /v1/buckets/b/profile/regenerate", body=None, gives={"profile": "p"}),
    *(
        _verb("query", "why?", buckets=["a", "b/ü"], said="POST /v1/query",
              body=_asked("why?", ["a", "b/ü"], options), gives=_ANSWER, **options)
        for options in _QUERY_OPTIONS
    ),
    _verb("query", "why?", said="POST /v1/query", body=_asked("why?"), gives=_ANSWER),
    *(
        _verb("query_stream", "why?", said="POST /v1/query",
              body={**_asked("why?", options=options), "stream": True}, gives=_FRAMES, **options)
        for options in _QUERY_OPTIONS
    ),
]  # fmt: skip

#: What only our client has.
OURS: List[Verb] = [
    _verb("store_memories", ("x",), "b", dedup="strict", said="POST /v1/buckets/b/memories",
          body={"memories": [{"content": "x"}], "dedup": "strict"}, gives={"memories": [_STORED]}),
    _verb("store_memory", "hi", speaker="Ana", session="s", occurred_at=_NOON, metadata={"a": [1]}, dedup="off",
          said="POST /v1/buckets/default/memories",
          body={"content": "hi", "speaker": "Ana", "session": "s", "occurred_at": "2026-05-08T12:00:00.000Z",
                "metadata": {"a": [1]}, "dedup": "off"}, gives=_STORED),
    _verb("store_memories", ["x", {"content": "y", "occurred_at": _NOON, "speaker": None}],
          said="POST /v1/buckets/default/memories",
          body={"memories": [{"content": "x"}, {"content": "y", "occurred_at": "2026-05-08T12:00:00.000Z"}]},
          gives={"memories": [_STORED, _STORED]}),
    _verb("query", "why?", as_of=_NOON, said="POST /v1/query",
          body=_asked("why?", options={"as_of": "2026-05-08T12:00:00.000Z"}), gives=_ANSWER),
    _verb("query_stream", "why?", as_of="2026-05-08T14:00:00+02:00", said="POST /v1/query",
          body={**_asked("why?", options={"as_of": "2026-05-08T14:00:00+02:00"}), "stream": True}, gives=_FRAMES),
    _verb("list_memories", "b", cursor="c/1", said="GET /v1/buckets/b/memories?limit=20&cursor=c%2F1", body=None,
          gives=_PAGE),
    _verb("get_memory", "m/1", said="GET /v1/buckets/default/memories/m%2F1", body=None, gives=_MEMORY),
    _verb("update_memory", "m", "new", "b", said="PATCH /v1/buckets/b/memories/m", body={"content": "new"},
          gives=_MEMORY),
    _verb("update_memory", "m", "new", if_version=2, said="PATCH /v1/buckets/default/memories/m",
          body={"content": "new", "if_version": 2}, gives=_MEMORY),
    _verb("update_memory", "m", "new", speaker="Bo", occurred_at=_NOON, metadata={},
          said="PATCH /v1/buckets/default/memories/m",
          body={"content": "new", "speaker": "Bo", "occurred_at": "2026-05-08T12:00:00.000Z", "metadata": {}},
          gives=_MEMORY),
]  # fmt: skip

STREAMS = frozenset({"query_stream"})
READS = frozenset({"list_memories", "list_buckets", "get_memory", "get_profile", "query", "query_stream"})
