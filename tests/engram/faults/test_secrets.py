"""The API key is in no repr, log line, error, traceback or pickle, whatever goes wrong."""

from __future__ import annotations

import copy
import pickle
import traceback
from typing import List

import pytest

from engram import EngramClient
from engram.errors import EngramError
from engram.transport.base import Next, Request, Response

from .scripted import ScriptedServer, answer, echo, nobody_listens
from .test_matrix import FAULTS, Fault
from .verbs import KEY, VERBS, impatient_client


def _told(error: EngramError) -> str:
    """Return everything that a crash reporter would send, the locals of every frame included."""
    story = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(story.format()) + repr(error) + str(vars(error))


@pytest.mark.parametrize("name", ["store_memory", "query_stream", "delete_memory"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_no_fault_tells_the_key(fault: Fault, name: str, caplog: pytest.LogCaptureFixture) -> None:
    with ScriptedServer(fault.script) as server, impatient_client(server.url) as engram:
        with caplog.at_level("DEBUG", "engram"), pytest.raises(EngramError) as caught:
            VERBS[name](engram)
    for text in (_told(caught.value), repr(engram), caplog.text):
        assert KEY not in text
    assert KEY.encode() not in pickle.dumps(caught.value)
    assert caplog.records


def test_no_connection_tells_the_key() -> None:
    with nobody_listens() as host, impatient_client(f"http://{host}") as engram, pytest.raises(EngramError) as caught:
        engram.store_memory("x")
    assert KEY not in _told(caught.value)


def _client_behind(proxy: ScriptedServer) -> EngramClient:
    # A frame of its own, for the login must not be a local of the test, whose frame is told too.
    login = f"http://user:canary_password@{proxy.host}"
    return EngramClient(api_key=KEY, base_url="https://memory.invalid", max_retries=0, proxy=login)


def test_a_tunnel_tells_neither_the_key_nor_the_password() -> None:
    with ScriptedServer([answer(b"", "407 X")]) as proxy:
        engram = _client_behind(proxy)
        with engram, pytest.raises(EngramError) as caught:
            engram.store_memory("x")
    told = _told(caught.value) + repr(engram)
    assert KEY not in told
    assert "canary_password" not in told
    assert KEY not in str(proxy.received)


def test_what_a_hook_sees_can_be_logged() -> None:
    told: List[str] = []

    def telling(request: Request, send: Next) -> Response:
        response = send(request)
        told.append(f"{request!r} {response!r}")
        return response

    cookie = answer(b"{}", headers=[("Set-Cookie", "canary_cookie")])
    with ScriptedServer([cookie]) as server, impatient_client(server.url) as engram:
        with pytest.raises(EngramError):
            engram.with_options(hooks=[telling]).list_buckets()
    assert told and KEY not in told[0] and "canary_cookie" not in told[0]


def test_a_pickled_or_copied_client_has_no_key_in_its_bytes() -> None:
    with ScriptedServer([echo]) as server, impatient_client(server.url) as engram:
        engram.clear_memories("b")
        assert KEY.encode() not in pickle.dumps(engram)
        copied = copy.copy(engram)
        assert KEY not in repr(vars(copied))
        copied.close()


def test_a_request_on_the_wire_holds_the_key_once() -> None:
    """The other tests pass too if no key was ever sent."""
    with ScriptedServer([echo]) as server, impatient_client(server.url) as engram:
        engram.clear_memories("b")
    assert str(server.received).count(KEY) == 1
