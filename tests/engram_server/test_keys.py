"""Keys find their tenant and are not kept."""

from __future__ import annotations

import pickle
from typing import Dict, List, Optional, Tuple

import pytest

from engram_server.keys import KeyRing

SECRET = "eng_live_secret"
PAIRS = [("ana", SECRET), ("ana", "eng_live_newer"), ("bob", "eng_live_bob")]


@pytest.mark.parametrize(
    ("presented", "tenant"),
    [
        (SECRET, "ana"),
        ("eng_live_newer", "ana"),
        ("eng_live_bob", "bob"),
        ("", None),
        ("eng_live_boB", None),
        ("eng_live_bob ", None),
        (" eng_live_bob", None),
        ("eng_live_bo", None),
        ("eng_live_bobb", None),
        ("eng_live_bob\x00", None),
        ("eng_live_b\u043eb", None),
        ("eng_live_b?b", None),
        ("eng_live_b\ud800b", None),
        ("\xff" * 10_000, None),
    ],
)
def test_a_key_finds_its_tenant(presented: str, tenant: Optional[str]) -> None:
    assert KeyRing.from_pairs(PAIRS).tenant_of(presented) == tenant


def test_a_ring_names_its_tenants() -> None:
    assert KeyRing.from_pairs(PAIRS).tenants == {"ana", "bob"}
    assert KeyRing.from_pairs([]).tenants == frozenset()
    assert KeyRing.from_pairs([]).tenant_of("") is None


def test_the_same_pair_twice_is_one() -> None:
    assert KeyRing.from_pairs([("ana", SECRET), ("ana", SECRET)]).tenant_of(SECRET) == "ana"


@pytest.mark.parametrize(
    "pairs",
    [
        [("ana", "")],
        [("ana", "two words")],
        [("ana", "tab\there")],
        [("ana", "line\nend")],
        [("ana", "caf\xe9")],
        [("ana", "x" * 513)],
        [("", SECRET)],
        [("-ana", SECRET)],
        [("ana ana", SECRET)],
        [("a" * 65, SECRET)],
        [("\xe1na", SECRET)],
        [("ana", SECRET), ("bob", SECRET)],
    ],
)
def test_what_cannot_be_used_is_refused_without_being_told(pairs: List[Tuple[str, str]]) -> None:
    with pytest.raises(ValueError) as caught:
        KeyRing.from_pairs(pairs)
    for _, key in pairs:
        assert not key or key not in str(caught.value)


def _reachable(value: object, seen: Dict[int, object]) -> Dict[int, object]:
    """Collect what hangs on an object."""
    if id(value) not in seen:
        seen[id(value)] = value
        held = value if isinstance(value, (list, tuple)) else vars(value).values() if hasattr(value, "__dict__") else ()
        for item in held:
            _reachable(item, seen)
    return seen


def test_no_key_is_kept() -> None:
    ring = KeyRing.from_pairs(PAIRS)
    held = _reachable(ring, {}).values()
    assert any(isinstance(value, bytes) for value in held)
    assert not [value for value in held if "eng_live" in repr(value)]
    assert b"eng_live" not in pickle.dumps(ring)


def test_digests_differ_from_process_to_process() -> None:
    assert pickle.dumps(KeyRing.from_pairs(PAIRS)) != pickle.dumps(KeyRing.from_pairs(PAIRS))
