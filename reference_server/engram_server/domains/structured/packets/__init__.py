"""One budgeted, explained packet out of the records of a scope.

`read` fills in what a request leaves out, `load` reads candidates from a `Source`, `build` makes the packet and
`log_lines` says what to log of it under `LOGGER_NAME`. All but `load` are pure.
"""

from .asked import Asked, Policy, Window, read
from .building import build
from .candidates import Candidates, Source, load
from .explaining import LOGGER_NAME, log_lines
from .scoring import Relevance
from .sizes import ESTIMATORS, Estimator

__all__ = [
    "ESTIMATORS",
    "LOGGER_NAME",
    "Asked",
    "Candidates",
    "Estimator",
    "Policy",
    "Relevance",
    "Source",
    "Window",
    "build",
    "load",
    "log_lines",
    "read",
]
