"""Imprint: the five operations on entries, each whole or not at all, inside of the store's one writer."""

from __future__ import annotations

import hashlib
import json
from typing import Callable, Dict, NamedTuple, NoReturn, Optional, Tuple, Type, cast

from engram.types import ImprintBody, ImprintOp, JsonObject, Receipt

from ...clock import moment_of, rfc3339
from ...storage import EntryRow, Recorded, Space, Writer, as_json
from ..errors import DomainError, Invalid, Malformed, Taken, Unknown
from ..hosted import buckets
from ..scope import Scope
from . import changes
from .changes import Act
from .data import Data, check_name, data_of, kept_data
from .merging import merged, merged_objects

# As long as a reply is kept for an idempotency key of HTTP.
KEEP_RECEIPTS_MS = 24 * 60 * 60 * 1000

_NOT_OF_THE_REQUEST = ("idempotency_key", "trace_id")
_KEYED: Tuple[ImprintOp, ...] = ("merge", "upsert")


class Order(NamedTuple):
    """One imprint, checked as far as it can be without looking."""

    op: ImprintOp
    act: Act
    data: Data
    entry_id: Optional[str]
    merge_key: Optional[str]
    if_version: Optional[int]
    expires_at: Optional[int]
    all: bool
    keep_history: bool
    idempotency_key: Optional[str]
    #: Equal for orders of the same; empty without a key.
    digest: bytes


class _Targets(NamedTuple):
    by_id: Optional[EntryRow]
    by_key: Optional[EntryRow]

    @property
    def either(self) -> Optional[EntryRow]:
        return self.by_id or self.by_key


def order_of(body: ImprintBody, now: int) -> Order:
    """Return what an imprint is to do.

    Raises:
        Malformed: it names no target, or two ends of its life, or something that cannot be kept.
    """
    given = body.get("entry") or {}
    op, entry_id, merge_key = body["op"], given.get("id"), body.get("merge_key") or given.get("merge_key")
    check_name(entry_id, "entry.id", strict=True)
    for name in (merge_key, *(given.get("tags") or [])):
        check_name(name, "merge_key" if name is merge_key else "entry.tags")
    if op in _KEYED and merge_key is None:
        raise Malformed(f"merge_key: {op} needs one", {"field": "merge_key"})
    if op == "delete" and entry_id is None and merge_key is None:
        raise Malformed("entry.id: delete needs an id or a merge_key", {"field": "entry.id"})
    everything = bool(body.get("all"))
    if everything and (op != "delete" or merge_key is None or body.get("if_version") is not None):
        raise Malformed("all: goes with a delete by merge_key, without if_version", {"field": "all"})
    return Order(
        op,
        Act(op, now, body.get("trace_id"), body.get("author")),
        data_of(given),
        entry_id,
        merge_key,
        body.get("if_version"),
        _end_of_life(body, now),
        everything,
        bool(body.get("keep_history")),
        body.get("idempotency_key"),
        _digest(body) if body.get("idempotency_key") is not None else b"",
    )


def _end_of_life(body: ImprintBody, now: int) -> Optional[int]:
    seconds, moment = body.get("ttl_s"), body.get("expires_at")
    if seconds is not None and moment is not None:
        raise Malformed("ttl_s: cannot be combined with expires_at", {"field": "ttl_s"})
    if seconds is not None:
        return now + max(1, int(seconds * 1000))
    return None if moment is None else moment_of(moment)


