"""Which model writes a tenant's answers: its own setting, else the server's, else none."""

from __future__ import annotations

from typing import Optional

from ..provider import Provider
from ..storage import ProviderRow, Reader, Writer
from .errors import Invalid, Unmet
from .scope import Scope


class Providers:
    """The server's default provider, and whether a tenant must have one."""

    def __init__(self, default: Optional[Provider], *, required: bool) -> None:
        self._default = default
        self._required = required

    def of(self, reader: Reader, scope: Scope) -> Optional[Provider]:
        """Return the provider that writes this tenant's answers, None when they are extractive.

        Raises:
            Unmet: the server requires a provider and there is none.
        """
        row = reader.provider(scope.tenant_id)
        provider = self._default if row is None else Provider(row.base_url, row.model, row.api_key)
        if provider is None and self._required:
            raise Unmet(
                "No model provider key configured: set one with PUT /v1/provider",
                code="provider_not_configured",
            )
        return provider

    def check(self, scope: Scope) -> None:
        """Refuse when the server requires a provider and this tenant has none."""
        if self._required:
            with scope.read() as reader:
                self.of(reader, scope)


def get(reader: Reader, scope: Scope) -> Optional[ProviderRow]:
    """Return a tenant's own provider."""
    return reader.provider(scope.tenant_id)


def save(writer: Writer, scope: Scope, base_url: str, model: str, api_key: Optional[str]) -> None:
    """Keep a tenant's provider in place of an earlier one.

    Raises:
        Invalid: the URL or the key can never work.
    """
    try:
        Provider(base_url, model, api_key)
    except ValueError as error:
        raise Invalid(str(error), {"field": str(error).partition(":")[0]}) from None
    writer.save_provider(scope.tenant_id, base_url=base_url, model=model, api_key=api_key)


def remove(writer: Writer, scope: Scope) -> None:
    """Forget a tenant's provider, if there is one."""
    writer.remove_provider(scope.tenant_id)
