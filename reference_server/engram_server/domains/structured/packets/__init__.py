"""One budgeted, explained packet out of the records of a scope.

`packet` is all of it: what a request leaves out is filled in, candidates are read from a `Source`, and the packet is
built of them. `read` and `build` are pure.
"""

from .asked import read
from .building import build
from .candidates import Candidates, Hit, Source, load
from .serving import log, packet
from .sizes import ESTIMATORS, Estimator

__all__ = ["ESTIMATORS", "Candidates", "Estimator", "Hit", "Source", "build", "load", "log", "packet", "read"]
