"""The stubs in `typings/` say what the installed package says, and type checkers do use them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parent.parent
STUBS = ROOT / "typings"

# The last release for Python 3.9 has none, and the stubs speak of its classes.
requests_is_typed = pytest.mark.skipif(
    not (Path(requests.__file__).parent / "py.typed").exists(), reason="this release of requests has no types"
)


def _stubtest(stubs: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    config = folder / "mypy.ini"
    config.write_text(f"[mypy]\nmypy_path = {stubs}\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy.stubtest", "responses", "--ignore-missing-stub", "--concise"]
    return subprocess.run(
        [*command, "--mypy-config-file", str(config)], cwd=folder, capture_output=True, text=True, check=False
    )


@requests_is_typed
def test_the_stubs_agree_with_the_package(tmp_path: Path) -> None:
    run = _stubtest(STUBS, tmp_path)
    assert (run.returncode, run.stdout) == (0, ""), run.stdout + run.stderr


@requests_is_typed
def test_a_wrong_stub_is_found(tmp_path: Path) -> None:
    wrong = tmp_path / "typings"
    shutil.copytree(STUBS, wrong)
    matchers = wrong / "responses" / "matchers.pyi"
    matchers.write_text(matchers.read_text(encoding="utf-8").replace("strict_match", "strictly"), encoding="utf-8")
    run = _stubtest(wrong, tmp_path)
    assert run.returncode != 0
    assert "strict_match" in run.stdout


@pytest.mark.parametrize("module", ["api", pytest.param("mocked", marks=requests_is_typed)])
def test_what_users_write_is_checked(module: str) -> None:
    """The files there hold calls that must be errors; an ignore that is not needed fails the run."""
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "-m", f"tests.typing_checks.{module}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
