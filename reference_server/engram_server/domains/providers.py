"""Which model writes a tenant's answers: its own setting, else the server's, else none."""

from __future__ import annotations

from typing import Callable, Optional
from urllib.parse import urlsplit

from ..provider import Provider
from ..storage import Reader, Store, Writer
from .errors import Invalid, Unmet
from .scope import Scope

MakeProvider = Callable[[str, str, Optional[str]], Provider]


class Providers:
    """The server's default provider and how providers are made."""

    def __init__(self, default: Optional[Provider], *, required: bool, make: MakeProvider = Provider) -> None:
        self._default = default
        self._required = required
        self._make = make

    def of(self, reader: Reader, scope: Scope) -> Optional[Provider]:
        """Return the provider that writes this tenant's answers, None when they are extractive.

        Raises:
            Unmet: the server requires a provider and there is none.
        """
        row = reader.provider(scope.tenant_id)
        provider = self._default if row is None else self._make(row.base_url, row.model, row.api_key)
        if provider is None and self._required:
            raise Unmet(
                "No model provider key configured: set one with PUT /v1/provider",
                code="provider_not_configured",
            )
        return provider

    def check(self, store: Store, scope: Scope) -> None:
        """Refuse when the server requires a provider and this tenant has none."""
        if self._required:
            with store.read() as reader:
                self.of(reader, scope)


def save(writer: Writer, scope: Scope, base_url: str, model: str, api_key: Optional[str]) -> None:
    """Keep a tenant's provider.

    Raises:
        Invalid: the URL is not one of http or https with a host.
    """
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Invalid("base_url: must be an http or https URL with a host", {"field": "base_url"})
    writer.save_provider(scope.tenant_id, base_url=base_url, model=model, api_key=api_key)
