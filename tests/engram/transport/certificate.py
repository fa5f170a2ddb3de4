"""A certificate for this machine that nobody else trusts, made for one test run."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest


class Certificate:
    """A certificate file with its key."""

    def __init__(self, folder: Path) -> None:
        #: What `SSL_CERT_FILE` may point to.
        self.path = folder / "certificate.pem"
        self._key = folder / "key.pem"
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
                *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
                *("-keyout", str(self._key), "-out", str(self.path)),
            ],
            check=True,
            capture_output=True,
        )

    def server_context(self) -> ssl.SSLContext:
        """Return a context that shows the certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path, self._key)
        return context

    def client_context(self) -> ssl.SSLContext:
        """Return a context that trusts the certificate and nothing else."""
        return ssl.create_default_context(cafile=str(self.path))


def make_certificate(folder: Path) -> Certificate:
    """Return a new certificate, or skip the test where it cannot be made."""
    if shutil.which("openssl") is None:
        pytest.skip("the openssl command, which makes the certificate, is not installed")
    return Certificate(folder)
