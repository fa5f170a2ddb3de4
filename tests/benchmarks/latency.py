"""One small read over a kept-alive connection: our client against the bare floor and against other clients."""

from __future__ import annotations

import http.client
import importlib
import importlib.util
import tempfile
from pathlib import Path
from typing import Callable, Dict, List, Tuple
from urllib.parse import urlsplit

from engram_server.keys import DEVELOPMENT_KEY

from .support import client, median, microseconds, server, table

ROUNDS = 60
CALLS_A_ROUND = 50

_TARGET = "/v1/buckets/default/memories?limit=1&offset=0"
_HEADERS = {"Authorization": f"Bearer {DEVELOPMENT_KEY}", "Accept": "application/json"}

Caller = Callable[[], object]


def run() -> None:
    """Print p50 of `list_memories(limit=1)`; rounds of all clients alternate, so that all meet the same machine."""
    with tempfile.TemporaryDirectory() as folder, server(Path(folder) / "engram.db") as running:
        with client(running.url) as engram:
            engram.store_memory("Ana has a cat called Miso.")
            callers = {"engram": lambda: engram.list_memories(limit=1), "http.client, bare": _bare(running.url), **_peers(running.url)}
            times: Dict[str, List[float]] = {name: [] for name in callers}
            for _ in range(ROUNDS):
                for name, call in callers.items():
                    times[name] += [microseconds(call) for _ in range(CALLS_A_ROUND)]
    floor = median(times["http.client, bare"])
    rows = [[name, median(taken), median(taken) / floor] for name, taken in times.items()]
    rows.sort(key=lambda row: float(str(row[1])))
    table("list_memories(limit=1) over HTTP", ["client", "p50 us", "x floor"], rows)


def _bare(url: str) -> Caller:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)

    def call() -> bytes:
        connection.request("GET", _TARGET, headers=_HEADERS)
        return connection.getresponse().read()

    return call


def _peers(url: str) -> Dict[str, Caller]:
    makers: List[Tuple[str, Callable[[str], Caller]]] = [
        ("urllib3", _urllib3),
        ("httpx", _httpx),
        ("requests", _requests),
        ("lumetra_engram", _published),
    ]
    found = {}
    for name, make in makers:
        if importlib.util.find_spec(name) is None:
            print(f"{name}: not installed, left out")
        else:
            found[name] = make(url)
    return found


def _urllib3(url: str) -> Caller:
    import urllib3

    pool = urllib3.PoolManager()
    return lambda: pool.request("GET", url + _TARGET, headers=_HEADERS).json()


def _httpx(url: str) -> Caller:
    import httpx

    session = httpx.Client()
    return lambda: session.get(url + _TARGET, headers=_HEADERS).json()


def _requests(url: str) -> Caller:
    import requests

    session = requests.Session()
    return lambda: session.get(url + _TARGET, headers=_HEADERS, timeout=30).json()


def _published(url: str) -> Caller:
    module = importlib.import_module("lumetra_engram")
    peer = module.EngramClient(api_key=DEVELOPMENT_KEY, base_url=url)
    return lambda: peer.list_memories(limit=1)
