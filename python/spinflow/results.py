# SPDX-License-Identifier: Apache-2.0
"""What a recipe, a critical point or an analysis ends in."""

from typing import NamedTuple

from . import _frames
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
