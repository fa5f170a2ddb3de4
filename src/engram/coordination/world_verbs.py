"""The verbs of the world state, of other documents, and the report."""

from __future__ import annotations

import difflib
from typing import Dict, List, Optional, Tuple, Union

from ..errors import ValidationError
from ..paths import QueryValue
from ..types.coordination import Section, Situation, WorldRecord, WorldVersion
from . import calls
from .lock_verbs import LockVerbs
from .results import Lease

FenceArgument = Union[Lease, Tuple[str, int]]


class WorldVerbs(LockVerbs):
    """The world state: one text that all share, every version of it kept. `document` names another such text.

    A change may ask for two things. With `if_version` it replaces that version and no other (0: what was never set),
    else `VersionConflict` tells what is there now. With `fence`, a lease or its resource and token, it is refused
    (`StaleFence`) once that lease is over.
    """

    def get_world_state(self, version: Optional[int] = None, *, document: Optional[str] = None) -> str:
        """Return the world state, or a version of it; empty where it was never set."""
        return self._record(document, version)["content"]

    def get_world_state_record(self, *, document: Optional[str] = None) -> WorldRecord:
        """Return the world state with its version, when it was set and by whom."""
        return self._record(document, None)

    def set_world_state(
        self,
        content: str,
        updated_by: Optional[str] = None,
        *,
        if_version: Optional[int] = None,
        fence: Optional[FenceArgument] = None,
        document: Optional[str] = None,
    ) -> int:
        """Replace the world state and return its new version."""
        body = {"content": content, **_change(updated_by, if_version, fence, document)}
        return self._place.send(calls.PUT_WORLD, body=body)["version"]

    def world_state_history(
        self, limit: int = 50, before: Optional[int] = None, *, document: Optional[str] = None
    ) -> List[WorldVersion]:
        """Return versions of the world state, the newest first; `before` goes on behind a page."""
        query: Dict[str, QueryValue] = {"limit": limit, "before": before, "document": document}
        return self._place.send(calls.WORLD_HISTORY, query=query)["versions"]

    def diff(self, a: int, b: int, *, document: Optional[str] = None) -> str:
        """Return what changed from one version to another, as a unified diff."""
        before, after = (self._record(document, version)["content"].splitlines() for version in (a, b))
        return "\n".join(difflib.unified_diff(before, after, f"version {a}", f"version {b}", lineterm=""))

    def revert(
        self,
        version: int,
        updated_by: Optional[str] = None,
        *,
        if_version: Optional[int] = None,
        fence: Optional[FenceArgument] = None,
        document: Optional[str] = None,
    ) -> int:
        """Make the content of an earlier version the newest one; return its new version."""
        body = {"version": version, **_change(updated_by, if_version, fence, document)}
        return self._place.send(calls.REVERT_WORLD, body=body)["version"]

    # -- sections

    def get_section(self, heading: str, *, document: Optional[str] = None) -> Section:
        """Return what stands under one markdown heading, with the digest that `if_digest` takes."""
        return self._place.send(calls.GET_SECTION, query={"heading": heading, "document": document})

    def replace_section(
        self,
        heading: str,
        body: str,
        updated_by: Optional[str] = None,
        *,
        if_digest: Optional[str] = None,
        fence: Optional[FenceArgument] = None,
        document: Optional[str] = None,
    ) -> Section:
        """Replace what stands under one markdown heading, which is added at the end where there is none.

        With `if_digest` only if the section still has that digest (empty: if there is none); the rest of the document
        may have changed meanwhile.
        """
        return self._edit("replace", heading, body, updated_by, if_digest, fence, document)

    def append_section(
        self,
        heading: str,
        body: str,
        updated_by: Optional[str] = None,
        *,
        if_digest: Optional[str] = None,
        fence: Optional[FenceArgument] = None,
        document: Optional[str] = None,
    ) -> Section:
        """Add to what stands under one markdown heading; otherwise like `replace_section`."""
        return self._edit("append", heading, body, updated_by, if_digest, fence, document)

    # -- the report

    def get_situation_report(
        self, *, max_chars: Optional[int] = None, max_sessions: Optional[int] = None, since: Optional[int] = None
    ) -> str:
        """Return what everybody should know, who is at work and what is locked, as text.

        It has at most `max_chars` (20,000) characters and shows at most `max_sessions` (50) sessions; its last line
        counts what was left out. With `since`, a version of the world state, it tells what is newer than that.
        """
        return self.get_situation(max_chars=max_chars, max_sessions=max_sessions, since=since)["report"]

    def get_situation(
        self, *, max_chars: Optional[int] = None, max_sessions: Optional[int] = None, since: Optional[int] = None
    ) -> Situation:
        """Return the same for programs: the text, and what it was made of."""
        query: Dict[str, QueryValue] = {"max_chars": max_chars, "max_sessions": max_sessions, "since": since}
        return self._place.send(calls.SITUATION, query=query)

    def _record(self, document: Optional[str], version: Optional[int]) -> WorldRecord:
        return self._place.send(calls.GET_WORLD, query={"document": document, "version": version})

    def _edit(
        self,
        edit: str,
        heading: str,
        body: str,
        updated_by: Optional[str],
        if_digest: Optional[str],
        fence: Optional[FenceArgument],
        document: Optional[str],
    ) -> Section:
        change = _change(updated_by, None, fence, document)
        given = {"heading": heading, "body": body, "edit": edit, "if_digest": if_digest, **change}
        return self._place.send(calls.PUT_SECTION, body=given)


def _change(
    updated_by: Optional[str], if_version: Optional[int], fence: Optional[FenceArgument], document: Optional[str]
) -> Dict[str, object]:
    return {
        "updated_by": updated_by,
        "if_version": if_version,
        "fence": None if fence is None else _fence(fence),
        "document": document,
    }


def _fence(given: object) -> Dict[str, object]:
    pair = given.fence if isinstance(given, Lease) else given
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise ValidationError("fence: must be a Lease, or a resource and its token", outcome="not_sent")
    return {"resource": pair[0], "token": pair[1]}
