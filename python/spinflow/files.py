# SPDX-License-Identifier: Apache-2.0
"""Files, ours and those of other programs."""

import os

from . import _core
from ._checked import checked
from .rbm import RBM


@checked
def read(
    path: str | os.PathLike,
    *,
    L=None,
    T=None,
    model=None,
    boundary: str = "periodic",
    array: str | None = None,
    units: str | None = None,
    rows: str | None = None,
    update: int | None = None,
):
    """What a file holds: one of ours as sf.load reads it ('flow.h5@12' too), or spins or an RBM of another program.

    Spins: .npy, .npz, .safetensors, HDF5 (NetCDF-4 among them), .txt and .csv, -1 and 1 or 0 and 1, first axis the
    sample; `array` names one of several. RBMs: HDF5 of rbms and of RestrictedBoltzmannMachines.jl, and the weights
    and biases of scikit-learn, QuCumber or PyTorch in .npz or .safetensors. Their units 0 and 1 are converted
    exactly to -1 and 1. ValueError, one sentence that names the file, for everything that is wrong with it.

    Parameters
    ----------
    L : the lattice: 8 or (8, 8) or '8x8' (Lx x Ly), or the length of a chain. Needed for spins of shape (n, N). Of
        an RBM the visible units; a chain unless the file says it.
    T : temperature of all configurations, in J/k_B.
    model : a name (sf.names('models')) or a Model, whose energies are measured.
    boundary : 'periodic' or 'open'.
    array : the name of the array of spins, if it is not spins, samples or the only one.
    units : 'spin' (-1 and 1) or 'binary' (0 and 1) of an RBM whose file does not say it; binary without it.
    rows : 'hidden' or 'visible': whose units the rows of the weights are, if both layers have as many.
    update : which network of a file of rbms; the last without it.

    >>> import numpy as np, spinflow as sf, tempfile, os
    >>> file = os.path.join(tempfile.mkdtemp(), "spins.npy")
    >>> np.save(file, np.ones((5, 16), dtype=bool))
    >>> sf.read(file, L=(4, 4), T=2.5, model="ising-square")
    <spinflow.Ensemble: 5 configurations of ising-square on 4x4 sites (periodic)>
    """
    if _core.is_own_file(path):
        _not_given(path, "it says itself", L=L, T=T, model=model, array=array, units=units, rows=rows, update=update)
        return _core.load(path)
    if array is None and _core.is_foreign_rbm(path):
        _not_given(path, "an RBM has none", T=T, model=model)
        return _core.read_rbm(path, L, boundary, units, rows, update)
    _not_given(path, "spins have none", units=units, rows=rows, update=update)
    return _core.read_spins(path, L, T, model, boundary, array or "")


@checked
def write(data, path: str | os.PathLike, *, format: str | None = None, units: str | None = None):
    """Writes configurations or a network; the ending of the name says how, or `format`.

    .h5 is our own file, as .save writes it. An Ensemble becomes 'npy' (the spins alone), 'npz', 'safetensors', 'csv'
    (a configuration per line) or 'netcdf' (.nc, for xarray); an RBM 'npz', 'safetensors' or, only by
    format='rbms', HDF5 of the package rbms. A file of that name is replaced, when the new one is complete.

    units : of an RBM in .npz and .safetensors: 'spin' (-1 and 1, the default) or 'binary' (0 and 1, converted
        exactly). ValueError for a format that the data do not have, RuntimeError if the disk is full.

    >>> import spinflow as sf, tempfile, os
    >>> file = os.path.join(tempfile.mkdtemp(), "spins.csv")
    >>> sf.write(sf.sample("ising-square", L=4, T=2, n=3), file)
    >>> sf.read(file, L=4).spins.shape
    (3, 4, 4)
    """
    own = format is None and os.fspath(path).endswith((".h5", ".hdf5"))
    if units is not None and (own or not isinstance(data, RBM)):
        raise ValueError("write: units: they belong to an RBM in a file of another program; leave them out")
    if own and hasattr(data, "save"):
        data.save(path)
    elif isinstance(data, _core.Ensemble):
        _core.write_ensemble(data, path, format or "")
    elif isinstance(data, RBM):
        _core.write_rbm(data._fitted(), path, format or "", units)
    elif hasattr(data, "save"):
        raise ValueError(f"{os.fspath(path)}: a {type(data).__name__} is written as .h5 alone; give such a name")
    else:
        raise ValueError(f"write: it is a {type(data).__name__}; give an Ensemble or a network (sf.Ensemble(array) makes one of spins)")


def _not_given(path, why, **given):
    for name, value in given.items():
        if value is not None:
            raise ValueError(f"read: {name}: {why} ({os.fspath(path)}); leave it out")
