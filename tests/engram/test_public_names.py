"""The package's face: what is exported, that it loads lazily, and that one version is told everywhere."""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

import engram
from engram.options import USER_AGENT
from engram.types import VERSION

#: To be imported, but not with a star.
NEEDS_A_FRAMEWORK = {"EngramChatMessageHistory": "langchain_core"}


def test_names_are_sorted_and_each_is_there() -> None:
    first, *rest = engram.__all__
    assert first == "__version__"
    assert rest == sorted(rest, key=str.casefold) and len(set(rest)) == len(rest)
    for name in engram.__all__:
        assert getattr(engram, name) is not None
    assert set(engram.__all__) <= set(dir(engram))


def test_what_type_checkers_see_is_what_there_is() -> None:
    """The block under TYPE_CHECKING and the tables that load are two lists of the same names."""
    source = inspect.getsource(engram)
    declared = {line.split(" as ")[-1].strip() for line in source.splitlines() if line.startswith("    from .")}
    assert declared | {"__version__"} == {*engram.__all__, *NEEDS_A_FRAMEWORK}


def test_what_needs_a_framework_says_which() -> None:
    """An interpreter that sees no installed packages has none of them."""
    code = "import sys; sys.path[:] = [one for one in sys.path if 'site-packages' not in one]; sys.path.insert(0, {!r})\n"
    code += "try:\n    from engram import {}\nexcept ImportError as error:\n    print(error)"
    for name, framework in NEEDS_A_FRAMEWORK.items():
        run = subprocess.run(
            [sys.executable, "-c", code.format(str(Path(engram.__path__[0]).parent), name)],
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert run.stdout.strip() == f"No module named '{framework}'"


def test_an_unknown_name_is_an_attribute_error_like_any() -> None:
    with pytest.raises(AttributeError, match="module 'engram' has no attribute 'Client'"):
        getattr(engram, "Client")
    with pytest.raises(ImportError):
        exec("from engram import Client")
    assert not hasattr(engram, "_nothing")


def test_a_name_is_the_same_object_wherever_it_is_got() -> None:
    for name in set(engram.__all__) - {"__version__"}:
        value = getattr(engram, name)
        home = getattr(value, "__module__", "")
        if inspect.isclass(value) and home.startswith("engram."):
            assert getattr(importlib.import_module(home), name) is value


@pytest.mark.parametrize(
    "code",
    [
        "from engram import *; EngramClient, EngramError, QueryResult",
        "import engram; engram.EngramClient",
        "from engram import EngramClient; from engram.errors import NotFoundError; from engram.types import Bucket",
        "import engram; [getattr(engram, name) for name in dir(engram)]",
    ],
)
def test_a_fresh_interpreter_gets_them(code: str) -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)


def test_importing_starts_nothing() -> None:
    code = (
        "import sys, threading, warnings\n"
        "filters = list(warnings.filters)\n"
        "import engram\n"
        "heavy = {'ssl', 'http.client', 'sqlite3', 'urllib.request', 'asyncio', 'engram_server'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "assert threading.active_count() == 1 and warnings.filters == filters\n"
    )
    subprocess.run([sys.executable, "-I", "-c", code], check=True, timeout=60)


def test_one_version_is_told_everywhere() -> None:
    import engram_server

    told: List[str] = [
        engram.__version__,
        importlib.metadata.version("engram-kit"),
        USER_AGENT.partition("/")[2],
        getattr(engram_server, "__version__", VERSION),
    ]
    assert set(told) == {VERSION}
