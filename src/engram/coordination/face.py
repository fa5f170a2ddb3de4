"""Engram: coordination on a file of this process or on a server. Its verbs are in the modules beside."""

from __future__ import annotations

import time
from typing import Callable, Optional, TypeVar

from ..core import ClientCore
from ..transport.local import LocalOptions
from .place import Clock, PathArgument, place_of, whole_number
from .world_verbs import WorldVerbs

E = TypeVar("E", bound="Engram")


class Engram(WorldVerbs):
    """What sessions do, who holds what, and one world state, shared by all who open the same place.

    Without other arguments that is the file `db_path`, made if need be with its folders (else the one that `ENGRAM_DB`
    names, else `DB_PATH`); ":memory:" keeps it until `close()`. A file of the layout that was there before is taken
    over as it is, and programs of that layout can go on with it. With `client` or `base_url` it is a server, where a
    session is changed with its token only. Safe across threads, and in forked processes.

    `stale_after_s` and `expire_after_s` say after how many seconds without a heartbeat a session is stale (1800) or
    expires (86400), `keep_versions` how many versions of the world state are kept (0: all). `owned` says whether
    sessions have tokens on a file as well. `clock` tells the seconds since 1970, `sleep` waits between two attempts.

        with Engram("work.db") as engram:
            me = engram.register("cli", "fixing the parser")
            engram.set_world_state("# World\\nThe parser is being fixed.", me)
            print(engram.get_situation_report())

    Raises:
        ConfigurationError: arguments that do not go together, or a file that cannot be used. It was not touched.
    """

    def __init__(
        self,
        db_path: Optional[PathArgument] = None,
        *,
        client: Optional[ClientCore] = None,
        base_url: Optional[str] = None,
        api_key: Optional[str] = None,
        owned: Optional[bool] = None,
        stale_after_s: Optional[int] = None,
        expire_after_s: Optional[int] = None,
        keep_versions: Optional[int] = None,
        clock: Clock = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        options: LocalOptions = {}
        if stale_after_s is not None:
            options["stale_after"] = whole_number("stale_after_s", stale_after_s, 1)
        if expire_after_s is not None:
            options["expire_after"] = whole_number("expire_after_s", expire_after_s, 1)
        if keep_versions is not None:
            options["keep_versions"] = whole_number("keep_versions", keep_versions, 0)
        super().__init__(place_of(db_path, client, base_url, api_key, clock, options), owned, sleep)

    def close(self) -> None:
        """Close the file or the connections; not a client that was given. Safe to call again."""
        self._place.close()

    def __enter__(self: E) -> E:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._place!r}>"


SessionRegistry = Engram


def sitrep() -> str:
    """Return the report of the file that nobody has to name."""
    with Engram() as engram:
        return engram.get_situation_report()


def update_world_state(content: str, session_id: Optional[str] = None) -> None:
    """Replace the world state of the file that nobody has to name."""
    with Engram() as engram:
        engram.set_world_state(content, session_id)
