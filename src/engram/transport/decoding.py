"""Content codings that a server applied without being asked. Pure: pieces in, pieces out.

The client asks for none (`Accept-Encoding: identity`), but proxies compress all the same. Output is produced in
small pieces, so that a bomb meets the reader's own limit long before it meets the memory's.
"""

from __future__ import annotations

import zlib
from typing import Iterable, Iterator

from ..errors import ProtocolError

_PLAIN = ("", "identity")
_PIECE_BYTES = 64 * 1024
_GZIP, _ZLIB, _RAW_DEFLATE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


def decoded(pieces: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """Undo a `Content-Encoding`, `""` where there is none.

    Raises:
        ProtocolError: it is neither gzip nor deflate, or the body is not what it says.
    """
    coding = coding.strip().lower()
    if coding in _PLAIN:
        return iter(pieces)
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise ProtocolError(f"the response is encoded as {coding[:40]!r}, which nobody asked for")
    return _inflated(pieces, coding)


def _inflated(pieces: Iterable[bytes], coding: str) -> Iterator[bytes]:
    inflater = None
    for piece in pieces:
        if inflater is None:
            inflater = zlib.decompressobj(_window_bits(coding, piece))
        waiting, plain = piece, b""
        while waiting or len(plain) == _PIECE_BYTES:
            try:
                plain = inflater.decompress(waiting, _PIECE_BYTES)
            except zlib.error as error:
                raise ProtocolError(f"the response says that it is {coding} and is not: {error}") from error
            if inflater.unused_data:
                raise ProtocolError(f"the response goes on after the end of its {coding} data")
            waiting = inflater.unconsumed_tail
            if plain:
                yield plain
    if inflater is not None and not inflater.eof:
        raise ProtocolError(f"the {coding} data of the response end too early")


def _window_bits(coding: str, start: bytes) -> int:
    if coding != "deflate":
        return _GZIP
    # "deflate" means zlib's format, and some servers send bare deflate: zlib's begins with method 8, window <= 7.
    return _ZLIB if start[0] & 0x8F == 0x08 else _RAW_DEFLATE
