"""The App in the process as a transport: what happens to it beside carrying requests."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from engram import ConfigurationError, EngramClient


def test_a_client_of_a_file_pickles_and_opens_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGRAM_API_KEY", "eng_test_local_development")
    with EngramClient.local(tmp_path / "engram.db") as engram:
        engram.store_memory("Ana has a cat.")
        with pickle.loads(pickle.dumps(engram)) as twin:
            assert twin.list_memories() == engram.list_memories()


def test_a_client_in_memory_says_that_it_cannot_be_pickled() -> None:
    with EngramClient.local() as engram:
        with pytest.raises(ConfigurationError, match="no file that could be opened again"):
            pickle.dumps(engram)


def test_no_timeout_is_no_bound() -> None:
    with EngramClient(api_key="k", timeout_seconds=None, stream_timeout_seconds=None) as engram:
        assert repr(engram)
