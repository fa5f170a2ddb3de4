"""The stores that tests are run over."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from .backends import BACKENDS, Backend, open_backend


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    """A store, in memory, in a file and behind HTTP."""
    with open_backend(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture(params=[name for name in BACKENDS if name != "memory"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    """A store that several engrams can be of."""
    with open_backend(request.param, tmp_path) as opened:
        yield opened
