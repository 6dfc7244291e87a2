# SPDX-License-Identifier: Apache-2.0
"""Figures as Vega-Lite, which notebooks show by themselves."""

import json
import os

from . import _frames
from ._checked import checked


@checked
class Figure:
    """A Vega-Lite 5 figure with its data inside. A notebook shows it.

    spec : the specification, a dict.
    """

    def __init__(self, spec, draw=None):
        self.spec = json.loads(spec) if isinstance(spec, str) else spec
        self._draw = draw

    def _repr_mimebundle_(self, include=None, exclude=None):
        del include, exclude
        return {"application/vnd.vegalite.v5+json": self.spec, "text/plain": repr(self)}

    def __repr__(self):
        return f"<spinflow.Figure: {self._title()}>"

    def _title(self):
        title = self.spec.get("title", "")
        return title.get("text", "") if isinstance(title, dict) else title

    def mpl(self):
        """The same data drawn by matplotlib: a figure of pyplot. ValueError for a figure of an analysis or a recipe."""
        if self._draw is None:
            raise ValueError("this figure is drawn by Vega-Lite only; show it, or save it and open it in a viewer")
        return self._draw(_frames.needed("matplotlib.pyplot", "plot"))

    def save(self, path: str | os.PathLike):
        """Writes the specification as JSON."""
        with open(path, "w", encoding="utf-8") as file:
            json.dump(self.spec, file)
