# SPDX-License-Identifier: Apache-2.0
"""Arrays that users hand over, looked at before they are used."""

import numpy as np


def spins(given, argument):
    """`given` as a contiguous int8 array (n, L) or (n, Ly, Lx); its values are checked further where it is packed."""
    if hasattr(given, "toarray"):
        raise ValueError(f"{argument}: it is a sparse matrix; give it as {argument}.toarray()")
    array = np.asarray(given)
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
    with np.errstate(invalid="ignore"):
        small = array.astype(np.int8, order="C", copy=False)
    if small.dtype != array.dtype and not np.array_equal(small, array):
        wrong = array[small != array].flat[0]
        name = "NaN" if wrong != wrong else f"the value {wrong}"
        raise ValueError(f"{argument}: it holds {name}; give spins as -1 and 1, or as 0 and 1")
    return np.ascontiguousarray(small)


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
