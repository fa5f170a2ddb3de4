"""`engram_server.wsgi:application`: nothing happens at import, and one App is made however many requests come first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Dict, Tuple

from engram_server.keys import DEVELOPMENT_KEY
from tests.wire.peer import PATIENCE_SECONDS

# In a process of its own, because the App lives until the process ends.
CALL = """
import os, sys, threading
from wsgiref.util import setup_testing_defaults

threads_before = threading.active_count()
from engram_server.wsgi import application
assert threading.active_count() == threads_before and os.listdir() == [], "something happened at import"

statuses = []

def ask():
    environ = {"PATH_INFO": "/v1/buckets", "HTTP_AUTHORIZATION": "Bearer " + sys.argv[1]}
    setup_testing_defaults(environ)
    b"".join(application(environ, lambda status, headers: statuses.append(status)))

first_requests = [threading.Thread(target=ask) for _ in range(8)]
for thread in first_requests:
    thread.start()
for thread in first_requests:
    thread.join()
assert len(statuses) == len(first_requests)
print(*set(statuses))
"""


def _call(folder: Path, key: str, **environ: str) -> Tuple[int, str, str]:
    kept: Dict[str, str] = {name: value for name, value in os.environ.items() if not name.startswith("ENGRAM_")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", CALL, key],
        cwd=folder,
        env={**kept, **environ},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_nothing_is_made_before_the_first_request(tmp_path: Path) -> None:
    environ = {"ENGRAM_DB": "lazy.db", "ENGRAM_API_KEYS": "ana=eng_live_ana"}
    assert _call(tmp_path, "eng_live_ana", **environ) == (0, "200 OK\n", "")
    assert (tmp_path / "lazy.db").is_file()


def test_the_development_key_is_taken_with_one_warning(tmp_path: Path) -> None:
    """One, because one App is made, although many requests come first."""
    code, out, err = _call(tmp_path, DEVELOPMENT_KEY, ENGRAM_DB=":memory:")
    assert (code, out) == (0, "200 OK\n")
    assert err.count("development key") == 1
    assert DEVELOPMENT_KEY not in err


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    _, out, err = _call(tmp_path, DEVELOPMENT_KEY, ENGRAM_DURABILITY="none")
    assert out == ""
    assert "ENGRAM_DURABILITY: must be full or normal" in err
