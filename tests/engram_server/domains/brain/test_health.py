"""What a brain's figures tell of its health."""

from __future__ import annotations

from typing import Dict

import pytest

from engram_server.domains.brain.health import Figures, findings

#: At every limit, and over none.
SOUND = Figures(neurons=2_000, synapses=5_000, fibers=500, orphans=500, expired=10, stale=150)


def severities(figures: Figures) -> Dict[str, str]:
    return {kind: finding.severity for kind, finding in findings(figures).items()}


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, {}),
        ({"neurons": 2_001}, {"high_neuron_count": "medium"}),
        ({"synapses": 5_001}, {"high_synapse_count": "medium"}),
        ({"fibers": 501}, {"high_fiber_count": "medium"}),
        ({"synapses": 3_000}, {}),
        ({"synapses": 2_999}, {"low_connectivity": "low"}),
        ({"orphans": 501}, {"high_orphan_ratio": "medium"}),
        ({"orphans": 801}, {"high_orphan_ratio": "critical"}),
        ({"expired": 11}, {"expired_memories": "low"}),
        ({"stale": 151}, {"stale_fibers": "low"}),
        ({"neurons": 9, "synapses": 0, "orphans": 9}, {}),
        ({"neurons": 10, "synapses": 0, "orphans": 0}, {"low_connectivity": "low"}),
        ({"fibers": 9, "stale": 9}, {}),
        ({"fibers": 10, "stale": 4}, {"stale_fibers": "low"}),
    ],
)
def test_a_finding_is_over_its_limit(changed: Dict[str, int], found: Dict[str, str]) -> None:
    assert severities(SOUND._replace(**changed)) == found


def test_a_finding_says_how_many_and_what_to_do() -> None:
    for finding in findings(Figures(3_000, 100, 600, 2_900, 11, 500)).values():
        assert any(char.isdigit() for char in finding.message) and finding.advice
