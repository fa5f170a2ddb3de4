"""EngramBinding and Axon: both spellings are one, and what can never work is refused where it is written."""

from __future__ import annotations

import dataclasses
import pickle
from typing import Dict

import pytest

from engram.engrams import Axon, EngramArgumentError, EngramBinding, EngramError, EngramNotBound, EngramTimeout
from engram.engrams.signals import Directed


def test_both_spellings_make_equal_bindings() -> None:
    one = EngramBinding(name="ctx", engram_id="a", engram_kind="k", default_deadline_ms=5, default_recall_mode="all")
    other = EngramBinding("ctx", directed_id="a", directed_type="k", default_deadline_ms=5, default_recall_mode="all")
    assert one == other and hash(one) == hash(other)
    assert one.directed == other.directed == Directed("a", "k")
    assert (other.engram_id, other.engram_kind) == ("a", "k")
    assert EngramBinding("x", engram_id="a", directed_id="a") == EngramBinding("x", "a")
    assert pickle.loads(pickle.dumps(one)) == one


def test_a_binding_does_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        EngramBinding("x", "a").engram_id = "b"  # type: ignore[misc]  # must be an error


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"name": "x"}, "addressed by engram_id or by engram_kind"),
        ({"name": "x", "engram_id": ""}, "addressed by engram_id or by engram_kind"),
        ({"name": "", "engram_id": "a"}, "name: must not be empty"),
        ({"name": "x", "engram_id": "a", "default_recall_mode": "best"}, "one of first, merge, all, not 'best'"),
        ({"name": "x", "engram_id": "a", "default_deadline_ms": -1}, "deadline_ms"),
        ({"name": "x", "engram_id": "a", "directed_id": "b"}, "engram_id and directed_id .* differ: 'a', 'b'"),
        ({"name": "x", "engram_kind": "a", "directed_type": "b"}, "engram_kind and directed_type"),
    ],
)
def test_what_can_never_work_is_refused(arguments: Dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        EngramBinding(**arguments)  # type: ignore[arg-type]  # wrong on purpose


def test_an_id_beats_a_kind() -> None:
    assert Directed("a", "k").means("a", "other") and not Directed("b", "k").means("a", "k")
    assert Directed(type="k").means("a", "k") and not Directed(type="k").means("a", None)
    assert not Directed().means("a", None)


def test_an_axon_has_each_name_once() -> None:
    with pytest.raises(ValueError, match="two bindings of neuron 'n' are called 'x'"):
        Axon("n", print, engrams=[EngramBinding("x", "a"), EngramBinding("x", "b")])
    with pytest.raises(ValueError, match="neuron_id"):
        Axon("", print)
    axon = Axon(neuron_id="n", neuron_fn=print, capabilities=["c"], engrams=[EngramBinding("x", "a")])
    assert (axon.neuron_id, axon.capabilities, list(axon.bindings)) == ("n", ("c",), ["x"])
    assert repr(axon) == "<Axon of 'n' bound to x>"


@pytest.mark.parametrize("error", [EngramTimeout("late", ("a",)), EngramNotBound("x"), EngramArgumentError("x")])
def test_every_error_is_an_engram_error_and_pickles(error: EngramError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, EngramError) and type(again) is type(error)
    assert (str(again), again.code, vars(again)) == (str(error), error.code, vars(error))
