"""What fades, what grows and what becomes too much, in all three places."""

from __future__ import annotations

import dataclasses
import math

import pytest

from engram.brain import MemoryEncoder, NeuronState
from engram.brain.core import AlertType
from engram.brain.engine.lifecycle import DecayManager, ReinforcementManager
from engram.brain.storage import BrainStorage

from .places import add_chain, awaited, counts
from .samples import DAY, NOON


# -- fading and growing


@awaited
async def test_what_lies_idle_fades_once(storage: BrainStorage) -> None:
    await add_chain(storage, "a", "b")
    synapse = await storage.get_synapse("ab")
    assert synapse is not None
    await storage.update_synapse(dataclasses.replace(synapse, last_activated=NOON))
    await storage.update_neuron_state(NeuronState("a", activation_level=0.8, last_activated=NOON))
    later = NOON + 10 * DAY
    manager = DecayManager(decay_rate=0.1)
    told = await manager.apply_decay(storage, later, dry_run=True)
    assert (told.neurons_decayed, told.synapses_decayed, told.dry_run, told.reference_time) == (1, 1, True, later)
    for _ in range(2):
        report = await manager.apply_decay(storage, later)
        synapse, state = await storage.get_synapse("ab"), await storage.get_neuron_state("a")
        assert synapse is not None and state is not None
        assert synapse.weight == pytest.approx(0.9 * math.exp(-1))
        assert state.activation_level == pytest.approx(0.8 * math.exp(-1))
    assert (report.neurons_decayed, report.synapses_decayed) == (0, 0)


@awaited
async def test_what_is_hardly_there_is_pruned(storage: BrainStorage) -> None:
    await add_chain(storage, "a")
    await storage.update_neuron_state(NeuronState("a", activation_level=0.8, last_activated=NOON))
    young = await DecayManager(decay_rate=0.5).apply_decay(storage, NOON + DAY / 2)
    assert (young.neurons_decayed, young.neurons_pruned) == (0, 0)
    report = await DecayManager(decay_rate=0.5, prune_threshold=0.01, min_age_days=1.0).apply_decay(
        storage, NOON + 10 * DAY
    )
    assert report.neurons_pruned == 1
    state = await storage.get_neuron_state("a")
    assert state is not None
    assert state.activation_level == 0


@awaited
async def test_a_neuron_fades_by_its_own_rate_unless_one_is_given(storage: BrainStorage) -> None:
    await add_chain(storage, "a")
    await storage.update_neuron_state(NeuronState("a", 0.8, last_activated=NOON, decay_rate=0.2))
    await DecayManager().apply_decay(storage, NOON + 5 * DAY)
    state = await storage.get_neuron_state("a")
    assert state is not None
    assert state.activation_level == pytest.approx(0.8 * math.exp(-1))


@awaited
async def test_what_was_used_grows(storage: BrainStorage) -> None:
    await add_chain(storage, "a", "b", weight=0.98)
    manager = ReinforcementManager(reinforcement_delta=0.05)
    assert await manager.reinforce(storage, activated_neurons=["a", "b", "zz"], activated_synapses=["ab", "zz"]) == 3
    state, synapse = await storage.get_neuron_state("a"), await storage.get_synapse("ab")
    assert state is not None and synapse is not None
    assert state.activation_level == pytest.approx(0.05)
    assert state.access_frequency == 1
    assert (synapse.weight, synapse.reinforced_count) == (1.0, 1)


# -- health


@awaited
async def test_too_many_neurons_raise_one_alert(storage: BrainStorage) -> None:
    encoder = MemoryEncoder(storage)
    number = 0
    while (await counts(storage))[0] <= 2_000:
        await encoder.encode_batch([f"Word{number + more}a met word{number + more}b" for more in range(500)], NOON)
        number += 500
    raised = [alert for alert in await storage.get_active_alerts() if alert.alert_type is AlertType.HIGH_NEURON_COUNT]
    assert [alert.severity.value for alert in raised] == ["medium"]
    again = [alert for alert in await storage.get_active_alerts() if alert.alert_type is AlertType.HIGH_NEURON_COUNT]
    assert again == raised
    for fiber in await storage.find_fibers(limit=1_000):
        if (await counts(storage))[0] <= 2_000:
            break
        await storage.delete_fiber(fiber.id)
    left = {alert.alert_type for alert in await storage.get_active_alerts()}
    assert AlertType.HIGH_NEURON_COUNT not in left
