"""Locks against a model of a few lines: whatever is done in whatever order, both agree."""

from __future__ import annotations

import random
from typing import Dict, List, NamedTuple, Optional, Tuple

from engram.coordination import Engram, Lease, LeaseOver, ResourceLocked
from tests.contract.doors import TestClock

STEPS = 1_500
RESOURCES = ("a", "b", "c")
TTLS = (10, 60, 300)


class Held(NamedTuple):
    """A lock, as the model knows it."""

    mode: str
    token: int
    expires_at: float
    ttl: float


class Model:
    """What locks are, in the fewest words."""

    def __init__(self) -> None:
        self.now = 0.0
        self.held: Dict[Tuple[str, str], Held] = {}
        self.tokens: Dict[str, int] = dict.fromkeys(RESOURCES, 0)

    def others(self, session: str, resource: str) -> List[str]:
        return [who for who, what in self.held if what == resource and who != session]

    def lock(self, session: str, resource: str, mode: str, ttl: Optional[float]) -> Optional[int]:
        if mode == "exclusive" and self.others(session, resource):
            return None
        own = self.held.get((session, resource))
        is_more = own is not None and (own.mode, mode) == ("advisory", "exclusive")
        if own is None or (is_more and own.token < self.tokens[resource]):
            self.tokens[resource] += 1
            own = Held(mode, self.tokens[resource], 0, 1_800 if own is None else own.ttl)
        ttl = own.ttl if ttl is None else ttl
        mode = "exclusive" if "exclusive" in (mode, own.mode) else mode
        self.held[session, resource] = Held(mode, own.token, self.now + ttl, ttl)
        return own.token

    def valid(self, resource: str) -> List[int]:
        on_it = [held for (_, what), held in self.held.items() if what == resource]
        alone = [held.token for held in on_it if held.mode == "exclusive"]
        return alone or [held.token for held in on_it if held.token == self.tokens[resource]]

    def prolong(self, session: str) -> None:
        for (who, what), held in self.held.items():
            if who == session:
                self.held[who, what] = held._replace(expires_at=self.now + held.ttl)

    def drop(self, **gone: str) -> int:
        keys = [
            (who, what)
            for who, what in self.held
            if gone.get("session", who) == who and gone.get("resource", what) == what
        ]
        for key in keys:
            del self.held[key]
        return len(keys)

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.held = {key: held for key, held in self.held.items() if held.expires_at > self.now}


def test_locks_do_what_the_model_does(rng: random.Random) -> None:
    clock, model = TestClock(), Model()
    start = clock.now
    leases: List[Lease] = []
    held = dict.fromkeys(RESOURCES, 0)
    with Engram(":memory:", clock=clock, sleep=lambda seconds: None) as engram:
        sessions = [engram.register("cli", name) for name in ("one", "two", "three")]
        for step in range(STEPS):
            session, resource = rng.choice(sessions), rng.choice(RESOURCES)
            act = rng.choice(["lock", "lock", "lock", "release", "force", "beat", "wait", "wait", "complete", "renew"])
            if act == "lock":
                mode, ttl = rng.choice(["advisory", "exclusive"]), rng.choice([None, *TTLS])
                others = model.others(session, resource)
                token = model.lock(session, resource, mode, ttl)
                try:
                    lease = engram.lock_resource(session, resource, mode=mode, ttl_s=ttl)
                    assert lease is not None and lease.token == token
                    assert sorted(lease.holders) == sorted(others)
                    leases.append(lease)
                except ResourceLocked as locked:
                    assert token is None and sorted(locked.holders) == sorted(others)
            elif act == "release":
                assert engram.release_resource(session, resource) is bool(
                    model.drop(session=session, resource=resource)
                )
            elif act == "force" and step % 5 == 0:
                assert engram.release_resource(session, resource, force=True) is bool(model.drop(resource=resource))
            elif act == "beat":
                engram.heartbeat(session)
                model.prolong(session)
            elif act == "wait":
                seconds = rng.choice([1, 5, 30, 120])
                clock.now += seconds
                model.wait(seconds)
            elif act == "complete" and step % 5 == 0:
                engram.complete(session, "done")
                engram.resume(session)
                model.drop(session=session)
            elif act == "renew" and leases:
                lease = rng.choice(leases)
                known = model.held.get((lease.session_id, lease.resource))
                try:
                    engram.renew(lease)
                    assert known is not None and known.token == lease.token
                    model.held[lease.session_id, lease.resource] = known._replace(expires_at=model.now + known.ttl)
                except LeaseOver:
                    assert known is None or known.token != lease.token
            found = {(row["session_id"], row["resource"]): (row["mode"], row["token"]) for row in engram.list_locks()}
            assert found == {key: (one.mode, one.token) for key, one in model.held.items()}, (step, act)
            token = rng.randint(0, model.tokens[resource] + 1)
            valid = model.valid(resource)
            assert engram.validate(resource, token) is (token in valid)
            # Whoever compares tokens elsewhere, where only a greater one passes, locks out nobody whose token holds.
            assert valid == [] or valid == [max(valid[0], held[resource])]
            held[resource] = max([held[resource], *valid])
        assert clock.now - start == model.now
        assert min(model.tokens.values()) > 20
