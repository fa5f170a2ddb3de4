from __future__ import annotations

import pytest

from tests.engram.transport.certificate import Certificate, make_certificate


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for `localhost` and `127.0.0.1`."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))