def _digest(body: ImprintBody) -> bytes:
    request = {name: value for name, value in body.items() if name not in _NOT_OF_THE_REQUEST}
    text = json.dumps(request, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()


def imprint(writer: Writer, scope: Scope, engram_id: str, order: Order) -> Receipt:
    """Carry out an imprint, once for each idempotency key; the first write makes the engram.

    Raises:
        Taken: `exists`, or `version_conflict`.
        Unknown: a merge finds nothing.
        Invalid: `idempotency_mismatch`, the key was used for another imprint.
    """
    space = buckets.obtain(writer, scope, buckets.bucket_name(engram_id, "engram_id"))
    key = None if order.idempotency_key is None else f"\n{space.id}\n{order.idempotency_key}"
    if key is not None:
        recorded = writer.recorded(scope.tenant_id, key, order.act.now)
        if recorded is not None:
            return _replayed(recorded, order, space)
    receipt = _Imprint(writer, scope, space, order).run()
    receipt["took_ms"] = max(0.0, round(scope.clock() * 1000 - order.act.now, 3))
    if key is not None:
        writer.forget_records(order.act.now)
        body = as_json(receipt).encode("utf-8")
        writer.record(scope.tenant_id, key, Recorded(order.digest, 200, body), order.act.now + KEEP_RECEIPTS_MS)
    if order.act.trace_id is not None:
        writer.settle_older(order.act.now - changes.OPEN_MS)
    return receipt


def _replayed(recorded: Recorded, order: Order, space: Space) -> Receipt:
    if recorded.fingerprint != order.digest:
        raise Invalid(
            "idempotency_key: was used for another imprint; make a new key for each new one",
            {"field": "idempotency_key", "engram_id": space.name, "op": order.op},
            code="idempotency_mismatch",
        )
    return cast(Receipt, json.loads(recorded.body))


class _Imprint:
    """One imprint into one engram."""

    def __init__(self, writer: Writer, scope: Scope, space: Space, order: Order) -> None:
        self._writer = writer
        self._scope = scope
        self._space = space
        self._order = order

    def run(self) -> Receipt:
        ops: Dict[ImprintOp, Callable[[_Targets], Receipt]] = {
            "add": self._add,
            "append": self._append,
            "upsert": self._upsert,
            "merge": self._merge,
            "delete": self._delete,
        }
        targets = self._targets()
        self._check_version(targets)
        return ops[self._order.op](targets)

    # -- the operations

    def _add(self, targets: _Targets) -> Receipt:
        if targets.either is not None:
            self._refuse_existing(targets.either)
        return self._insert(None)

    def _append(self, targets: _Targets) -> Receipt:
        sequence = None
        if self._order.merge_key is not None:
            sequence = (targets.by_key.sequence or 0) + 1 if targets.by_key else 1
        return self._insert(sequence, keep_id=targets.by_id is None)

    def _upsert(self, targets: _Targets) -> Receipt:
        row = targets.by_key
        if targets.by_id is not None and (row is None or targets.by_id.id != row.id):
            self._refuse_existing(targets.by_id)
        if row is None:
            return self._insert(None)
        return self._replace(row, self._order.data, self._order.expires_at)

    def _merge(self, targets: _Targets) -> Receipt:
        row = targets.by_key
        if row is None:
            raise Unknown(
                "merge_key: there is no entry of it to merge into",
                {**self._named(None, None), "field": "merge_key"},
                code="not_found",
            )
        old, new = kept_data(row.data, row.tags), self._order.data
        data = Data(
            merged(old.content, new.content),
            merged_objects(old.fields, new.fields),
            merged_objects(old.meta, new.meta),
            sorted({*old.tags, *new.tags}),
        )
        given = self._order.expires_at
        return self._replace(row, data, row.expires_at if given is None else given)

    def _delete(self, targets: _Targets) -> Receipt:
        order = self._order
        rows = [targets.by_id if order.entry_id is not None else targets.by_key]
        if order.all:
            rows = [*self._writer.entries_of_key(self._space.id, order.merge_key or "")]
        gone = [row for row in rows if row is not None and not row.is_over(self._order.act.now)]
        for row in gone:
            changes.keep(self._writer, self._scope, row, order.act, version_after=0, kept=order.keep_history)
            changes.remove(self._writer, row, order.act.now, keep_history=order.keep_history)
        receipt = self._receipt(gone[-1].public_id if gone else None, gone[-1].version if gone else None)
        receipt["deleted"] = len(gone)
        return receipt

    # -- what they have in common

    def _targets(self) -> _Targets:
        order, by_id, by_key = self._order, None, None
        if order.entry_id is not None:
            by_id = self._live(self._writer.entry(self._space.id, order.entry_id))
        if order.merge_key is not None:
            by_key = self._live(self._writer.newest_of_key(self._space.id, order.merge_key))
        return _Targets(by_id, by_key)

    def _live(self, row: Optional[EntryRow]) -> Optional[EntryRow]:
        """Return an entry that is there; one whose time is over goes now, so that its id and its key are free."""
        if row is not None and row.is_over(self._order.act.now):
            changes.remove(self._writer, row, self._order.act.now, keep_history=False)
            return None
        return row

    def _check_version(self, targets: _Targets) -> None:
        order = self._order
        if order.if_version is None:
            return
        keyed = order.op in _KEYED or (order.op == "append" and order.merge_key is not None)
        row = targets.by_key if keyed else targets.either
        version = 0 if row is None else row.version
        if version != order.if_version:
            self._refuse(
                Taken,
                "version_conflict",
                f"if_version: the entry is at version {version}, not {order.if_version}; read it again",
                row and row.public_id,
                version,
            )

    def _insert(self, sequence: Optional[int], *, keep_id: bool = True) -> Receipt:
        order, space = self._order, self._space
        self._writer.ensure_engram(self._scope.tenant_id, space.id)
        public_id = (order.entry_id if keep_id else None) or self._scope.ids.new("mem")
        if public_id == order.entry_id and self._writer.memory(space.id, public_id) is not None:
            self._refuse(Taken, "exists", "entry.id: a memory of this id is there already", public_id, None)
        self._writer.add_entry(
            self._scope.tenant_id,
            space.id,
            public_id,
            changes.new_entry(order.data, order.act, version=1, updated_at=order.act.now, expires_at=order.expires_at),
            merge_key=order.merge_key,
            sequence=sequence,
            created_at=order.act.now,
        )
        changes.keep_new(self._writer, self._scope, space.id, public_id, order.act)
        receipt = self._receipt(public_id, 1)
        if sequence is not None:
            receipt["sequence"] = sequence
        if order.expires_at is not None:
            receipt["expires_at"] = rfc3339(order.expires_at)
        return receipt

    def _replace(self, row: EntryRow, data: Data, expires_at: Optional[int]) -> Receipt:
        order, version = self._order, row.version + 1
        # Later than the write before it, even within one millisecond.
        updated_at = max(order.act.now, row.updated_at + 1)
        changes.keep(self._writer, self._scope, row, order.act, version_after=version, kept=True)
        self._writer.change_entry(
            row, changes.new_entry(data, order.act, version=version, updated_at=updated_at, expires_at=expires_at)
        )
        receipt = self._receipt(row.public_id, version)
        if expires_at is not None:
            receipt["expires_at"] = rfc3339(expires_at)
        return receipt

    def _receipt(self, public_id: Optional[str], version: Optional[int]) -> Receipt:
        receipt: Receipt = {
            "engram_id": self._space.name,
            "op": self._order.op,
            "id": public_id,
            "version": version,
            "took_ms": 0.0,
        }
        if self._order.merge_key is not None:
            receipt["merge_key"] = self._order.merge_key
        return receipt

    def _refuse_existing(self, row: EntryRow) -> NoReturn:
        what = "id" if row.public_id == self._order.entry_id else "merge_key"
        self._refuse(Taken, "exists", f"{what}: there is an entry of it already", row.public_id, row.version)

    def _refuse(
        self, kind: Type[DomainError], code: str, message: str, public_id: Optional[str], version: Optional[int]
    ) -> NoReturn:
        raise kind(message, self._named(public_id, version), code=code)

    def _named(self, public_id: Optional[str], version: Optional[int]) -> JsonObject:
        return {"engram_id": self._space.name, "op": self._order.op, "id": public_id, "version": version}
