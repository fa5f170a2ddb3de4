"""What every face shares on the wire: JSON values, the error body, health."""

from __future__ import annotations

from typing import Annotated, Dict, List, Optional, TypedDict, Union

from .limits import MAX_MODEL_NAME_CHARS, Length

JsonValue = Union[None, bool, int, float, str, List["JsonValue"], Dict[str, "JsonValue"]]
"""Anything that JSON can say. NaN and infinities are refused on both sides."""

JSON = JsonValue
"""The published client's name for `JsonValue`."""

JsonObject = Dict[str, JsonValue]


class ErrorBody(TypedDict):
    """The one body of every error, whichever layer refused the request.

    `error` is a sentence a person can act on, `code` a stable word to branch on, `request_id` what to quote to
    whoever runs the server, `details` the field or the limit in question.
    """

    error: str
    code: str
    request_id: str
    details: JsonObject


class Health(TypedDict):
    """The answer of `/healthz` (the process lives) and `/readyz` (it can serve)."""

    status: str
    version: str


class _ProviderRequired(TypedDict):
    base_url: str
    model: Annotated[str, Length(1, MAX_MODEL_NAME_CHARS)]


class ProviderSettings(_ProviderRequired, total=False):
    """`PUT /v1/provider`: the OpenAI-compatible endpoint that writes this tenant's answers."""

    api_key: Optional[str]


class ProviderState(TypedDict):
    """What may be told about a provider; its key never comes back."""

    base_url: Optional[str]
    model: Optional[str]
    has_api_key: bool
    configured: bool
