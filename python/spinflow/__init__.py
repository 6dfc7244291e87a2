# SPDX-License-Identifier: Apache-2.0
"""spinflow: an ensemble of spin configurations flows through transformations, and gauges read it.

>>> import spinflow as sf
>>> data = sf.sample("ising-square", L=10, T=[1.0, 6.0], n=50, seed=1)
>>> data.spins.shape
(100, 10, 10)
"""

import os

# The scripts and the style of pages lie in the package, or where the build or an installation put them.
_share = os.path.join(os.path.dirname(__file__), "share", "spinflow")
if os.path.isdir(_share):
    os.environ.setdefault("SPINFLOW_SHARE_DIR", _share)

from . import _checked

_checked.cover(
    ["Dense", "Ensemble", "Map", "Model", "Stack", "concatenate", "critical", "load", "mcrg", "names", "reanalyze", "run", "sample"]
    + ["set_threads", "status", "train_classifier", "train_dense", "train_stack"]
)

from . import analysis, exact, maps
from ._core import (
    Dense,
    Ensemble,
    Model,
    Stack,
    __version__,
    concatenate,
    critical,
    load,
    names,
    reanalyze,
    run,
    sample,
    set_threads,
    status,
    train_classifier,
    train_dense,
    train_stack,
)
from ._progress import progress
from .figures import Figure
from .files import read, write
from .flows import Flow, Step, flow, flow_steps
from .rbm import RBM, LogLikelihood
from .results import Claim, Results, Verification, compare, verify

__all__ = [
    "RBM",
    "Claim",
    "Dense",
    "Ensemble",
    "Figure",
    "Flow",
    "LogLikelihood",
    "Model",
    "Results",
    "Stack",
    "Step",
    "Verification",
    "__version__",
    "analysis",
    "compare",
    "concatenate",
    "critical",
    "exact",
    "flow",
    "flow_steps",
    "load",
    "maps",
    "names",
    "progress",
    "read",
    "reanalyze",
    "run",
    "sample",
    "set_threads",
    "status",
    "train_classifier",
    "train_dense",
    "train_stack",
    "verify",
    "write",
]
