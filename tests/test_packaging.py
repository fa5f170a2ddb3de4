"""What is released is what was meant: one version, the files that belong in it, and an import that does nothing."""

from __future__ import annotations

import email
import importlib.metadata
import json
import re
import subprocess
import sys
import zipfile
from email.message import Message
from pathlib import Path
from typing import Iterator, List, Set

import pytest

import engram
from engram import EngramClient, Next, Request, Response
from engram.types import VERSION

ROOT = Path(__file__).resolve().parent.parent
# Half as much again as the five faces and what they stand on, so that nothing large can slip in unseen.
MAX_WHEEL_BYTES = 1024 * 1024
# No module comes near it; a data file or a vendored library would not stay below.
MAX_FILE_BYTES = 32 * 1024

# What costs more to import than all of ours, or does something when imported.
HEAVY = (
    "asyncio concurrent.futures dataclasses email engram_server http.client inspect logging pytest sqlite3 ssl "
    "urllib.request"
)

PROBE = """
import json, os, sys, threading, warnings
filters, seen = list(warnings.filters), []
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
def hook(event, arguments):
    wrote = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES
    if wrote or event.split(".")[0] in ("socket", "sqlite3", "subprocess") or event == "os.mkdir":
        seen.append(event)
sys.addaudithook(hook)
{statement}
print(json.dumps({{
    "seen": seen, "modules": sorted(sys.modules), "threads": threading.active_count(),
    "filters": warnings.filters == filters,
}}))
"""


# -- one version


def test_the_metadata_says_the_version() -> None:
    assert importlib.metadata.version("engram-kit") == VERSION == engram.__version__


def test_the_changelog_begins_with_the_version() -> None:
    heads = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert heads[0] == VERSION


def test_requests_and_responses_say_the_version(engram_client: EngramClient) -> None:
    exchanges: List[str] = []

    def look(request: Request, send: Next) -> Response:
        response = send(request)
        exchanges.extend([request.headers["user-agent"], response.headers["server"]])
        return response

    engram_client.with_options(hooks=[look]).list_buckets()
    assert [re.findall(r"/(\d+\.\d+\.\d+)", text) for text in exchanges] == [[VERSION], [VERSION]]


# -- the wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    pytest.importorskip("hatchling", reason="the extra `quality` builds the wheel")
    folder = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(_build(folder)) as built:
        yield built


def _build(folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def _metadata(wheel: zipfile.ZipFile) -> Message:
    return email.message_from_bytes(wheel.read(f"engram_kit-{VERSION}.dist-info/METADATA"))


def test_the_wheel_holds_the_two_packages(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert {name.split("/")[0] for name in names} == {"engram", "engram_server", f"engram_kit-{VERSION}.dist-info"}
    assert {"engram/py.typed", "engram_server/py.typed", "engram/cli/conversation.jsonl"} <= names
    assert {Path(name).suffix for name in names if "dist-info" not in name} == {".py", ".typed", ".jsonl"}


def test_the_wheel_is_pure_and_small(wheel: zipfile.ZipFile) -> None:
    assert wheel.filename is not None
    assert wheel.filename.endswith(f"engram_kit-{VERSION}-py3-none-any.whl")
    assert Path(wheel.filename).stat().st_size <= MAX_WHEEL_BYTES
    sizes = {info.filename: info.file_size for info in wheel.infolist()}
    assert {name: size for name, size in sizes.items() if size > MAX_FILE_BYTES and "dist-info" not in name} == {}


def test_nothing_is_installed_beside_it(wheel: zipfile.ZipFile) -> None:
    requirements: List[str] = _metadata(wheel).get_all("Requires-Dist", [])
    assert [line for line in requirements if "extra ==" not in line] == []
    dev = {re.split(r"[\s;]", line)[0] for line in requirements if re.search(r"extra == ['\"]dev['\"]", line)}
    assert dev == {"pytest", "mypy", "responses"}


def test_the_wheel_says_what_it_is(wheel: zipfile.ZipFile) -> None:
    metadata = _metadata(wheel)
    assert (metadata["Name"], metadata["Requires-Python"]) == ("engram-kit", ">=3.9")
    assert metadata["License-Expression"] == "MIT"
    entry_points = wheel.read(f"engram_kit-{VERSION}.dist-info/entry_points.txt").decode()
    assert {"engram = engram.cli:main", "engram-server = engram_server.cli:main", "engram = engram.testing"} <= set(
        entry_points.splitlines()
    )


def test_the_same_tree_gives_the_same_wheel(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    assert wheel.filename is not None
    assert _build(tmp_path).read_bytes() == Path(wheel.filename).read_bytes()


# -- importing


def _probe(statement: str) -> "dict[str, object]":
    command = [sys.executable, "-B", "-W", "error", "-c", PROBE.format(statement=statement)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: "dict[str, object]" = json.loads(printed.splitlines()[-1])
    return found


def _modules(found: "dict[str, object]") -> Set[str]:
    modules = found["modules"]
    assert isinstance(modules, list)
    return set(modules)


@pytest.mark.parametrize(
    "statement",
    [
        "import engram",
        "import engram.cli, engram.types, engram.errors",
        "import engram; engram.EngramClient(api_key='eng_test_x', base_url='http://127.0.0.1:1')",
    ],
)
def test_importing_and_constructing_do_nothing(statement: str) -> None:
    found = _probe(statement)
    assert (found["seen"], found["threads"], found["filters"]) == ([], 1, True)


@pytest.mark.parametrize("statement", ["import engram", "import engram.cli", "from engram import EngramError"])
def test_importing_is_light(statement: str) -> None:
    assert _modules(_probe(statement)) & set(HEAVY.split()) == set()


def test_a_client_loads_no_face_but_its_own() -> None:
    found = _modules(_probe("import engram; engram.EngramClient(api_key='eng_test_x', base_url='http://127.0.0.1:1')"))
    assert {one for one in found if one.startswith("engram.types.")} == {
        f"engram.types.{name}" for name in ("hosted", "limits", "version", "wire")
    }


def test_the_probe_sees_what_it_looks_for(tmp_path: Path) -> None:
    file = str(tmp_path / "file")
    found = _probe(
        f"import socket, sqlite3; open({file!r}, 'w').close(); sqlite3.connect(':memory:').close(); "
        "socket.socket().close(); warnings.simplefilter('ignore'); "
        "threading.Thread(target=threading.Event().wait, daemon=True).start()"
    )
    seen = found["seen"]
    assert isinstance(seen, list)
    assert {"open", "sqlite3.connect", "socket.__new__"} <= set(seen)
    assert (found["threads"], found["filters"]) == (2, False)
    assert {"sqlite3"} <= _modules(found)
