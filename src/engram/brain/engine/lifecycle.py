"""DecayManager and ReinforcementManager: what is not used fades, and what is used grows stronger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Iterable, Optional

from ... import calls_brain as calls
from ...types.brain_engine import DecayBody, DecayReport as DecayReportWire, ReinforceBody
from ..core.values import read_moment, sent, several
from ..storage import BrainStorage


@dataclass(frozen=True)
class DecayReport:
    """What faded at a moment; in a dry run, what would."""

    neurons_processed: int
    neurons_decayed: int
    #: Those that fell below the threshold, and are now 0.
    neurons_pruned: int
    synapses_processed: int
    synapses_decayed: int
    synapses_pruned: int
    duration_ms: float
    reference_time: datetime
    dry_run: bool

    @classmethod
    def of(cls, wire: DecayReportWire) -> DecayReport:
        """Return what was sent."""
        return cls(
            wire["neurons_processed"],
            wire["neurons_decayed"],
            wire["neurons_pruned"],
            wire["synapses_processed"],
            wire["synapses_decayed"],
            wire["synapses_pruned"],
            wire["duration_ms"],
            read_moment(wire["reference_time"]),
            wire["dry_run"],
        )


class DecayManager:
    """Lets levels and weights fade exponentially (Ebbinghaus's curve) with the time since they were last used.

    `decay_rate` is per day; without one it is that of the brain's config, or of a neuron that has its own. What falls
    below `prune_threshold` becomes 0; what was used less than `min_age_days` ago does not fade.
    """

    def __init__(
        self, decay_rate: Optional[float] = None, prune_threshold: float = 0.01, min_age_days: float = 1.0
    ) -> None:
        self.decay_rate = decay_rate
        self.prune_threshold = prune_threshold
        self.min_age_days = min_age_days

    async def apply_decay(
        self, storage: BrainStorage, reference_time: Optional[datetime] = None, dry_run: bool = False
    ) -> DecayReport:
        """Have the brain fade up to a moment, or now. The same again for the same moment changes nothing.

        A dry run reports the same and changes nothing.

            report = await DecayManager(min_age_days=7).apply_decay(storage, dry_run=True)
        """
        body: DecayBody = {
            "decay_rate": self.decay_rate,
            "prune_threshold": self.prune_threshold,
            "min_age_days": self.min_age_days,
            "reference_time": sent(reference_time),
            "dry_run": dry_run,
        }
        return DecayReport.of(await storage.send(calls.DECAY, body=body))


class ReinforcementManager:
    """Strengthens what was used: levels and weights grow by `reinforcement_delta`, up to 1."""

    def __init__(self, reinforcement_delta: float = 0.05) -> None:
        self.reinforcement_delta = reinforcement_delta

    async def reinforce(
        self,
        storage: BrainStorage,
        activated_neurons: Iterable[str] = (),
        activated_synapses: Iterable[str] = (),
    ) -> int:
        """Strengthen neurons and synapses by their ids; return how many there were of them.

            await ReinforcementManager().reinforce(storage, activated_neurons=["n1"], activated_synapses=["s1"])
        """
        body: ReinforceBody = {
            "neuron_ids": several(activated_neurons, "activated_neurons"),
            "synapse_ids": several(activated_synapses, "activated_synapses"),
            "reinforcement_delta": self.reinforcement_delta,
        }
        done = await storage.send(calls.REINFORCE, body=body)
        return done["neurons_reinforced"] + done["synapses_reinforced"]
