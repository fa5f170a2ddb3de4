"""The commands against a live server: what they print, how they fail, how they behave in a pipe."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Iterator, List

import pytest

import engram
from engram import EngramClient
from engram.cli import main
from engram.testing import LiveServer

# Without the site's own imports the package is found by its folder.
_FROM_HERE = {**os.environ, "PYTHONPATH": str(Path(engram.__file__).parent.parent)}

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _server(engram_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGRAM_BASE_URL", engram_server.url)
    monkeypatch.setenv("ENGRAM_API_KEY", engram_server.api_key)


def _engram(*arguments: str, stdout: int = subprocess.PIPE) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-W", "error", "-m", "engram", *arguments]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False)


def _lines(capsys: Printed, *arguments: str) -> List[str]:
    assert main(arguments) == 0
    return capsys.readouterr().out.splitlines()


def test_what_is_stored_is_listed_found_and_deleted(capsys: Printed) -> None:
    stored = _lines(capsys, "store", "Ana lives in Lisbon.", "Her cat is called Miso.", "--bucket", "ana")
    ids = [line.split()[0] for line in stored]
    assert [line.split()[1] for line in stored] == ["stored", "stored"]

    listed = _lines(capsys, "list", "--bucket", "ana")
    assert [(line.split()[0], line.split("  ")[2]) for line in listed] == [
        (ids[1], "Her cat is called Miso."),
        (ids[0], "Ana lives in Lisbon."),
    ]
    assert _lines(capsys, "list", "--bucket", "ana", "--limit", "1", "--offset", "1") == listed[1:]
    assert _lines(capsys, "buckets") == ["ana  2"]

    asked = _lines(capsys, "query", "What is the cat called?", "--bucket", "ana", "--top-k", "1")
    assert "Miso" in asked[0]
    assert any(line.startswith("  1. ") and "Her cat is called Miso." in line for line in asked)
    assert any(line.startswith("     = ") for line in asked)

    assert _lines(capsys, "delete", ids[0], "--bucket", "ana") == [f"{ids[0]}  deleted"]
    assert _lines(capsys, "list", "--bucket", "ana") == listed[:1]


def test_lines_of_standard_input_are_memories(capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("one\n\n  two \n"))
    assert len(_lines(capsys, "store")) == 2
    assert [line.split("  ")[2] for line in _lines(capsys, "list")] == ["two", "one"]


def test_a_dash_stands_for_the_lines_of_standard_input(capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("two\n"))
    assert len(_lines(capsys, "store", "one", "-")) == 2
    assert [line.split("  ")[2] for line in _lines(capsys, "list")] == ["two", "one"]


def test_input_that_is_not_text_is_one_line(capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"caf\xe9\n"), encoding="utf-8"))
    assert main(["store", "-"]) == 1
    assert capsys.readouterr().err == "engram: standard input is not utf-8 text\n"


def test_a_wrong_path_in_the_base_url_is_named(capsys: Printed, engram_server: LiveServer) -> None:
    assert main(["list", "--base-url", f"{engram_server.url}/api"]) == 1
    assert f"the base URL {engram_server.url}/api right?" in capsys.readouterr().err


def test_more_lines_than_one_request_takes(capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"unlike {n} {n * n}\n" for n in range(1_201))))
    assert len(_lines(capsys, "store", "--bucket", "many")) == 1_201


def test_a_long_input_is_stored_while_it_comes(
    capsys: Printed, engram_client: EngramClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lines() -> Iterator[str]:
        yield from (f"unlike {n} {n * n}\n" for n in range(600))
        assert engram_client.list_memories(limit=1)["total"] == 500

    monkeypatch.setattr("sys.stdin", lines())
    assert len(_lines(capsys, "store")) == 600


def test_finding_without_an_answer(capsys: Printed) -> None:
    main(["store", "Her cat is called Miso."])
    capsys.readouterr()
    found = _lines(capsys, "query", "cat", "--no-answer")
    assert found[0].startswith("  1. ")


@pytest.mark.parametrize("more", [[], ["--no-answer"]])
def test_a_bucket_that_is_not_there_is_named(capsys: Printed, more: List[str]) -> None:
    main(["store", "Her cat is called Miso."])
    capsys.readouterr()
    assert main(["query", "cat", "--bucket", "default", "--bucket", "ana", *more]) == 0
    told = capsys.readouterr()
    assert "Miso" in told.out and told.err == "engram: there is no bucket 'ana'\n"


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (["store", "text", "--json"], ["memories"]),
        (["query", "text", "--json"], ["answer", "explanation", "usage"]),
        (["query", "text", "--no-answer", "--json"], ["answer", "explanation", "usage"]),
        (["list", "--json"], ["limit", "memories", "offset", "total"]),
    ],
)
def test_json_is_the_result(capsys: Printed, arguments: List[str], keys: List[str]) -> None:
    main(["store", "text"])
    capsys.readouterr()
    assert main(arguments) == 0
    assert set(keys) <= set(json.loads(capsys.readouterr().out))


def test_json_of_buckets_and_deletes(capsys: Printed) -> None:
    memory_id = _lines(capsys, "store", "text")[0].split()[0]
    assert [bucket["name"] for bucket in json.loads("".join(_lines(capsys, "buckets", "--json")))] == ["default"]
    assert json.loads("".join(_lines(capsys, "delete", memory_id, "--json"))) == {"deleted": [memory_id]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["list", "--bucket", "unknown"], "Bucket not found"),
        (["delete", "mem_unknown"], "not found"),
        (["delete", ""], "memory_id"),
        (["query", "x", "--top-k", "0"], "top_k"),
        (["list", "--base-url", "ftp://127.0.0.1"], "http"),
        (["list", "--base-url", "http://127.0.0.1:1"], "no server at http://127.0.0.1:1"),
        (["list", "--base-url", "http://127.0.0.1:1"], "start engram-server, or set ENGRAM_BASE_URL or --base-url"),
        (["store", "-"], "nothing to store"),
        (["store"], "nothing to store"),
    ],
)
def test_a_failure_is_one_line_and_exit_code_1(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch, arguments: List[str], message: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(arguments) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("engram: ")
    assert printed.err.count("\n") == 1
    assert message in printed.err


def test_without_a_key_nothing_is_asked(capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENGRAM_API_KEY")
    assert main(["buckets"]) == 1
    assert "ENGRAM_API_KEY" in capsys.readouterr().err


LINES_WITHOUT_SENSE = [
    [],
    ["dmeo"],
    ["list", "extra"],
    ["list", "--limit", "few"],
    ["delete"],
    ["demo", "--ask", ""],
    ["demo", "--ask", " "],
    ["demo", "--file", ""],
    ["demo", "--keep", ""],
]


@pytest.mark.parametrize("arguments", LINES_WITHOUT_SENSE)
def test_a_line_that_makes_no_sense_is_exit_code_2(capsys: Printed, arguments: List[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: engram" in capsys.readouterr().err


def test_the_version(capsys: Printed) -> None:
    from engram import __version__

    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert (caught.value.code, capsys.readouterr().out) == (0, f"engram-kit {__version__}\n")


def test_a_reader_that_has_enough_is_no_error(capsys: Printed) -> None:
    main(["store", "text"])
    reading, writing = os.pipe()
    os.close(reading)
    run = _engram("list", stdout=writing)
    os.close(writing)
    assert (run.returncode, run.stderr) == (0, "")


def _in_a_shell(line: str) -> "subprocess.CompletedProcess[str]":
    command = f'"{sys.executable}" -W error -m engram {line}'
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)


@pytest.mark.skipif(os.name != "posix", reason="the commands are those of a POSIX shell")
@pytest.mark.parametrize("line", ["buckets >&-", "store text >&- <&-", "demo --ask Bo >&-", "demo --ask Bo <&-"])
def test_a_closed_stream_is_no_error(line: str) -> None:
    run = _in_a_shell(line)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="/dev/full is Linux's")
@pytest.mark.parametrize("line", ["demo --ask Biscuit", "--help", "buckets --json", "store text"])
def test_a_full_disk_is_one_line(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    run = _in_a_shell(f"{line} >/dev/full")
    assert run.returncode == 1
    assert run.stderr == "engram: cannot read or write standard input or output: No space left on device\n"


def test_a_pipe_gets_no_colours() -> None:
    _engram("store", "Ana has a cat.")
    run = _engram("query", "cat?")
    assert (run.returncode, run.stderr) == (0, "")
    assert "\x1b" not in run.stdout
    assert "Ana has a cat." in run.stdout


def test_a_terminal_that_lacks_a_letter_gets_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    monkeypatch.setenv("PYTHONUTF8", "0")
    assert _engram("store", "Tomás").returncode == 0
    run = _engram("list")
    assert (run.returncode, run.stderr) == (0, "")
    assert "Tom?s" in run.stdout
    assert json.loads(_engram("list", "--json").stdout)["memories"][0]["content"] == "Tomás"


def test_the_help_loads_no_client(tmp_path: Path) -> None:
    probe = (
        "import sys, engram.cli\ntry: engram.cli.main(['demo', '--help'])\nexcept SystemExit: pass\n"
        "print({'engram.client', 'engram_server', 'ssl', 'urllib.request'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "set()"


def test_next_to_nothing_is_loaded_where_an_interrupt_would_be_a_traceback() -> None:
    probe = "import os, sys; before = set(sys.modules); import engram.cli; print(sorted(set(sys.modules) - before))"
    command = [sys.executable, "-S", "-c", probe]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=_FROM_HERE)
    assert run.stdout == "['__future__', 'engram', 'engram.cli']\n"


def test_an_interrupt_while_it_starts_is_no_traceback() -> None:
    interrupted = "import engram.cli, engram.cli.line as line\n"
    interrupted += "def parser(): raise KeyboardInterrupt\n"
    interrupted += "line.parser = parser\nraise SystemExit(engram.cli.main([]))"
    run = subprocess.run([sys.executable, "-c", interrupted], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (130, "")
