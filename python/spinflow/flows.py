# SPDX-License-Identifier: Apache-2.0
"""Flows: maps that are iterated, and what is read of every step."""

import functools
import os
from collections.abc import Callable, Sequence

from . import _core, _frames, _written
from ._checked import checked
from .figures import Figure


class Step:
    """What was read at one step. step["energy"], step["T_energy"], ...: as the columns of Flow.frame.

    start, temperature : of which start. step : its number; 0 is the start. ensemble : the configurations.
    """

    def __init__(self, row, ensemble):
        self._row = _frames.flow_row(row)
        self.ensemble = ensemble

    start = property(lambda self: self._row["start"], doc="Name of the start.")
    temperature = property(lambda self: self._row["temperature"], doc="Of the start, in J/k_B.")
    step = property(lambda self: self._row["step"], doc="Number of the step; 0 is the start.")

    def __getitem__(self, column):
        return self._row[column]

    def keys(self):
        """The names of what was read."""
        return self._row.keys()

    def __repr__(self):
        return f"<spinflow.Step {self.step} from {self.start}>"


@checked
class Flow:
    """What sf.flow returns: the readings of every step from every start."""

    def __init__(self, record):
        self._record = record

    @property
    def frame(self):
        """A row for every step of every start (pandas): values and <name>_error columns.

        T_<thermometer> is in J/k_B, with _error, _limit (95 % lower limit where T = infinity cannot be excluded)
        and _censored; energies are per site in units of J.
        """
        return _frames.frame([_frames.flow_row(row) for row in self._record.rows()])

    def fixed_point(self, observables=None):
        """Where the flow stops by every thermometer, and by energy and |m| or the observables named (pandas).

        value, error : mean over the last quarter of the steps and over the starts; reading : the same as text.
        settled : two starts or more agree and none drifts; because : why, in a sentence.
        """
        names = None if observables is None else _written.observables(observables)
        return _frames.frame(self._record.fixed_point(names))

    def plot(self, observables=("energy", "abs_magnetization")):
        """Readings against the step, a panel each: a Figure, which a notebook shows; .mpl() draws by matplotlib."""
        names = _written.observables(observables)
        return Figure(self._record.spec(names), functools.partial(self._draw, names))

    def _draw(self, names, pyplot):
        rows = [_frames.flow_row(row) for row in self._record.rows()]
        present = {key for row in rows for key in row}
        panels = sorted(key for key in present if key.startswith("T_") and f"{key}_censored" in present)
        panels += [name for name in names if name in present]
        figure, axes = pyplot.subplots(1, len(panels), figsize=(4.5 * len(panels), 3.5), squeeze=False)
        for panel, axis in zip(panels, axes[0]):
            for start in dict.fromkeys(row["start"] for row in rows):
                mine = [row for row in rows if row["start"] == start and panel in row]
                axis.errorbar(
                    [row["step"] for row in mine],
                    [row[panel] for row in mine],
                    yerr=[row[f"{panel}_error"] for row in mine],
                    label=start,
                )
            axis.set_xlabel("step")
            axis.set_ylabel(f"{panel[2:]} temperature (J/k_B)" if panel.startswith("T_") else panel)
        axes[0][0].legend()
        figure.tight_layout()
        return figure

    def kept(self):
        """The configurations of the steps in `keep`: a list of (temperature of the start in J/k_B, step, Ensemble)."""
        return self._record.kept()

    def save(self, path: str | os.PathLike):
        """Writes the file that `spinflow flow` writes; sf.load reads it. RuntimeError if the disk is full."""
        self._record.save(path)

    @property
    def command(self):
        """How it was made; stands in the file."""
        return self._record.command

    @command.setter
    def command(self, text):
        self._record.command = text

    def __repr__(self):
        rows = self._record.rows()
        return f"<spinflow.Flow: {len({row['start'] for row in rows})} starts, {max(row['step'] for row in rows)} steps>"


def loaded(record):
    """The flow of a file."""
    return Flow(record)


def _course(maps, start, steps, thermometers, observables, seed, chains, keep):
    maps = list(maps) if isinstance(maps, (list, tuple)) else [maps]
    if not isinstance(thermometers, (list, tuple)):
        thermometers = [thermometers]
    return _core.Course(maps, start, steps, list(thermometers), observables, seed, chains, list(keep))


@checked
def flow(
    maps,
    start,
    *,
    steps: int | None = None,
    thermometers=(),
    observables=None,
    seed: int = 1,
    chains: int | None = None,
    keep: Sequence[int] = (),
    callback: Callable | None = None,
):
    """Iterates maps from configurations and reads every step: what `spinflow flow` does, bit for bit.

    maps : one, or several that make one step together: an RBM (v -> h -> v'), a Stack (a layer up), a Dense, one of
        sf.maps, a text such as 'block-majority:factor=3' or a file, or a function of the spins, int8 (n, Ly, Lx),
        that returns spins, a row for each. A function with a parameter `rng` gets a generator of numpy that makes
        same seed, same bits. It is called once with two rows to learn the shape of its output.
    start : an Ensemble, whose temperatures are the starts, or spins.
    steps : their number; without it 100, or as many as fit if the maps shrink the lattice.
    thermometers : names (sf.names('thermometers')), a classifier, or functions of the spins that return T or
        (T, error) in J/k_B.
    observables : names and functions of the spins that return a number per configuration.
    chains : configurations per start, spread evenly; all without it.
    keep : steps whose configurations are kept.
    callback : called as callback(step) with a Step after every step; the flow ends there if it returns True.

    ValueError for what does not fit; exceptions of functions pass through as they are.

    >>> import spinflow as sf
    >>> data = sf.sample("ising-square", L=8, T=[1.0, 6.0], n=50)
    >>> flow = sf.flow(sf.maps.BlockMajority(2), start=data, thermometers=["energy"])
    >>> flow.frame[["temperature", "step"]].values.tolist()
    [[1.0, 0.0], [1.0, 1.0], [1.0, 2.0], [6.0, 0.0], [6.0, 1.0], [6.0, 2.0]]
    """
    course = _course(maps, start, steps, thermometers, observables, seed, chains, keep)
    if callback is None:
        course.run()
        return Flow(course.record())
    while course.next():
        if _written.ends(callback(Step(course.step(), course.ensemble()))):
            break
    return Flow(course.record())


@checked
def flow_steps(maps, start, *, steps: int | None = None, thermometers=(), observables=None, seed: int = 1, chains: int | None = None):
    """The same, a Step at a time: a generator. Nothing is done before the first step is asked for; ValueError as above.

    >>> import spinflow as sf
    >>> data = sf.sample("ising-square", L=8, T=6.0, n=50)
    >>> [step.ensemble.shape for step in sf.flow_steps(sf.maps.Decimation(2), start=data)]
    [(8, 8), (4, 4), (2, 2)]
    """
    course = _course(maps, start, steps, thermometers, observables, seed, chains, ())
    while course.next():
        yield Step(course.step(), course.ensemble())
