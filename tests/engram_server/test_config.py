"""Flags, variables and defaults become settings, and what is wrong is named in one line."""

from __future__ import annotations

import dataclasses
import errno
import re
from pathlib import Path
from typing import Dict, List, Tuple

import pytest

from engram_server.config import ConfigError, Settings, read_settings
from engram_server.keys import DEVELOPMENT_KEY

SECRET = "eng_live_secret"
FILE = f"# who may come in\n\nana={SECRET}\n  # and\nbob=eng_live_bob, eng_live_default\r\n"

GIVEN: List[Tuple[List[str], Dict[str, str], Dict[str, object]]] = [
    (["--host", "::1"], {"ENGRAM_HOST": "::1"}, {"host": "::1"}),
    (["--port", "0"], {"ENGRAM_PORT": "0"}, {"port": 0}),
    (["--port=65535"], {"ENGRAM_PORT": "65535"}, {"port": 65535}),
    (["--db", ":memory:"], {"ENGRAM_DB": ":memory:"}, {"db": ":memory:"}),
    (["--max-concurrent", "1"], {"ENGRAM_MAX_CONCURRENT": "1"}, {"max_concurrent": 1}),
    (["--require-provider"], {"ENGRAM_REQUIRE_PROVIDER": "yes"}, {"require_provider": True}),
    ([], {"ENGRAM_REQUIRE_PROVIDER": "0"}, {"require_provider": False}),
    (["--durability", "normal"], {"ENGRAM_DURABILITY": "normal"}, {"durability": "normal"}),
    (["--log-format", "json"], {"ENGRAM_LOG_FORMAT": "json"}, {"log_format": "json"}),
    (["--log-level", "debug"], {"ENGRAM_LOG_LEVEL": "debug"}, {"log_level": "debug"}),
    (
        ["--llm-base-url", "http://127.0.0.1:11434/v1", "--llm-model", "m"],
        {"ENGRAM_LLM_BASE_URL": "http://127.0.0.1:11434/v1", "ENGRAM_LLM_MODEL": "m"},
        {"llm_base_url": "http://127.0.0.1:11434/v1", "llm_model": "m"},
    ),
    ([], {"ENGRAM_LLM_API_KEY": " sk-1 \n"}, {"llm_api_key": "sk-1"}),
    (["--api-key", SECRET], {"ENGRAM_API_KEYS": SECRET}, {"api_keys": (("default", SECRET),)}),
    (
        ["--api-key", "ana=a=", "--api-key", "bob=b"],
        {"ENGRAM_API_KEYS": "ana=a=,\n bob=b\n"},
        {"api_keys": (("ana", "a="), ("bob", "b"))},
    ),
    (
        ["--api-key-file", "keys"],
        {"ENGRAM_API_KEY_FILE": "keys"},
        {"api_keys": (("ana", SECRET), ("bob", "eng_live_bob"), ("default", "eng_live_default"))},
    ),
    (["--host", "0.0.0.0", "--api-key", "a"], {"ENGRAM_HOST": "0.0.0.0", "ENGRAM_API_KEYS": "a"}, {"host": "0.0.0.0"}),
    (["--host", "localhost"], {"ENGRAM_HOST": "localhost"}, {"host": "localhost"}),
    (["--host", "127.8.9.1"], {"ENGRAM_HOST": "127.8.9.1"}, {"host": "127.8.9.1"}),
]

WRONG: List[Tuple[List[str], Dict[str, str], str]] = [
    (["--port", "x"], {}, "--port: "),
    (["--port", "-1"], {}, "--port"),
    (["--port", "65536"], {}, "--port: "),
    (["--port", "1_0"], {}, "--port: "),
    (["--port", "\u0661"], {}, "--port: "),
    (["--port", ""], {}, "--port: "),
    (["--port"], {}, "--port"),
    ([], {"ENGRAM_PORT": "x"}, "ENGRAM_PORT: "),
    ([], {"ENGRAM_MAX_CONCURRENT": "0"}, "ENGRAM_MAX_CONCURRENT: "),
    ([], {"ENGRAM_REQUIRE_PROVIDER": "maybe"}, "ENGRAM_REQUIRE_PROVIDER: "),
    ([], {"ENGRAM_DURABILITY": "none"}, "ENGRAM_DURABILITY: "),
    ([], {"ENGRAM_LOG_FORMAT": "xml"}, "ENGRAM_LOG_FORMAT: "),
    ([], {"ENGRAM_LOG_LEVEL": "loud"}, "ENGRAM_LOG_LEVEL: "),
    (["--llm-model", "m"], {}, "--llm-base-url"),
    (["--llm-base-url", "http://x"], {}, "--llm-model"),
    ([], {"ENGRAM_LLM_API_KEY": "sk\x001"}, "ENGRAM_LLM_API_KEY"),
    ([], {"ENGRAM_API_KEYS": f"ana={SECRET} x"}, "ENGRAM_API_KEYS: "),
    ([], {"ENGRAM_API_KEYS": " , "}, "ENGRAM_API_KEYS: "),
    (["--api-key", f"={SECRET}"], {}, "--api-key: "),
    (["--api-key", f"{SECRET}="], {}, "write NAME=KEY"),
    (["--api-key", f"{SECRET}=="], {}, "write NAME=KEY"),
    (["--api-key", f"ana={SECRET}", "--api-key", f"bob={SECRET}"], {}, "--api-key: "),
    (["--api-key", f"bob={SECRET}", "--api-key-file", "keys"], {}, "the same key"),
    (["--api-key-file", "nowhere"], {}, "nowhere cannot be read: No such file"),
    (["--api-key-file", "binary"], {}, "binary cannot be used"),
    (["--api-key-file", "empty"], {}, "empty cannot be used"),
    (["--host", "0.0.0.0"], {}, "--api-key-file"),
    (["--host", "::"], {}, "--api-key-file"),
    (["--host", "192.168.1.7"], {}, "--api-key-file"),
    (["--host", "example.org"], {}, "--api-key-file"),
    (["--host", ""], {}, "--host: "),
    ([], {"ENGRAM_HOST": "0.0.0.0"}, "--api-key-file"),
    (["--api-kye", f"ana={SECRET}"], {}, "--api-kye"),
    ([f"--apikey={SECRET}"], {}, "--apikey"),
    (["--por", "1"], {}, "--por"),
    (["engram.db"], {}, "engram.db"),
]


