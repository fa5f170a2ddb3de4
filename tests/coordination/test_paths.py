"""Resources that are paths."""

from __future__ import annotations

import random

import pytest

from engram_server.domains.coordination.paths import covers, folders, inside, normalised


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("a/../a/x.py", "a/x.py"),
        ("./a//b/", "a/b"),
        ("", "."),
        ("//a", "/a"),
        ("///", "/"),
        ("../x", "../x"),
        ("/..", "/"),
        ("a/..", "."),
    ],
)
def test_a_path_is_normalised(path: str, plain: str) -> None:
    assert normalised(path) == plain
    assert normalised(plain) == plain


@pytest.mark.parametrize(
    ("folder", "path", "expected"),
    [
        ("a", "a", True),
        ("a", "a/b/c", True),
        ("a", "ab", False),
        ("/", "/a", True),
        ("/", "a", False),
        (".", "a", True),
        (".", "/a", False),
        (".", "../a", False),
        (".", "..a", True),
        ("..", "../a", True),
        ("..", "../..", False),
        ("..", "a", False),
        ("../..", "../../..", False),
        ("..", "../..a", True),
    ],
)
def test_a_folder_covers_what_lies_in_it(folder: str, path: str, expected: bool) -> None:
    assert covers(folder, path) is expected
    assert (folder == path or folder in folders(path)) is expected


def test_whatever_lies_in_a_folder_sorts_between_its_bounds(rng: random.Random) -> None:
    def some() -> str:
        parts = rng.choices(["a", "b", "..", "a.b", "0", "é"], k=rng.randint(0, 4))
        return normalised(rng.choice(["", "/"]) + "/".join(parts))

    met = 0
    for _ in range(3_000):
        folder, path = some(), some()
        if folder != path and covers(folder, path):
            low, high = inside(folder)
            assert low <= path < high
            assert folder in folders(path)
            met += 1
        else:
            assert folder not in folders(path)
    assert met > 100
