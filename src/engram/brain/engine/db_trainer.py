"""DBTrainer: a brain learns what the schema of a database says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ... import calls_brain as calls
from ...errors import ValidationError
from ...types.brain import FiberStage
from ...types.brain_learning import TrainBody, TrainResult
from ..core.brain import BrainConfig
from ..storage import BrainStorage
from .db_introspector import SchemaIntrospector


@dataclass(frozen=True)
class DBTrainingConfig:
    """What to learn of which database."""

    #: Such as `sqlite:///data/app.db`, below the working folder.
    connection_string: str
    #: A tag of all that is learned, and a concept that contains each table.
    domain_tag: str = ""
    #: The name of the brain that learns; without one it is the one that the storage means.
    brain_name: str = ""
    #: Whether to connect what belongs together, afterwards.
    consolidate: bool = True
    #: The most salience of what is learned.
    salience_ceiling: float = 0.5
    initial_stage: FiberStage = "episodic"
    include_patterns: bool = True
    include_relationships: bool = True
    max_tables: int = 100


@dataclass(frozen=True)
class DBTrainingResult:
    """What was learned of a database."""

    tables_processed: int
    tables_skipped: int
    columns_processed: int
    relationships_mapped: int
    patterns_detected: int
    neurons_created: int
    synapses_created: int
    enrichment_synapses: int
    schema_fingerprint: str
    brain_name: str
    #: The same schema was learned before, so nothing was added.
    already_trained: bool

    @classmethod
    def of(cls, wire: TrainResult) -> DBTrainingResult:
        """Return what was sent."""
        return cls(
            wire["tables_processed"],
            wire["tables_skipped"],
            wire["columns_processed"],
            wire["relationships_mapped"],
            wire["patterns_detected"],
            wire["neurons_created"],
            wire["synapses_created"],
            wire["enrichment_synapses"],
            wire["schema_fingerprint"],
            wire["brain_name"],
            wire["already_trained"],
        )


class DBTrainer:
    """Trains brains. The database is read here, wherever the brain is kept; only its schema is sent.

        trainer = DBTrainer(storage, brain.config)
        result = await trainer.train(DBTrainingConfig("sqlite:///data/app.db", domain_tag="shop"))
    """

    def __init__(self, storage: BrainStorage, config: Optional[BrainConfig] = None) -> None:
        self._storage = storage
        self.config = config or BrainConfig()

    async def train(self, config: DBTrainingConfig) -> DBTrainingResult:
        """Learn the schema of a database. One that was learned before is not learned again.

            result = await trainer.train(DBTrainingConfig("sqlite:///data/app.db", domain_tag="shop"))

        Raises:
            ValidationError: the database cannot be read, or no brain has the name; the brain is as it was.
        """
        snapshot = await SchemaIntrospector().introspect(config.connection_string)
        body: TrainBody = {
            "snapshot": snapshot.payload(),
            "domain_tag": config.domain_tag,
            "consolidate": config.consolidate,
            "salience_ceiling": config.salience_ceiling,
            "initial_stage": config.initial_stage,
            "include_patterns": config.include_patterns,
            "include_relationships": config.include_relationships,
            "max_tables": config.max_tables,
        }
        brain_id = await self._id_of(config.brain_name)
        return DBTrainingResult.of(await self._storage.send(calls.TRAIN, body=body, brain_id=brain_id))

    async def _id_of(self, name: str) -> Optional[str]:
        if not name:
            return None
        brain = await self._storage.find_brain_by_name(name)
        if brain is None:
            raise ValidationError(f"brain_name: no brain has the name {name!r}", outcome="not_sent")
        return brain.id
