from __future__ import annotations

from tests.engram.transport.conftest import certificate as certificate
