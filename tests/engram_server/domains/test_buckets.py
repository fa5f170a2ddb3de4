"""What a bucket may be called, and that making and obtaining agree on it."""

from __future__ import annotations

import pytest

from engram.types.limits import MAX_BUCKET_NAME_CHARS
from engram_server.domains.errors import Invalid, Taken, Unknown
from engram_server.domains.hosted import buckets

from .support import new_scope


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("default", "default"),
        ("Default", "Default"),
        (" ", " "),
        ("...", "..."),
        ("a/b", "a/b"),
        ("cafe\u0301", "caf\u00e9"),
        ("\u212b", "\u00c5"),
        ("\u1100\u1161", "\uac00"),
        ("\ufb01", "\ufb01"),
        ("\u2024", "\u2024"),
        ("\u202e", "\u202e"),
        ("x" * MAX_BUCKET_NAME_CHARS, "x" * MAX_BUCKET_NAME_CHARS),
    ],
)
def test_a_name_is_compared_in_one_form_and_its_case_is_kept(raw: str, name: str) -> None:
    assert buckets.bucket_name(raw) == name
    assert buckets.bucket_name(name) == name


@pytest.mark.parametrize(
    "raw",
    [
        "", ".", "..", "\0", "a\nb", "\x7f", "\x85", "x" * 257, "e\u0301" * 129,
        # Normalised, it is three times as long.
        "\ufb2c" * 100,
    ],
    ids=ascii,
)  # fmt: skip
def test_what_cannot_be_a_name_is_invalid(raw: str) -> None:
    with pytest.raises(Invalid, match="^somewhere: ") as caught:
        buckets.bucket_name(raw, "somewhere")
    assert caught.value.details == {"field": "somewhere"}


def test_making_obtaining_requiring_and_removing() -> None:
    with new_scope() as scope:
        with pytest.raises(Unknown), scope.read() as reader:
            buckets.require(reader, scope, "b")
        made = scope.store.write(lambda writer: buckets.make(writer, scope, "b", "why"))
        obtained = scope.store.write(lambda writer: buckets.obtain(writer, scope, "b"))
        assert obtained == made
        with pytest.raises(Taken):
            scope.store.write(lambda writer: buckets.make(writer, scope, "b", None))
        scope.store.write(lambda writer: buckets.obtain(writer, scope, "c"))
        with scope.read() as reader:
            spaces, total = buckets.page(reader, scope, limit=1, offset=1, after=None)
        assert ([space.name for space in spaces], total) == (["c"], 2)
        scope.store.write(lambda writer: buckets.remove(writer, scope, "b"))
        with pytest.raises(Unknown) as caught:
            scope.store.write(lambda writer: buckets.remove(writer, scope, "b"))
        assert (caught.value.code, caught.value.details) == ("bucket_not_found", {"bucket": "b"})
