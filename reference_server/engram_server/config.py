"""What the server was told to do: flags and environment in, `Settings` out. Only the key file is read, by `read_file`.

Each option is one row of a table; its flag, its variable, its help and its check come from there.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Callable, Dict, List, Literal, Mapping, NamedTuple, NoReturn, Optional, Sequence, Tuple

from engram.types import VERSION

from .keys import DEFAULT_TENANT, DEVELOPMENT_KEY, KeyRing

Durability = Literal["full", "normal"]
LogFormat = Literal["text", "json"]

_LOG_LEVELS = ("debug", "info", "warning", "error")
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class ConfigError(ValueError):
    """The server was told something that it cannot do. One line that names the flag or the variable."""


@dataclass(frozen=True)
class Settings:
    """What the server was told, checked. Keys stay out of its repr."""

    host: str = "127.0.0.1"
    port: int = 8377
    db: str = "./engram.db"
    #: (tenant, key) pairs; the well-known development key when none was given.
    api_keys: Tuple[Tuple[str, str], ...] = field(default=((DEFAULT_TENANT, DEVELOPMENT_KEY),), repr=False)
    max_concurrent: int = 32
    require_provider: bool = False
    llm_base_url: Optional[str] = None
    llm_model: Optional[str] = None
    llm_api_key: Optional[str] = field(default=None, repr=False)
    durability: Durability = "full"
    #: Seconds without a heartbeat.
    stale_after: int = 1_800
    expire_after: int = 86_400
    #: Of each document; 0 keeps all.
    keep_versions: int = 0
    log_format: LogFormat = "text"
    log_level: str = "info"


def _text(value: str) -> str:
    if not value:
        raise ValueError("must not be empty")
    return value


def _whole(low: int, high: int) -> Callable[[str], int]:
    def convert(value: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", value) or not low <= int(value) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}, not {value!r}")
        return int(value)

    return convert


def _one_of(*choices: str) -> Callable[[str], str]:
    def convert(value: str) -> str:
        if value not in choices:
            raise ValueError(f"must be {' or '.join(choices)}, not {value!r}")
        return value

    return convert


def _truth(value: str) -> bool:
    if value.lower() not in _TRUE | _FALSE:
        raise ValueError(f"must be true or false, not {value!r}")
    return value.lower() in _TRUE


def _pairs(value: str) -> List[Tuple[str, str]]:
    """Read NAME=KEY entries, apart by commas or line ends; a KEY alone is the default tenant's."""
    entries = [entry.strip().partition("=") for entry in re.split("[,\n]", value) if entry.strip()]
    if any(equals and not key.strip("=") for _, equals, key in entries):
        # Padding of base64: read as it stands, whoever guesses the key `=` would be let in.
        raise ValueError("nothing but `=` stands after a name; write NAME=KEY for a KEY that ends in `=` too")
    pairs = [(name, key) if equals else (DEFAULT_TENANT, name) for name, equals, key in entries]
    KeyRing.from_pairs(pairs)
    if not pairs:
        raise ValueError("holds no API key")
    return pairs


class _Option(NamedTuple):
    name: str
    convert: Callable[[str], object]
    metavar: Optional[str]
    help: str

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return _VARIABLES.get(self.name, f"ENGRAM_{self.name.upper()}")


# Where the client reads its one key, ENGRAM_API_KEY, is not where the server reads its several.
_VARIABLES = {"api_key": "ENGRAM_API_KEYS"}
_LLM_API_KEY = "ENGRAM_LLM_API_KEY"