def _read_file(path: str) -> str:
    if path == "nowhere":
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)
    return {"keys": FILE.encode(), "binary": b"\xff", "empty": b"# nothing\n"}[path].decode("utf-8")


def _settings(argv: List[str], environ: Dict[str, str]) -> Settings:
    return read_settings(argv, environ, _read_file)


def test_the_defaults_are_those_of_the_settings() -> None:
    settings = _settings([], {})
    assert settings == Settings()
    assert settings.api_keys == (("default", DEVELOPMENT_KEY),)
    assert (settings.host, settings.port, settings.db) == ("127.0.0.1", 8377, "./engram.db")


@pytest.mark.parametrize(("argv", "environ", "expected"), GIVEN)
def test_a_flag_and_its_variable_do_the_same(
    argv: List[str], environ: Dict[str, str], expected: Dict[str, object]
) -> None:
    by_variable = _settings([], environ)
    assert {name: getattr(by_variable, name) for name in expected} == expected
    if argv:
        assert _settings(argv, {}) == by_variable


@pytest.mark.parametrize(("argv", "environ", "named"), WRONG)
def test_what_is_wrong_is_named_in_one_line(argv: List[str], environ: Dict[str, str], named: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _settings(argv, environ)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_flag_wins_over_its_variable() -> None:
    environ = {"ENGRAM_PORT": "1", "ENGRAM_API_KEYS": "a", "ENGRAM_DB": "x.db"}
    settings = _settings(["--port", "2", "--port", "3", "--api-key", "b"], environ)
    assert (settings.port, settings.api_keys, settings.db) == (3, (("default", "b"),), "x.db")


def test_a_variable_that_is_empty_is_not_set() -> None:
    names = ("HOST", "PORT", "DB", "API_KEYS", "API_KEY_FILE", "REQUIRE_PROVIDER", "LLM_API_KEY", "LLM_MODEL")
    assert _settings([], {f"ENGRAM_{name}": "" for name in names}) == Settings()


def test_keys_of_flags_and_of_a_file_are_taken_together() -> None:
    keys = _settings(["--api-key", "eve=e", "--api-key-file", "keys"], {}).api_keys
    assert [tenant for tenant, _ in keys] == ["eve", "ana", "bob", "default"]


def test_no_key_is_in_the_repr() -> None:
    settings = _settings(["--api-key", SECRET], {"ENGRAM_LLM_API_KEY": "sk-secret"})
    assert "secret" not in repr(settings)
    assert "8377" in repr(settings)


def test_settings_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(_settings([], {}), "port", 1)


def test_a_key_file_is_read_as_utf8(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_bytes(f"# für Ana\nana={SECRET}\n".encode())
    assert read_settings(["--api-key-file", str(path)], {}).api_keys == (("ana", SECRET),)


@pytest.mark.parametrize(("argv", "words"), [(["--help"], "usage: engram-server"), (["--version"], "engram-server ")])
def test_help_and_version_are_printed(argv: List[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        _settings(argv, {})
    assert not caught.value.code
    assert capsys.readouterr().out.startswith(words)


def test_the_help_shows_each_flag_with_its_variable(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        _settings(["--help"], {})
    text = " ".join(capsys.readouterr().out.split())
    variables = set(re.findall(r"\[(ENGRAM_[A-Z_]+)\]", text))
    fields = {field.name for field in dataclasses.fields(Settings)} - {"api_keys", "llm_api_key"}
    assert variables == {f"ENGRAM_{name.upper()}" for name in fields} | {"ENGRAM_API_KEYS", "ENGRAM_API_KEY_FILE"}
    assert {f"--{name.replace('_', '-')}" for name in fields} <= set(re.findall(r"--[a-z-]+", text))
    assert "ENGRAM_LLM_API_KEY" in text
    assert "power loss" in text
