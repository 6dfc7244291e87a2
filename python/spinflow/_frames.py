# SPDX-License-Identifier: Apache-2.0
"""What the library returns, as tables of pandas and xarray, which are imported when they are asked for."""

import importlib

import numpy as np

from . import _written


def needed(module, extra):
    """The module, or a sentence that says how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise ImportError(f"this needs {module}, which is not installed; pip install 'spinflow[{extra}]'") from None


def _columns(readings):
    """name and name_error of numbers; name_1, name_1_error, ... of lists."""
    row = {}
    for name, reading in readings.items():
        if isinstance(reading, tuple):
            row[name], row[f"{name}_error"] = reading
        else:
            for r, (value, error) in enumerate(reading, start=1):
                row[f"{name}_{r}"], row[f"{name}_{r}_error"] = value, error
    return row


def measured(groups):
    """One row a temperature."""
    pandas = needed("pandas", "notebook")
    rows = []
    for group in groups:
        tau, tau_error = group["tau_int"]
        row = {"temperature": group["temperature"], "n": group["n"], "tau_int": tau, "tau_int_error": tau_error}
        row["short_series"] = group["short_series"]
        rows.append(row | _columns(group["readings"]))
    return pandas.DataFrame(rows)


def ensemble_dataset(data):
    """An xarray.Dataset of an ensemble."""
    xarray = needed("xarray", "notebook")
    axes = ("sample", "y", "x") if len(data.shape) == 2 else ("sample", "x")
    names = ("temperature", "energy", "magnetization", "chain", "sweep")
    coordinates = {name: ("sample", np.array(getattr(data, name))) for name in names}
    about = {"boundary": data.boundary, "seed": data.seed}
    if data.model is not None:
        about |= {"model": data.model.name} | {f"model_{k}": v for k, v in data.model.options.items()}
    return xarray.Dataset({"spins": (axes, data.spins)}, coords=coordinates, attrs=about)


def inference_data(data, functions):
    """The series of every chain of an ensemble as ArviZ has them."""
    arviz = needed("arviz", "arviz")
    xarray = needed("xarray", "arviz")
    temperature = np.array(data.temperature)
    if (temperature != temperature[0]).any() and not np.isnan(temperature).all():
        raise ValueError("to_arviz: there are configurations of several temperatures; choose one, as in data.at(2.25)")
    chain, sweep = np.array(data.chain), np.array(data.sweep)
    names, counts = np.unique(chain, return_counts=True)
    if counts.max() == 1:  # Independent configurations: one series.
        names, rows = names[:1], np.arange(len(data))[None]
    else:
        rows = np.array([np.flatnonzero(chain == name)[np.argsort(sweep[chain == name])][: counts.min()] for name in names])
    series = {"magnetization": data.magnetization, "abs_magnetization": np.abs(data.magnetization)}
    if data.model is not None:
        series = {"energy": data.energy} | series
    for function in functions:
        called = _written.name(function)
        series[called] = np.array(_written.numbers(function, data.spins, called))
    shaped = {name: (("chain", "draw"), np.array(values)[rows]) for name, values in series.items()}
    dataset = xarray.Dataset(shaped, coords={"chain": names, "draw": np.arange(rows.shape[1])})
    convert = getattr(arviz, "convert_to_inference_data", None) or arviz.convert_to_datatree
    return convert(dataset)


def frame(rows):
    """A list of dicts as a table."""
    return needed("pandas", "notebook").DataFrame(rows)


def flow_row(row):
    """A step of a flow as one row."""
    flat = {name: row[name] for name in ("start", "temperature", "step", "n")} | _columns(row["observed"])
    for name, reading in row["thermometers"].items():
        flat[f"T_{name}"], flat[f"T_{name}_error"] = reading["value"], reading["error"]
        flat[f"T_{name}_limit"], flat[f"T_{name}_censored"] = reading["limit"], reading["censored"]
        if "mode" in reading:
            flat[f"T_{name}_mode"] = reading["mode"]
    return flat


def table(columns_and_rows):
    """A table of results."""
    frame_of = needed("pandas", "notebook").DataFrame
    return frame_of(columns_and_rows["rows"], columns=columns_and_rows["columns"])
