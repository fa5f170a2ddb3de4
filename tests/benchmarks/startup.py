"""What importing the package and making a client cost, in fresh interpreters."""

from __future__ import annotations

import os
import subprocess
import sys

from .support import median, table

RUNS = 11

_IMPORT = "import engram"
_CLIENT = "from engram import EngramClient; EngramClient(api_key='k', base_url='http://127.0.0.1:1')"
_PUBLISHED = "from lumetra_engram import EngramClient; EngramClient(api_key='k', base_url='http://127.0.0.1:1')"
_MEASURED = "import time; t = time.perf_counter(); {code}; print((time.perf_counter() - t) * 1000)"


def run() -> None:
    """Print medians in milliseconds, with `import urllib.request` of the same run beside them."""
    codes = {
        "import engram": _IMPORT,
        "import and make a client": _CLIENT,
        "the published client, the same": _PUBLISHED,
        "import urllib.request (floor)": "import urllib.request",
    }
    for code in codes.values():
        _once(code)  # Compiles what an installed wheel brings compiled.
    # In turn, so that a slow moment falls on all of them.
    rounds = [{name: _once(code) for name, code in codes.items()} for _ in range(RUNS)]
    times = {name: median([taken[name] for taken in rounds]) for name in codes}
    floor = times["import urllib.request (floor)"]
    rows = [[name, taken, taken / floor] for name, taken in times.items()]
    table("Startup, median of 11 fresh interpreters", ["what", "ms", "x floor"], rows)


def _once(code: str) -> float:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", _MEASURED.format(code=code)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    return float(done.stdout) if done.returncode == 0 else float("nan")
