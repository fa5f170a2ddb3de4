from __future__ import annotations

import gzip
import itertools
import zlib
from typing import Iterator

import pytest

from engram.errors import ProtocolError
from engram.transport.decoding import decoded

TEXT = bytes(range(256)) * 1_000
_BARE = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
BARE_DEFLATE = _BARE.compress(TEXT) + _BARE.flush()

BOMB = gzip.compress(bytes(100 << 20), 1)


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


@pytest.mark.parametrize("size", [1, 10, 1 << 20])
@pytest.mark.parametrize(
    ("coding", "data"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        (" GZip ", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(TEXT, mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT, 0)),
        ("deflate", BARE_DEFLATE),
    ],
)
def test_what_was_encoded_comes_back(coding: str, data: bytes, size: int) -> None:
    assert b"".join(decoded(_pieces(data, size), coding)) == TEXT


def test_no_body_is_no_body() -> None:
    assert list(decoded([], "gzip")) == list(decoded([gzip.compress(b"")], "gzip")) == []


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip"])
def test_another_coding_is_refused_before_anything_is_read(coding: str) -> None:
    with pytest.raises(ProtocolError):
        decoded([], coding)


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        gzip.compress(TEXT, mtime=0)[:-9],
        gzip.compress(TEXT, mtime=0)[:5],
        gzip.compress(TEXT, mtime=0) + b"more",
        gzip.compress(TEXT, mtime=0)[:-8] + b"12345678",
    ],
)
def test_data_that_are_not_what_they_say_are_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        list(decoded([data], "gzip"))


def test_a_bomb_goes_off_in_small_pieces() -> None:
    """100 MiB of zeros in 500 KiB: the reader, who has a limit, sees them 64 KiB at a time."""
    sizes = [len(piece) for piece in itertools.islice(decoded([BOMB], "gzip"), 100)]
    assert len(sizes) == 100 and max(sizes) == 64 * 1024
