"""Proxies: from the environment as urllib reads it, or as given; plain, with a tunnel, with a login."""

from __future__ import annotations

import base64
from typing import Dict, List, Mapping, Union

import pytest

from engram.errors import ConfigurationError, ConnectionFailedError, EngramError, ProtocolError, TimeoutExceededError
from engram.transport.http import HttpTransport
from tests.engram.faults.scripted import (
    Script,
    ScriptedServer,
    answer,
    close,
    drip,
    echo,
    head,
    nobody_listens,
    send,
    stall,
    tunnel,
)

from .certificate import Certificate
from .support import KEY, request

LOGIN = "Basic " + base64.b64encode(b"user:p@ss").decode()
NOWHERE = "http://memory.invalid"


def _get(base_url: str, **settings: Union[None, str, Mapping[str, str]]) -> bytes:
    transport = HttpTransport(base_url, **settings)  # type: ignore[arg-type]  # proxies only, one test a form
    try:
        return transport.send(request("/v1/buckets?limit=1")).read()
    finally:
        transport.close()


# -- plain http


def test_a_proxy_gets_the_whole_url_and_the_login() -> None:
    with ScriptedServer([echo]) as proxy:
        assert _get(NOWHERE + "/base", proxy=f"http://user:p%40ss@{proxy.host}")
    (received,) = proxy.received
    assert received.target == "http://memory.invalid/base/v1/buckets?limit=1"
    assert received.headers["host"] == "memory.invalid"
    assert received.headers["proxy-authorization"] == LOGIN
    assert received.headers["authorization"] == f"Bearer {KEY}"


def test_connections_to_a_proxy_are_kept() -> None:
    with ScriptedServer([echo]) as proxy:
        transport = HttpTransport(NOWHERE, proxy=proxy.url)
        for _ in range(3):
            transport.send(request()).read()
        transport.close()
        assert proxy.connections == 1


def test_a_proxy_that_is_reached_over_tls(certificate: Certificate) -> None:
    with ScriptedServer([echo], ssl_context=certificate.server_context()) as proxy:
        transport = HttpTransport(NOWHERE, proxy=proxy.url, ssl_context=certificate.client_context())
        assert transport.send(request()).read()
        transport.close()
    assert proxy.received[0].target == "http://memory.invalid/"


@pytest.mark.parametrize(
    ("environment", "proxied"),
    [
        ({"http_proxy": "http://PROXY"}, True),
        ({"http_proxy": "PROXY"}, True),
        ({"https_proxy": "http://PROXY"}, False),
        ({"http_proxy": "http://PROXY", "no_proxy": "127.0.0.1"}, False),
        ({"http_proxy": "http://PROXY", "no_proxy": "example.com"}, True),
        ({"http_proxy": "http://PROXY", "no_proxy": "*"}, False),
        ({}, False),
    ],
)
def test_the_environment_is_read_as_urllib_reads_it(
    environment: Dict[str, str], proxied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer([echo]) as proxy, ScriptedServer([echo]) as server:
        for name, value in environment.items():
            monkeypatch.setenv(name, value.replace("PROXY", proxy.host))
        _get(server.url)
    assert (len(proxy.received), len(server.received)) == ((1, 0) if proxied else (0, 1))


@pytest.mark.parametrize("proxy", [{}, {"https": "http://127.0.0.1:1"}])
def test_what_is_given_replaces_the_environment(proxy: Dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with ScriptedServer([echo]) as server:
        assert _get(server.url, proxy=proxy)


PASSWORD = "canary_password"


@pytest.mark.parametrize(
    "proxy",
    [f"socks5://u:{PASSWORD}@127.0.0.1:1", "http://", f"http://u:{PASSWORD}@127.0.0.1:port", "http://[::1", "ftp://h"],
)
def test_a_proxy_that_can_never_work_is_refused(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError) as caught:
        HttpTransport(NOWHERE, proxy=proxy)
    assert PASSWORD not in str(caught.value)
    monkeypatch.setenv("http_proxy", proxy)
    with pytest.raises(ConfigurationError) as caught:
        HttpTransport(NOWHERE).send(request())
    assert PASSWORD not in str(caught.value)


# -- tunnels


def test_a_tunnel_hides_the_key_from_the_proxy_and_the_login_from_the_server(certificate: Certificate) -> None:
    with ScriptedServer([echo], ssl_context=certificate.server_context()) as server:
        with ScriptedServer([tunnel(server.host)]) as proxy:
            transport = HttpTransport(
                server.url, proxy=f"http://user:p%40ss@{proxy.host}", ssl_context=certificate.client_context()
            )
            for number in range(3):
                assert f"/{number}".encode() in transport.send(request(f"/{number}")).read()
            transport.close()
    (connect,) = proxy.received
    assert (connect.method, connect.target) == ("CONNECT", server.host)
    assert connect.headers["host"] == server.host
    assert connect.headers["proxy-authorization"] == LOGIN
    assert KEY not in str(connect)
    assert server.connections == 1
    assert all("proxy-authorization" not in received.headers for received in server.received)


# Of what does not come to an end by itself, a second is enough for its beginning.
REFUSALS: "List[tuple[Script, type[EngramError], str]]" = [
    ([answer(b"", "407 Proxy Authentication Required")], ConnectionFailedError, "password"),
    ([answer(b"", "502 Bad Gateway")], ConnectionFailedError, "502"),
    ([close], ConnectionFailedError, "closed"),
    ([send(b"SSH-2.0\r\n"), stall], ProtocolError, "HTTP/1"),
    ([send(head("200 OK") + b"too soon"), stall], ProtocolError, "proxy"),
    ([stall], TimeoutExceededError, "time ran out"),
    ([drip(head("200 OK", [("X", "y" * 1000)]), 0.02)], TimeoutExceededError, "time ran out"),
]


@pytest.mark.parametrize(("script", "error", "word"), REFUSALS)
def test_a_tunnel_that_does_not_come_about(script: Script, error: "type[EngramError]", word: str) -> None:
    with ScriptedServer(script) as proxy:
        transport = HttpTransport("https://memory.invalid", proxy=f"http://u:{PASSWORD}@{proxy.host}")
        with pytest.raises(error) as caught:
            transport.send(request("/", "POST", seconds=1.0 if error is TimeoutExceededError else 10.0))
    assert proxy.received[0].target == "memory.invalid:443"
    assert caught.value.outcome == "not_sent"
    assert word in str(caught.value) and PASSWORD not in str(caught.value)


def test_a_tunnel_to_an_ipv6_address() -> None:
    with ScriptedServer([close]) as proxy:
        with pytest.raises(ConnectionFailedError):
            HttpTransport("https://[::1]:8443", proxy=proxy.url).send(request())
    assert proxy.received[0].target == "[::1]:8443"


def test_a_proxy_that_is_not_there() -> None:
    for base_url in ("http://memory.invalid", "https://memory.invalid"):
        with nobody_listens() as host, pytest.raises(ConnectionFailedError) as caught:
            HttpTransport(base_url, proxy=f"http://u:{PASSWORD}@{host}").send(request())
        assert caught.value.outcome == "not_sent"
        assert PASSWORD not in str(caught.value)
