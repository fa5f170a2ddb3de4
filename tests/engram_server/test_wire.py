"""Bodies that come piece by piece: what they hold is given back once, whoever closes them and whenever."""

from __future__ import annotations

import threading
from typing import Generator, List

from engram_server.wire import Last, Stream

PATIENCE_SECONDS = 10


def test_what_a_stream_holds_is_given_back_with_its_last_piece() -> None:
    given_back: List[str] = []
    stream = Stream(iter([b"a", Last(b"b"), b"c"]), lambda: given_back.append("slot"))
    seen = [(piece, type(piece), list(given_back)) for piece in stream]
    assert seen == [(b"a", bytes, []), (b"b", bytes, ["slot"]), (b"c", bytes, ["slot"])]
    assert given_back == ["slot"]


def test_a_stream_that_was_never_begun_gives_back_what_it_holds() -> None:
    given_back: List[str] = []
    stream = Stream(iter([b"a"]), lambda: given_back.append("connection"))
    stream.on_close(lambda: given_back.append("slot"))
    stream.close()
    stream.close()
    assert given_back == ["connection", "slot"]


def test_a_stream_is_closed_while_another_thread_waits_for_a_piece_of_it() -> None:
    """A generator that runs cannot be closed, so the thread that runs it gives back what it holds."""
    waiting, go_on, given_back = threading.Event(), threading.Event(), threading.Event()

    def made() -> Generator[bytes, None, None]:
        yield b"a"
        waiting.set()
        go_on.wait(PATIENCE_SECONDS)
        yield b"b"
        yield b"c"

    pieces = made()
    stream = Stream(pieces, pieces.close, given_back.set)
    seen: List[bytes] = []
    reader = threading.Thread(target=lambda: seen.extend(stream))
    reader.start()
    assert waiting.wait(PATIENCE_SECONDS)
    stream.close()
    assert not given_back.is_set()
    go_on.set()
    reader.join(PATIENCE_SECONDS)
    assert given_back.is_set() and seen == [b"a", b"b"]
