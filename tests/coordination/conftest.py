"""Where coordination is tested: over HTTP, in this process on a file, and in memory."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Callable, Iterator, Optional

import pytest

from engram.coordination import Engram
from engram_server.app import build_app
from engram_server.config import Settings
from engram_server.doors.http import HttpServer
from tests.contract.doors import KEY, TENANTS, TestClock

MINUTE = 60.0
HOUR = 3_600.0


class Place:
    """One place, and the clock that it goes by."""

    def __init__(self, name: str, clock: TestClock, opens: Callable[[], Engram], where: Optional[str]) -> None:
        self.name = name
        self.clock = clock
        self._opens = opens
        #: What a program of another process opens.
        self.where = where
        self.engram = opens()

    def another(self) -> Engram:
        """Return one more Engram of the place; in memory there is only the one."""
        return self.engram if self.name == "memory" else self._opens()

    def after(self, seconds: float) -> Engram:
        """Let time pass, and return the Engram."""
        self.clock.now += seconds
        return self.engram


@pytest.fixture(params=["http", "file", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty place."""
    clock = TestClock()
    path = tmp_path / "engram.db"
    with ExitStack() as stack:
        if request.param == "http":
            app = build_app(Settings(db=str(path), api_keys=TENANTS), clock=clock)
            stack.callback(app.close)
            url = stack.enter_context(HttpServer(app.handle, "127.0.0.1", 0)).url
            made = Place("http", clock, lambda: stack.enter_context(Engram(base_url=url, api_key=KEY)), url)
        else:
            where = str(path) if request.param == "file" else ":memory:"
            made = Place(
                request.param, clock, lambda: stack.enter_context(Engram(where, clock=clock, sleep=_never)), where
            )
        yield made


def _never(seconds: float) -> None:
    raise AssertionError("nothing here waits")


@pytest.fixture
def engram(place: Place) -> Engram:
    """An Engram of an empty place."""
    return place.engram
