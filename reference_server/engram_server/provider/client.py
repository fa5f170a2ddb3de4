"""Asking a provider for an answer. Whatever goes wrong is a `ProviderError` that says what happened.

It never holds the key and holds little of what the provider sent, so that it can be shown to whoever asked.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from contextlib import contextmanager
from typing import Callable, Dict, Generator, Iterator, Mapping, Optional

from engram.types import VERSION

from .connection import Connection, Timeouts, address
from .dialect import Completion, Item, Messages, NoAnswerError, completion, error_sentence, items

# The longest answer that a model writes is some hundred kilobytes; frames around each token make ten times that.
_MAX_RESPONSE_BYTES = 8 * 1024 * 1024
_READ_BYTES = 64 * 1024
# How much of an error body is read to find its sentence, and how much of that is passed on.
_MAX_ERROR_BYTES = 16 * 1024
_MAX_EXCERPT_CHARS = 200

# Control characters, line and paragraph separators, marks that turn the writing direction, halves of characters.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

_REFUSALS: Mapping[int, str] = {
    401: "refused the API key",
    403: "refused the API key",
    404: "knows no such URL or no such model",
    413: "refused the prompt as too long",
    429: "is over its rate limit",
}


class ProviderError(Exception):
    """The provider did not write an answer. The message is safe to show."""


class Provider:
    """One model of one provider. Holds no connection, so threads may share it."""

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: Optional[str] = None,
        *,
        timeouts: Timeouts = Timeouts(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the provider's settings; nothing is sent.

        `base_url` is what stands before `/chat/completions`, with `/v1` or without as the provider has it.

        Raises:
            ValueError: the URL or the key can never work. The message names the field and repeats neither.
        """
        self.model = model
        self._base_url = base_url
        self._address = address(base_url)
        if api_key and not (api_key.isascii() and api_key.isprintable()):
            raise ValueError("api_key: must be printable ASCII")
        self._api_key = api_key
        self._timeouts = timeouts
        self._clock = clock

    def __repr__(self) -> str:
        return f"Provider(base_url={self._base_url!r}, model={self.model!r})"

    def complete(self, messages: Messages, max_tokens: int) -> Completion:
        """Return the model's whole answer.

        Raises:
            ProviderError: there is none.
        """
        with self._asked(messages, max_tokens, stream=False) as response:
            return completion(messages, b"".join(_body(response)))

    def stream(self, messages: Messages, max_tokens: int) -> Generator[Item, None, None]:
        """Yield the answer's pieces as they come, then the whole. Closing the generator closes the connection.

        Raises:
            ProviderError: at the first item when the provider refuses, later when it breaks off.
        """
        with self._asked(messages, max_tokens, stream=True) as response:
            kind = _content_type(response)
            if kind == "text/html":
                raise NoAnswerError("sent a web page and no answer: is base_url right?")
            if kind == "application/json":
                # Some servers do not know `stream` and answer in one piece.
                whole = completion(messages, b"".join(_body(response)))
                yield whole.text
                yield whole
            else:
                yield from items(messages, _body(response))

    @contextmanager
    def _asked(self, messages: Messages, max_tokens: int, *, stream: bool) -> Iterator[http.client.HTTPResponse]:
        """Send the request and lend the response of a 2xx; every failure inside becomes a ProviderError."""
        connection = None
        try:
            connection = Connection(self._address, self._timeouts, self._clock)
            body = {"model": self.model, "messages": list(messages), "max_tokens": max_tokens, "stream": stream}
            response = connection.post(self._target(), self._headers(stream), json.dumps(body).encode("ascii"))
            if not 200 <= response.status < 300:
                raise _refusal(response)
            yield response
        except NoAnswerError as failure:
            raise self._error(failure.what, failure.said) from None
        except socket.timeout:
            connect, silence, whole = self._timeouts
            limits = f"{connect:g} s to connect, {silence:g} s of silence, {whole:g} s in all"
            raise self._error(f"took too long (the limits are {limits})") from None
        except (OSError, http.client.HTTPException) as error:
            raise self._error("could not be reached or broke off", str(error) or type(error).__name__) from None
        finally:
            if connection is not None:
                connection.close()

    def _target(self) -> str:
        query = f"?{self._address.query}" if self._address.query else ""
        return f"{self._address.path}/chat/completions{query}"

    def _headers(self, stream: bool) -> Dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "Accept": "text/event-stream, application/json" if stream else "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": f"engram-server/{VERSION}",
        }
        if self._api_key:
            headers["Authorization"] = f"Bearer {self._api_key}"
        return headers

    def _error(self, what: str, said: str = "") -> ProviderError:
        """Return the error for people: a piece of what the provider said, on one line and without the key."""
        if self._api_key:
            # Some providers quote the key that they refuse.
            said = said.replace(self._api_key, "<hidden>")
        excerpt = " ".join(_UNPRINTABLE.sub(" ", said).split())[:_MAX_EXCERPT_CHARS]
        return ProviderError(f"The model provider {what}" + (f": {excerpt}" if excerpt else ""))


def _refusal(response: http.client.HTTPResponse) -> NoAnswerError:
    status = response.status
    if 300 <= status < 400:
        return NoAnswerError(f"answered with a redirect ({status}), which is not followed: correct base_url")
    try:
        said = error_sentence(response.read(_MAX_ERROR_BYTES))
    except (OSError, http.client.HTTPException):
        said = ""
    what = _REFUSALS.get(status, "failed" if status >= 500 else "refused the request")
    return NoAnswerError(f"{what} ({status})", said)


def _body(response: http.client.HTTPResponse) -> Iterator[bytes]:
    """Yield the body as it comes; one that is too large or shorter than announced is no answer."""
    size = 0
    for piece in iter(lambda: response.read1(_READ_BYTES), b""):
        size += len(piece)
        if size > _MAX_RESPONSE_BYTES:
            raise NoAnswerError(f"sent more than {_MAX_RESPONSE_BYTES} bytes")
        yield piece
    if response.length:
        raise NoAnswerError("broke off in the middle of its answer")


def _content_type(response: http.client.HTTPResponse) -> str:
    return (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
