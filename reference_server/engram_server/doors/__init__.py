"""Doors: how requests reach the App. Bytes in, bytes out, and no rule of the API."""

from __future__ import annotations

from functools import partial
from typing import Callable

from ..clock import system_clock
from ..ids import Ids
from ..wire import Request, Response

Handler = Callable[[Request], Response]
"""What a door is in front of. Never raises; may be called from many threads at once."""

NewRequestId = Callable[[], str]
"""Makes the id of a request that a door itself refuses."""

new_request_id: NewRequestId = partial(Ids(system_clock).new, "req")
