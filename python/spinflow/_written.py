# SPDX-License-Identifier: Apache-2.0
"""Observables, thermometers and maps that are functions written in Python: array in, array out."""

import inspect

import numpy as np

from . import _core


def name(function):
    """What a function is called: its attribute `name`, or the name it was defined with."""
    found = getattr(function, "name", None) or getattr(function, "__name__", None) or type(function).__name__
    if not isinstance(found, str):
        raise ValueError(f"the name of {function!r} is no text; set its attribute `name`")
    return found


def mapped(function, spins, seed):
    """What a map makes of spins; a function with the parameter `rng` gets a generator of numpy."""
    try:
        wants_rng = "rng" in inspect.signature(function).parameters
    except (TypeError, ValueError):
        wants_rng = False
    made = function(spins, rng=np.random.default_rng(seed)) if wants_rng else function(spins)
    return made.detach().cpu() if hasattr(made, "detach") else made


def ends(answer):
    """Whether what a callback returned ends the work: True, Python's or numpy's, and nothing else."""
    return isinstance(answer, (bool, np.bool_)) and bool(answer)


def temperature(function, spins, called):
    """(T, error) of a thermometer."""
    read = function(spins)
    value, error = read if isinstance(read, tuple) else (read, float("nan"))
    try:
        return float(value), float(error)
    except (TypeError, ValueError):
        raise ValueError(f"{called}: it read {read!r}; return a temperature or (temperature, error) in J/k_B") from None


def numbers(function, spins, called):
    """One number per configuration."""
    values = np.asarray(function(spins), dtype=float)
    if values.shape != (len(spins),):
        raise ValueError(f"{called}: it returned the shape {values.shape} for {len(spins)} configurations; return one number for each")
    return values.tolist()


def observables(given):
    """Names of observables; functions among them are entered first."""
    if isinstance(given, str) or callable(given):
        given = [given]
    try:
        given = list(given)
    except TypeError:
        given = [given]
    for one in given:
        if not isinstance(one, str) and not callable(one):
            raise ValueError(f"observables: {one!r} is neither a name nor a function; see sf.names('observables')")
    return [_core.add_observable(one) if callable(one) else one for one in given]
