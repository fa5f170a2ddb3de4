"""Each fault meets each verb: a right result or an `EngramError`, never another exception, never silence."""

from __future__ import annotations

import gzip
from concurrent.futures import ThreadPoolExecutor
from typing import Dict, NamedTuple, Type

import pytest

from engram.errors import (
    ConnectionFailedError,
    EngramError,
    Outcome,
    ProtocolError,
    RateLimitError,
    ServerError,
    TimeoutExceededError,
    TooLargeError,
)

from .scripted import Script, ScriptedServer, answer, answer_json, chunk, close, drip, head, reset, send, stall
from .verbs import MAX_RESPONSE_BYTES, VERBS, Verb, impatient_client

JSON = ("Content-Type", "application/json")
LONG = [JSON, ("Content-Length", "999")]
RETRY = [("Retry-After", "1")]
BOMB = gzip.compress(bytes(2 * MAX_RESPONSE_BYTES))
CHUNKED = [JSON, ("Transfer-Encoding", "chunked")]


class Fault(NamedTuple):
    """What the server does, and what the client makes of it."""

    script: Script
    error: Type[EngramError]
    outcome: Outcome = "unknown"


FAULTS: Dict[str, Fault] = {
    "reset": Fault([reset], ConnectionFailedError),
    "empty": Fault([close], ConnectionFailedError),
    "garbage": Fault([send(b"\x00\xff garbage\r\n\r\n"), close], ProtocolError),
    "truncate": Fault([send(head("200 OK", LONG) + b"{"), close], ConnectionFailedError),
    "reset in the body": Fault([send(head("200 OK", LONG) + b"{"), reset], ConnectionFailedError),
    "cut chunk": Fault([send(head("200 OK", CHUNKED) + b"9\r\n{"), close], ConnectionFailedError),
    "cut between chunks": Fault([send(head("200 OK", CHUNKED) + chunk(b"{}")), close], ConnectionFailedError),
    "bad chunk": Fault([send(head("200 OK", CHUNKED) + b"zz\r\n{"), close], ProtocolError),
    "status:500": Fault([answer(b"<html>", "500 X", "text/html")], ServerError),
    "status:503": Fault([answer_json({"error": "busy"}, "503 X", RETRY)], ServerError, "rejected"),
    "status:429": Fault([answer_json({"error": "busy"}, "429 X", RETRY)], RateLimitError, "rejected"),
    "status:418": Fault([answer(b"", "418 X")], EngramError, "rejected"),
    "error body cut": Fault([send(head("503 X", LONG) + b'{"err'), close], ServerError, "rejected"),
    "redirect": Fault([answer(b"", "302 Found", headers=[("Location", "/login")])], ProtocolError, "rejected"),
    "html_200": Fault([answer(b"<html>login</html>", content_type="text/html")], ProtocolError),
    "html as JSON": Fault([answer(b"<html>login</html>")], ProtocolError),
    "cut JSON": Fault([answer(b'{"memories": [')], ProtocolError),
    "invalid UTF-8": Fault([answer(b'{"answer": "\xff"}')], ProtocolError),
    "deep JSON": Fault([answer(b"[" * 100_000)], ProtocolError),
    "5,000 digits": Fault([answer(b'{"total": ' + b"9" * 5_000 + b"}")], ProtocolError),
    "br": Fault([answer(b"{}", headers=[("Content-Encoding", "br")])], ProtocolError),
    "a body over the limit": Fault([answer(bytes(2 * MAX_RESPONSE_BYTES))], TooLargeError),
    "a gzip bomb": Fault([answer(BOMB, headers=[("Content-Encoding", "gzip")])], TooLargeError),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_every_fault_of_every_verb_is_an_engram_error(fault: Fault, verb: Verb) -> None:
    with ScriptedServer(fault.script) as server:
        with impatient_client(server.url) as engram:
            with pytest.raises(fault.error) as caught:
                verb(engram)
        assert len(server.received) == 1
    assert caught.value.outcome == fault.outcome
    assert caught.value.attempts == 1 or isinstance(caught.value, ProtocolError)
    assert str(caught.value)


SLOW_FAULTS: Dict[str, Script] = {
    "stall": [stall],
    "slow_headers": [drip(head("200 OK", LONG), 0.02), stall],
    "stall in the body": [send(head("200 OK", LONG) + b"{"), stall],
    "dribble": [send(head("200 OK", LONG)), drip(b"x" * 999, 0.02)],
}
# As long as a busy machine may need to send fifteen requests at once.
TIMEOUT_SECONDS = 2.0


@pytest.mark.parametrize("script", SLOW_FAULTS.values(), ids=SLOW_FAULTS)
def test_every_slowness_of_every_verb_is_a_timeout(script: Script) -> None:
    """All verbs at once, or the waits would add up."""

    def timed_out(verb: Verb) -> EngramError:
        with ScriptedServer(script) as server:
            with impatient_client(
                server.url, seconds=TIMEOUT_SECONDS, deadline_seconds=TIMEOUT_SECONDS
            ) as engram:
                with pytest.raises(TimeoutExceededError) as caught:
                    verb(engram)
        return caught.value

    with ThreadPoolExecutor(len(VERBS)) as pool:
        errors = list(pool.map(timed_out, VERBS.values()))
    assert [(error.outcome, error.attempts) for error in errors] == [("unknown", 1)] * len(VERBS)


# What a server may send to say no more than "done".
EMPTY = {
    "200 without a body": [answer(b"")],
    "204": [send(head("204 No Content"))],
    "null": [answer(b"null")],
    "a string": [answer(b'"ok"')],
}
MAY_BE_EMPTY = {"delete_memory", "delete_bucket"}


@pytest.mark.parametrize("name", VERBS)
@pytest.mark.parametrize("script", EMPTY.values(), ids=EMPTY)
def test_an_empty_success_is_one_only_where_nothing_is_to_be_told(script: Script, name: str) -> None:
    with ScriptedServer(script) as server, impatient_client(server.url) as engram:
        if name in MAY_BE_EMPTY:
            assert VERBS[name](engram) is None
        else:
            with pytest.raises(ProtocolError):
                VERBS[name](engram)


RIGHT = b'{"id": "1", "memories": [], "total": 0, "buckets": [], "answer": "a cat", "usage": {}, "profile": null}'
STRANGE_BUT_RIGHT = {
    "gzip": [answer(gzip.compress(RIGHT), headers=[("Content-Encoding", "gzip")])],
    "chunk by chunk": [send(head("200 OK", CHUNKED) + b"".join(chunk(bytes([byte])) for byte in RIGHT) + chunk(b""))],
    "until the end": [send(head("200 OK", [JSON]) + RIGHT), close],
    "HTTP/1.0": [send(b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + RIGHT), close],
    "dribble": [drip(head("200 OK", [JSON, ("Content-Length", str(len(RIGHT)))]) + RIGHT, 0.0001)],
    "early hints": [send(head("103 Early Hints")), answer(RIGHT)],
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
@pytest.mark.parametrize("script", STRANGE_BUT_RIGHT.values(), ids=STRANGE_BUT_RIGHT)
def test_what_is_only_strange_works(script: Script, verb: Verb) -> None:
    with ScriptedServer(script) as server, impatient_client(server.url) as engram:
        verb(engram)
