"""The calls of shared engrams, with as little between a test and the wire as can be."""

from __future__ import annotations

from typing import Any, Callable, List, Mapping, Optional

import pytest

from engram import EngramClient, calls_engrams
from engram.errors import EngramError


class Engrams:
    """The engrams of one client; each call takes the fields of its body."""

    def __init__(self, client: EngramClient, engram_id: str = "ctx") -> None:
        self.client = client
        self.engram_id = engram_id

    def of(self, engram_id: str) -> Engrams:
        """Return another engram of the same client."""
        return Engrams(self.client, engram_id)

    def register(self, **body: Any) -> Any:
        return self.client._call(calls_engrams.REGISTER_ENGRAM, self._path, body=body)

    def info(self) -> Any:
        return self.client._call(calls_engrams.GET_ENGRAM, self._path)

    def list(self, **query: Any) -> Any:
        return self.client._call(calls_engrams.LIST_ENGRAMS, {}, query=query)

    def imprint(self, op: str, entry: Optional[Mapping[str, Any]] = None, **body: Any) -> Any:
        given = body if entry is None else {"entry": entry, **body}
        return self.client._call(calls_engrams.IMPRINT, self._path, body={"op": op, **given})

    def imprint_many(self, op: str, entry: Mapping[str, Any], **body: Any) -> Any:
        given = {"op": op, "entry": entry, **body}
        return self.client._call(calls_engrams.IMPRINT_MANY, {}, body=given)["receipts"]

    def recall(self, query: Mapping[str, Any] = {}, **body: Any) -> Any:
        return self.client._call(calls_engrams.RECALL, self._path, body={"query": query, **body})

    def recall_many(self, query: Mapping[str, Any] = {}, **body: Any) -> Any:
        return self.client._call(calls_engrams.RECALL_MANY, {}, body={"query": query, **body})

    def history(self, entry_id: str) -> Any:
        path = {**self._path, "entry_id": entry_id}
        return self.client._call(calls_engrams.GET_HISTORY, path)["versions"]

    def purge(self, **body: Any) -> int:
        return self.client._call(calls_engrams.PURGE_ENGRAM, self._path, body=body)["purged"]

    def commit(self, trace_id: str) -> int:
        return self.client._call(calls_engrams.COMMIT_TRACE, {"trace_id": trace_id})["committed"]

    def roll_back(self, trace_id: str) -> Any:
        return self.client._call(calls_engrams.ROLL_BACK_TRACE, {"trace_id": trace_id})

    def contents(self, query: Mapping[str, Any] = {}, **body: Any) -> List[Any]:
        """Return the contents of what is recalled, in its order."""
        return [hit["entry"]["content"] for hit in self.recall(query, **body)["hits"]]

    @property
    def _path(self) -> "dict[str, str]":
        return {"engram_id": self.engram_id}


def refused(call: Callable[[], object], code: str, status: int) -> Any:
    """Assert that a call is refused with a code; return the details of the refusal."""
    with pytest.raises(EngramError) as caught:
        call()
    assert (caught.value.code, caught.value.status) == (code, status), caught.value
    assert isinstance(caught.value.body, dict)
    return caught.value.body["details"]
