# SPDX-License-Identifier: Apache-2.0
"""What a recipe, a critical point or an analysis ends in."""

import os
from typing import NamedTuple

from . import _core, _frames
from ._checked import checked
from .figures import Figure


class Claim(NamedTuple):
    """A statement of a paper put to the test."""

    id: str
    verdict: str
    """'supported', 'contradicted' or 'inconclusive'."""
    statement: str
    measured: float
    """The deciding number; NaN: none."""
    error: float
    """Its standard error."""
    because: str
    """Why the verdict, in a sentence with the numbers."""
    criterion: str
    """Written down before any number existed."""
    control: str
    qualification: str
    """Under which reading and settings the verdict holds."""
    sharper: str
    """What is put to the test in place of the statement, if that is ours."""
    paper: str
    evidence: list
    """Names of figures and tables."""

    def __repr__(self):
        return f"<{self.id}: {self.verdict}: {self.statement}>"


class Verification(NamedTuple):
    """What sf.verify returns: every sampler held against exact answers."""

    passed: bool
    """Whether this build samples right: p_value >= false_alarm_rate."""
    p_value: float
    """Joint probability of differences at least as large, if it does."""
    statistic: float
    """Chi^2 of the energies, which are independent of each other."""
    degrees: int
    """How many energies."""
    false_alarm_rate: float
    """Probability with which a right build fails."""
    rows: list
    """A dict for each comparison."""

    @property
    def table(self):
        """A row for each comparison (pandas): model, sampler, size, temperature (J/k_B), observable, measured, error,
        exact, method, z, p."""
        return _frames.frame(self.rows)

    def __repr__(self):
        return f"<spinflow.Verification: {'passed' if self.passed else 'FAILED'}, {len(self.rows)} comparisons, joint p-value {self.p_value:.3g}>"


class Results:
    """Claims, values, tables and figures.

    claims : a list of Claim. recipe, scale, seed : what was run. folder : where the run is kept, or ''.
    """

    def __init__(self, recipe, scale, seed, claims, values, tables, figures, folder):
        self.recipe, self.scale, self.seed, self.folder = recipe, scale, seed, folder
        self.claims = [Claim(**claim) for claim in claims]
        self._values, self._tables, self._figures = values, tables, figures

    @property
    def values(self):
        """value, error, systematic, expected and limit (95 %) of each name (pandas); NaN: not known."""
        return _frames.frame(self._values).set_index("name") if self._values else _frames.frame([])

    @property
    def tables(self):
        """The tables by name (pandas)."""
        return {name: _frames.table(table) for name, table in self._tables.items()}

    @property
    def figures(self):
        """The figures by name, each a Figure, in the order in which they are to be read."""
        return {name: Figure(spec) for name, (spec, _) in self._figures.items()}

    def __repr__(self):
        lines = [f"<spinflow.Results of {self.recipe} {self.scale}".rstrip() + f", seed {self.seed}>"]
        return "\n".join(lines + [f"  {claim.id}: {claim.verdict}: {claim.statement}" for claim in self.claims])


@checked
def verify(*, seed: int = 1):
    """Holds every sampler against exact answers, as `spinflow verify` does: a Verification. Some seconds.

    seed : of the samples; ValueError for what is no seed.

    >>> import spinflow as sf
    >>> sf.verify().passed  # doctest: +SKIP
    True
    """
    return Verification(**_core.verify(seed))


@checked
def compare(*runs):
    """Sets finished runs side by side, as `spinflow compare` does: Results with tables of claims, readings and values.

    runs : folders of runs, two or more, or what sf.run returned; of any recipe, scale and seed. In the tables a pull is
    the difference in standard errors; `differs` says that it is more than chance allows.

    >>> import spinflow as sf
    >>> sf.compare("runs/a")
    Traceback (most recent call last):
    ValueError: compare: 'runs/a' is one run; give two folders of runs or more
    """
    folders = []
    for run in runs:
        folder = run.folder if isinstance(run, Results) else run
        if not isinstance(folder, (str, os.PathLike)) or not os.fspath(folder):
            raise ValueError(f"compare: runs: {run!r} is not a folder of a run; give folders, or what sf.run returned")
        folders.append(os.fspath(folder))
    return _core.compare(folders)
