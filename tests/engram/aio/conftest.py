from __future__ import annotations

import threading

import pytest

from tests.engram.transport.conftest import certificate as certificate

from .support import CrewThreads


@pytest.fixture
def crew_threads() -> CrewThreads:
    """Return what lists the threads of the clients of this test; one of an earlier test may be ending still."""
    others = set(threading.enumerate())
    return lambda: [
        thread for thread in threading.enumerate() if thread.name.startswith("engram-async") and thread not in others
    ]
