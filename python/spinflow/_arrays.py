# SPDX-License-Identifier: Apache-2.0
"""Arrays that users hand over, looked at before they are used."""

import warnings

import numpy as np


def _array(given, argument):
    """`given` as an array of any kind; a dataset of a closed file is none."""
    if hasattr(given, "toarray"):
        raise ValueError(f"{argument}: it is a sparse matrix; give it as {argument}.toarray()")
    try:
        return np.asarray(given)
    except Exception as error:  # What numpy, h5py, PyTorch and others raise.
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"{argument}: it cannot be read as an array ({why}); give an array, or open its file again") from None


def spins(given, argument):
    """`given` as a contiguous int8 array (n, L) or (n, Ly, Lx); its values are checked further where it is packed."""
    array = _array(given, argument)
    if array.dtype.kind == "c":
        raise ValueError(f"{argument}: Complex data not supported; give spins as -1 and 1, or as 0 and 1")
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{argument}: its elements are no numbers (dtype {array.dtype}); give spins as -1 and 1, or as 0 and 1")
    if array.ndim not in (2, 3):
        raise ValueError(
            f"{argument}: it has the shape {array.shape}; give (n, L) or (n, Ly, Lx). Reshape your data: a single "
            f"configuration is {argument}[None]"
        )
    if array.shape[0] == 0:
        raise ValueError(f"{argument}: 0 sample(s) (shape={array.shape}) while a minimum of 1 is required; give at least one configuration")
    if min(array.shape[1:]) < 2:
        raise ValueError(f"{argument}: {min(array.shape[1:])} feature(s) (shape={array.shape}) while a minimum of 2 is required; give at least 2 spins a side")
    if array.ndim == 3 and array.shape[0] == array.shape[1] and array.shape[2] > 2 * array.shape[1]:
        warnings.warn(
            f"{argument}: its shape {array.shape} is read as {array.shape[0]} configurations of {array.shape[2]}x{array.shape[1]} spins; "
            "if the sample is the last axis, np.moveaxis(a, -1, 0) makes it the first",
            stacklevel=2,
        )
    with np.errstate(invalid="ignore"):
        small = array.astype(np.int8, order="C", copy=False)
    if small.dtype != array.dtype and not np.array_equal(small, array):
        wrong = array[small != array].flat[0]
        name = "NaN" if wrong != wrong else f"the value {wrong}"
        raise ValueError(f"{argument}: it holds {name}; give spins as -1 and 1, or as 0 and 1")
    return np.ascontiguousarray(small)


def on_lattice(given, sides, argument):
    """`given` with the axes (n, *sides), where a row has as many numbers."""
    array = _array(given, argument)
    if array.ndim < 2:
        raise ValueError(f"{argument}: it has the shape {array.shape}; give (n, N), where N is the number of sites of L")
    sites = int(np.prod(array.shape[1:]))
    if len(sides) == 1 and sites == sides[0] ** 2:
        sides = sides * 2
    if sites != int(np.prod(sides)):
        raise ValueError(f"{argument}: it has the shape {array.shape}; a lattice of {'x'.join(map(str, sides[::-1]))} has {int(np.prod(sides))} sites")
    if array.ndim > 2 and tuple(n for n in array.shape[1:] if n != 1) != tuple(sides):
        raise ValueError(f"{argument}: it has the shape {array.shape}; configurations of L = {'x'.join(map(str, sides[::-1]))} (Lx x Ly) have the axes (n, Ly, Lx)")
    return array.reshape(len(array), *sides)


def rows(n, key):
    """The row numbers that data[key] means."""
    try:
        chosen = np.arange(n)[key]
    except IndexError as error:
        raise IndexError(f"there are {n} configurations: {error}") from None
    return np.atleast_1d(chosen).ravel().tolist()


def targets(given, n):
    """What a net is to make of n configurations: ('numbers' | 'classes' | 'spins', values)."""
    array = np.asarray(given)
    if array.dtype.kind not in "biuf" or array.ndim not in (1, 2, 3):
        raise ValueError(f"target: it has dtype {array.dtype} and shape {array.shape}; give (n) numbers or classes, or spins")
    if len(array) != n:
        raise ValueError(f"target: it has {len(array)} rows for {n} configurations; give one for each")
    if array.ndim > 1:
        return "spins", array
    if not np.isfinite(array).all():
        raise ValueError("target: it holds NaN or infinity; give finite numbers")
    if array.dtype.kind == "f":
        return "numbers", array.tolist()
    if array.min() < 0 or array.max() > 9999:
        raise ValueError(f"target: it holds the class {array.min() if array.min() < 0 else array.max()}; number classes from 0 to at most 9999")
    return "classes", array.astype(float).tolist()
