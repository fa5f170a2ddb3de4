"""What a rule of the domain can refuse. No HTTP here: the App maps each class to a status."""

from __future__ import annotations

from typing import ClassVar, Optional

from engram.types import JsonObject


class DomainError(Exception):
    """A request that is well formed and cannot be done. `code` is the stable word for why."""

    default_code: ClassVar[str]

    def __init__(self, message: str, details: Optional[JsonObject] = None, code: Optional[str] = None) -> None:
        super().__init__(message)
        self.message = message
        self.details: JsonObject = details or {}
        self.code = code or self.default_code


class Malformed(DomainError):
    """What is asked for has no meaning to the face that it is asked of."""

    default_code = "bad_request"


class Invalid(DomainError):
    """A value has the right type and no meaning."""

    default_code = "invalid_field"


class Unknown(DomainError):
    """What is named does not exist for this tenant."""

    default_code = "not_found"


class Unproven(DomainError):
    """Who asks has not shown that it is theirs to change."""

    default_code = "session_token_required"


class Forbidden(DomainError):
    """What is to be changed is another's."""

    default_code = "not_your_session"


class Over(DomainError):
    """What is named was, and is not any more."""

    default_code = "gone"


class Taken(DomainError):
    """What is to be made exists."""

    default_code = "already_exists"


class Unmet(DomainError):
    """Something has to be true first: a provider configured, a version unchanged."""

    default_code = "precondition_failed"


class ProviderFailed(DomainError):
    """The model provider that was to write the answer did not."""

    default_code = "provider_failed"


class Late(DomainError):
    """Nothing was answered in the time that was given."""

    default_code = "timeout"
