"""Whose model writes: the tenant's own, else the server's, else none; and what none means."""

from __future__ import annotations

from typing import Optional

import pytest

from engram_server.domains import providers
from engram_server.domains.errors import Invalid, Unmet
from engram_server.domains.providers import Providers
from engram_server.provider import Provider

from .support import new_scope

SERVERS = Provider("http://127.0.0.1:1/v1", "servers")


@pytest.mark.parametrize(
    ("default", "own", "required", "model"),
    [
        (None, False, False, None),
        (None, False, True, "unmet"),
        (SERVERS, False, False, "servers"),
        (SERVERS, False, True, "servers"),
        (None, True, True, "own"),
        (SERVERS, True, False, "own"),
        (SERVERS, True, True, "own"),
    ],
)
def test_the_nearest_one_writes(default: Optional[Provider], own: bool, required: bool, model: Optional[str]) -> None:
    rules = Providers(default, required=required)
    with new_scope() as scope:
        if own:
            scope.store.write(lambda writer: providers.save(writer, scope, "http://127.0.0.1:2", "own", "k"))
        if model == "unmet":
            with pytest.raises(Unmet) as caught:
                rules.check(scope)
            assert caught.value.code == "provider_not_configured"
            with pytest.raises(Unmet), scope.read() as reader:
                rules.of(reader, scope)
            return
        rules.check(scope)
        with scope.read() as reader:
            found = rules.of(reader, scope)
        assert (found and found.model) == model


def test_forgetting_ones_own_brings_the_servers_back() -> None:
    rules = Providers(SERVERS, required=True)
    with new_scope() as scope:
        scope.store.write(lambda writer: providers.save(writer, scope, "http://127.0.0.1:2", "own", None))
        scope.store.write(lambda writer: providers.remove(writer, scope))
        with scope.read() as reader:
            assert rules.of(reader, scope) is SERVERS
            assert providers.get(reader, scope) is None


@pytest.mark.parametrize(
    ("base_url", "api_key", "field"),
    [
        ("http://[::1", "k", "base_url"),
        ("http://host:x", "k", "base_url"),
        ("http://u:p@host", "k", "base_url"),
        ("file:///x", None, "base_url"),
        ("http://host", "a\nb", "api_key"),
    ],
)
def test_what_can_never_work_is_not_kept(base_url: str, api_key: Optional[str], field: str) -> None:
    with new_scope() as scope:
        with pytest.raises(Invalid) as caught:
            scope.store.write(lambda writer: providers.save(writer, scope, base_url, "m", api_key))
        assert caught.value.details == {"field": field}
        with scope.read() as reader:
            assert providers.get(reader, scope) is None
