"""How far an entry can be taken back."""

from __future__ import annotations

from typing import List, Optional, Tuple

import pytest

from engram_server.domains.engrams.traces import way_back
from engram_server.storage import ChangeRow


def _change(before: int, after: int) -> ChangeRow:
    return ChangeRow(1, "a", after, "upsert", 0, "t", before, after, None)


@pytest.mark.parametrize(
    ("version", "written", "to", "blocked"),
    [
        (3, [], None, None),
        (2, [(1, 2)], (1, 2), None),
        (3, [(2, 3), (1, 2)], (1, 2), None),
        (3, [(1, 2)], None, (1, 2)),
        (4, [(3, 4), (1, 2)], (3, 4), (1, 2)),
        (0, [(2, 0), (1, 2)], (1, 2), None),
        (1, [(0, 1), (2, 0)], (2, 0), None),
        (0, [(0, 1)], None, (0, 1)),
    ],
)
def test_the_way_ends_where_another_wrote(
    version: int,
    written: List[Tuple[int, int]],
    to: Optional[Tuple[int, int]],
    blocked: Optional[Tuple[int, int]],
) -> None:
    way = way_back(version, [_change(*one) for one in written])
    assert way.to == (to and _change(*to))
    assert way.blocked == (blocked and _change(*blocked))
