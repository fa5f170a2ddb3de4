"""What every test may rely on: no network but loopback, no settings of the machine, a seed that can be repeated."""

from __future__ import annotations

import ipaddress
import os
import random
import signal
import sys

import pytest

from .__main__ import SHARE_VARIABLE

SEED_VARIABLE = "ENGRAM_TEST_SEED"
SEED = int(os.environ.pop(SEED_VARIABLE, 0)) or random.SystemRandom().randrange(1, 2**32)
_NUMBER, _, _SHARES = os.environ.pop(SHARE_VARIABLE, "0/1").partition("/")

_PROXY_VARIABLES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy", "ftp_proxy", "requests_ca_bundle"})


class OutsideConnectionError(BaseException):
    """A test tried to leave this machine. No OSError, so that the code under test cannot take it for one."""


def _is_loopback(host: object) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_the_world(event: str, arguments: "tuple[object, ...]") -> None:
    """Let a socket connect to this machine only. An audit hook sees every connection and patches nothing."""
    if event == "socket.connect" and isinstance(arguments[1], tuple) and not _is_loopback(arguments[1][0]):
        raise OutsideConnectionError(f"connecting to {arguments[1][0]} from a test")


def pytest_configure() -> None:
    for name in list(os.environ):
        if name.lower() in _PROXY_VARIABLES or name.startswith("ENGRAM_"):
            del os.environ[name]
    sys.addaudithook(_refuse_the_world)
    # A shell lets what runs in the background ignore it; some tests interrupt themselves.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: "list[pytest.Item]") -> None:
    files = sorted({item.path for item in items})
    mine = set(files[int(_NUMBER) :: int(_SHARES)])
    config.hook.pytest_deselected(items=[item for item in items if item.path not in mine])
    items[:] = [item for item in items if item.path in mine]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"seed: {SEED} (the same again with {SEED_VARIABLE}={SEED})")


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """Random numbers that the same seed gives to the same test again, whichever tests run with it."""
    return random.Random(f"{SEED} {request.node.nodeid}")
