"""The model that writes answers: any server with an OpenAI-compatible `POST {base_url}/chat/completions`.

`client` sends and maps failures, `connection` holds the socket and bounds every wait, `dialect` reads what such
servers say and touches no socket.
"""

from .client import Provider, ProviderError
from .connection import Timeouts
from .dialect import Completion

__all__ = ["Completion", "Provider", "ProviderError", "Timeouts"]
