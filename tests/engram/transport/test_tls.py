from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import threading

import pytest

from engram.errors import ConnectionFailedError, TimeoutExceededError
from engram.transport.connection import default_ssl_context
from engram.transport.http import HttpTransport
from tests.engram.faults.scripted import ScriptedServer, answer, close, drip, echo, head, send, stall

from .certificate import Certificate
from .support import KEYED, request


def test_calls_share_a_connection_and_its_handshake(certificate: Certificate) -> None:
    with ScriptedServer([echo], ssl_context=certificate.server_context()) as server:
        transport = HttpTransport(server.url, ssl_context=certificate.client_context())
        for number in range(5):
            assert f"/{number}".encode() in transport.send(request(f"/{number}")).read()
        transport.close()
        assert server.connections == 1
        assert all(received.reads == 1 for received in server.received)


def test_a_large_body_goes_both_ways(certificate: Certificate) -> None:
    body = b"x" * 3_000_000
    with ScriptedServer([echo], ssl_context=certificate.server_context()) as server:
        transport = HttpTransport(server.url, ssl_context=certificate.client_context())
        assert body in transport.send(request("/", "POST", body=body)).read()
        transport.close()


def test_a_connection_that_the_server_closed_is_replaced(certificate: Certificate) -> None:
    with ScriptedServer([answer(b"a"), close], [echo], ssl_context=certificate.server_context()) as server:
        transport = HttpTransport(server.url, ssl_context=certificate.client_context())
        transport.send(request()).read()
        assert transport.send(request("/", "POST", KEYED)).read()
        assert [r.connection for r in server.received] == [1, 2]
        transport.close()


def test_bytes_that_nobody_asked_for_are_noticed_behind_the_encryption(certificate: Certificate) -> None:
    """In one record, of which more was decrypted than read: the socket itself has nothing more to read then."""
    unasked = send(head("200 OK", [("Content-Length", "0")]) + b"x" * 15_000)
    with ScriptedServer([unasked], [echo], ssl_context=certificate.server_context()) as server:
        transport = HttpTransport(server.url, ssl_context=certificate.client_context())
        for _ in range(2):
            transport.send(request()).read()
        transport.close()
        assert [r.connection for r in server.received] == [1, 2]


def test_a_certificate_that_is_not_trusted_is_refused(certificate: Certificate) -> None:
    with ScriptedServer([echo], ssl_context=certificate.server_context()) as server:
        with pytest.raises(ConnectionFailedError) as caught:
            HttpTransport(server.url).send(request("/", "POST"))
    assert "certificate" in str(caught.value).lower()
    assert caught.value.outcome == "not_sent"
    assert server.received == []


def test_a_certificate_of_another_host_is_refused(certificate: Certificate) -> None:
    with ScriptedServer([echo], ssl_context=certificate.server_context()) as server:
        url = server.url.replace("127.0.0.1", "127.0.0.2")
        with pytest.raises(ConnectionFailedError) as caught:
            HttpTransport(url, ssl_context=certificate.client_context()).send(request())
    assert caught.value.outcome == "not_sent"
    assert server.received == []


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_server_without_tls(said: bytes, certificate: Certificate) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            sock, _ = listener.accept()
            with sock:
                sock.recv(65536)
                sock.sendall(said)

        server = threading.Thread(target=serve)
        server.start()
        transport = HttpTransport(
            "https://127.0.0.1:%d" % listener.getsockname()[1], ssl_context=certificate.client_context()
        )
        with pytest.raises(ConnectionFailedError) as caught:
            transport.send(request())
        server.join()
    assert caught.value.outcome == "not_sent"


def test_a_handshake_is_bounded(certificate: Certificate) -> None:
    with ScriptedServer([stall]) as server:
        with pytest.raises(TimeoutExceededError) as caught:
            HttpTransport(server.url.replace("http:", "https:"), ssl_context=certificate.client_context()).send(
                request(seconds=0.2)
            )
    assert caught.value.outcome == "not_sent"


def test_a_body_that_drips_is_bounded(certificate: Certificate) -> None:
    script = [send(head("200 OK", [("Content-Length", "1000")])), drip(b"x" * 1000, 0.02)]
    with ScriptedServer(script, ssl_context=certificate.server_context()) as server:
        with pytest.raises(TimeoutExceededError):
            HttpTransport(server.url, ssl_context=certificate.client_context()).send(request(seconds=0.2)).read()


def test_the_default_context_is_made_once_and_checks() -> None:
    context = default_ssl_context()
    assert context is default_ssl_context()
    assert context.check_hostname and context.verify_mode is ssl.CERT_REQUIRED


def test_the_environment_says_whom_to_trust(certificate: Certificate) -> None:
    code = (
        "import sys; sys.path.insert(0, '.')\n"
        "from engram.transport.http import HttpTransport\n"
        "from tests.engram.transport.support import request\n"
        "print(HttpTransport(sys.argv[1]).send(request('/ok')).read())"
    )
    with ScriptedServer([echo], ssl_context=certificate.server_context()) as server:
        done = subprocess.run(
            [sys.executable, "-c", code, server.url],
            env={**os.environ, "SSL_CERT_FILE": str(certificate.path)},
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert "/ok" in done.stdout, done.stderr
