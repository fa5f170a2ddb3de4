"""EngramBinding: the name by which a neuron knows an engram. Pure."""

from __future__ import annotations

from dataclasses import InitVar, dataclass
from typing import Optional

from .errors import EngramArgumentError
from .requests import RecallMode, address, checked_deadline, checked_mode
from .signals import Directed


@dataclass(frozen=True)
class EngramBinding:
    """A name of a neuron's own for an engram, by its id or by its kind.

    `directed_id` and `directed_type` are other words for `engram_id` and `engram_kind`. The deadline counts for
    recalls and for imprints that are waited for.

        EngramBinding(name="ctx", engram_id="ctx", default_recall_mode="merge")

    Raises:
        EngramArgumentError: there is no name or no address, two that differ, no such mode, or a negative deadline.
    """

    name: str
    engram_id: Optional[str] = None
    engram_kind: Optional[str] = None
    default_deadline_ms: Optional[float] = None
    default_recall_mode: RecallMode = "first"
    directed_id: InitVar[Optional[str]] = None
    directed_type: InitVar[Optional[str]] = None

    def __post_init__(self, directed_id: Optional[str], directed_type: Optional[str]) -> None:
        # What is frozen is set like this, once.
        object.__setattr__(self, "engram_id", _same("engram_id", self.engram_id, "directed_id", directed_id))
        object.__setattr__(self, "engram_kind", _same("engram_kind", self.engram_kind, "directed_type", directed_type))
        if not self.name:
            raise EngramArgumentError("name: must not be empty")
        address(self.engram_id, self.engram_kind)
        checked_mode(self.default_recall_mode, "default_recall_mode")
        checked_deadline(self.default_deadline_ms)

    @property
    def directed(self) -> Directed:
        """The address of the engram."""
        return address(self.engram_id, self.engram_kind)


def _same(name: str, value: Optional[str], other_name: str, other: Optional[str]) -> Optional[str]:
    if value is not None and other is not None and value != other:
        raise EngramArgumentError(f"{name} and {other_name} are the same thing and differ: {value!r}, {other!r}")
    return other if value is None else value