_OPTIONS = (
    _Option("host", _text, "HOST", "address to listen on; any but a loopback address needs an API key (127.0.0.1)"),
    _Option("port", _whole(0, 65535), "PORT", "port to listen on; 0 takes a free one (8377)"),
    _Option("db", _text, "FILE", "database file, or :memory: (./engram.db)"),
    _Option(
        "api_key",
        _pairs,
        "NAME=KEY",
        "API key of a tenant; a KEY alone is for the tenant `default`; may be repeated, and the variable may hold "
        "several, apart by commas or line ends. Without any, the key is the well-known " + DEVELOPMENT_KEY,
    ),
    _Option(
        "api_key_file",
        _text,
        "FILE",
        "file with one NAME=KEY, or KEY alone, a line; lines that begin with `#` are comments. Keeps keys out of the "
        "list of processes",
    ),
    _Option("max_concurrent", _whole(1, 10_000), "N", "requests of one tenant at once; any more get a 429 (32)"),
    _Option("require_provider", _truth, None, "refuse to store and query for a tenant with no model provider"),
    _Option("llm_base_url", _text, "URL", "OpenAI-compatible endpoint that writes answers; needs --llm-model"),
    _Option("llm_model", _text, "NAME", "model that writes answers; its key is read from " + _LLM_API_KEY),
    _Option(
        "durability",
        _one_of("full", "normal"),
        "full|normal",
        "what an acknowledged write survives. full: power loss. normal: death of the process, but a power loss may "
        "take the last moments (full)",
    ),
    _Option("stale_after", _whole(1, 999_999_999), "S", "seconds without a heartbeat until a session is stale (1800)"),
    _Option("expire_after", _whole(1, 999_999_999), "S", "seconds without a heartbeat until a session expires (86400)"),
    _Option("keep_versions", _whole(0, 999_999_999), "N", "versions of the world state that are kept; 0 keeps all (0)"),
    _Option("log_format", _one_of("text", "json"), "text|json", "how log lines on standard error look (text)"),
    _Option("log_level", _one_of(*_LOG_LEVELS), "|".join(_LOG_LEVELS), "the least that is logged (info)"),
)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"{message} (see --help)")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="engram-server",
        description="The Engram reference server: durable, explainable memory over HTTP.",
        epilog=f"Each option can be set by the variable in brackets; {_LLM_API_KEY} has no option, so that it stays "
        "out of the list of processes.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"engram-server {VERSION}")
    for option in _OPTIONS:
        text = f"{option.help} [{option.variable}]"
        if option.metavar is None:
            parser.add_argument(option.flag, action="store_const", const=["true"], help=text)
        else:
            parser.add_argument(option.flag, action="append", metavar=option.metavar, help=text)
    return parser


def _read_text(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def read_settings(
    argv: Sequence[str], environ: Mapping[str, str], read_file: Callable[[str], str] = _read_text
) -> Settings:
    """Return the settings that flags, else variables, else defaults make.

    Raises:
        ConfigError: one of them is wrong, two do not fit together, or the key file cannot be used.
        SystemExit: the help or the version was asked for and is printed.
    """
    given, rest = _parser().parse_known_args(argv)
    if rest:
        # Not the whole of it: what follows a misspelt --api-key is a key.
        raise ConfigError(f"unknown argument {rest[0].partition('=')[0]} (see --help)")
    values: Dict[str, Any] = {}
    for option in _OPTIONS:
        value = _value_of(option, getattr(given, option.name), environ)
        if value is not None:
            values[option.name] = value
    keys = [*values.pop("api_key", ()), *_keys_in_file(values.pop("api_key_file", None), read_file)]
    if keys:
        values["api_keys"] = tuple(keys)
    settings = Settings(**values, llm_api_key=environ.get(_LLM_API_KEY, "").strip() or None)
    _check_together(settings)
    return settings


def _value_of(option: _Option, flags: Optional[List[str]], environ: Mapping[str, str]) -> object:
    if flags is None:
        source, text = option.variable, environ.get(option.variable, "")
        if not text:  # Set to nothing is how many tools say not set.
            return None
    else:
        source, text = option.flag, "\n".join(flags) if option.convert is _pairs else flags[-1]
    try:
        return option.convert(text)
    except ValueError as error:
        raise ConfigError(f"{source}: {error}") from None


def _keys_in_file(path: Optional[str], read_file: Callable[[str], str]) -> List[Tuple[str, str]]:
    if path is None:
        return []
    try:
        lines = read_file(path).splitlines()
        return _pairs("\n".join(line for line in lines if not line.lstrip().startswith("#")))
    except OSError as error:
        raise ConfigError(f"the API key file {path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ConfigError(f"the API key file {path} cannot be used: {error}") from None


def _check_together(settings: Settings) -> None:
    try:
        keys = KeyRing.from_pairs(settings.api_keys)
    except ValueError as error:
        raise ConfigError(f"the API keys do not fit together: {error}") from None
    if keys.tenant_of(DEVELOPMENT_KEY) is not None and not _is_loopback(settings.host):
        raise ConfigError(
            f"--host {settings.host} can be reached from other machines and the development key is known to all: "
            "give another one with --api-key or --api-key-file"
        )
    if (settings.llm_base_url is None) != (settings.llm_model is None):
        raise ConfigError("--llm-base-url and --llm-model need each other")
    if settings.llm_api_key is not None and not re.fullmatch("[!-~]+", settings.llm_api_key):
        raise ConfigError(f"{_LLM_API_KEY} must be visible ASCII characters")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
