# SPDX-License-Identifier: Apache-2.0
"""What is known exactly. K = J/(k_B T); energies are per site, in units of J."""

from collections.abc import Sequence

import numpy as np

from . import _core, _frames
from ._checked import checked

__all__ = [
    "SQUARE_CRITICAL_TEMPERATURE",
    "means",
    "migdal_kadanoff",
    "onsager_energy",
    "probabilities",
    "square_correlation_length",
    "strip_correlation_length",
    "up_spin_distribution",
    "yang_magnetization",
]

SQUARE_CRITICAL_TEMPERATURE = _core.square_critical_temperature
"""T_c = 2 / ln(1 + sqrt 2) of the square lattice, in J/k_B."""


def _each(where, function, K, *, zero=False):
    """The function of every coupling K > 0, or K >= 0, of an array."""
    couplings = np.asarray(K, dtype=float)
    for k in couplings.flat:
        if not (k > 0 or (zero and k == 0)) or np.isinf(k):
            raise ValueError(f"{where}: K: {k} is out of range; give finite numbers {'of at least' if zero else 'above'} 0")
    found = np.vectorize(function, otypes=[float])(couplings)
    return float(found) if couplings.ndim == 0 else found


def _expect(where, name, value, least, most):
    if not least <= value <= most:
        raise ValueError(f"{where}: {name}: {value} is out of range; give {least} to {most}")


@checked
def means(model, T):
    """Exact means of a Model at each temperature (pandas): log_partition (nats), energy, specific_heat, magnetization,
    abs_magnetization, magnetization_2, magnetization_4, per site.

    By enumeration up to 16 spins, Curie and Weiss's sum, transfer matrices of chains and narrow lattices, or
    Kaufman's formula, whose magnetizations are NaN where both sides are above 12. ValueError where there is none.

    >>> import spinflow as sf
    >>> sf.exact.means(sf.Model("ising-square", L=4), [1.0, 2.0]).energy.round(6).tolist()
    [-1.997158, -1.75538]
    """
    return _frames.frame(_core.exact_means(model, T))


@checked
def onsager_energy(K: float | np.ndarray):
    """Energy per site of the infinite square lattice, in units of J (Onsager 1944): a number, or an array like K.

    K : finite, > 0. ValueError for others, here and below.

    >>> import spinflow as sf
    >>> round(sf.exact.onsager_energy(0.4), 6), sf.exact.onsager_energy([0.3, 0.5]).shape
    (-1.106079, (2,))
    """
    return _each("onsager_energy", _core.onsager_energy, K)


@checked
def yang_magnetization(K: float | np.ndarray):
    """Spontaneous magnetization per site of the infinite square lattice (Yang 1952): 0 above T_c, at most 1.

    K : finite, > 0: a number or an array. ValueError for others.

    >>> import spinflow as sf
    >>> round(sf.exact.yang_magnetization(0.5), 6), sf.exact.yang_magnetization(0.4)
    (0.911319, 0.0)
    """
    return _each("yang_magnetization", _core.yang_magnetization, K)


@checked
def square_correlation_length(K: float | np.ndarray):
    """Correlation length of the infinite square lattice along an axis, in sites; infinite at T_c.

    K : finite, > 0: a number or an array. ValueError for others.

    >>> import spinflow as sf
    >>> round(sf.exact.square_correlation_length(0.4), 4)
    5.9624
    """
    return _each("square_correlation_length", _core.square_correlation_length, K)


@checked
def strip_correlation_length(width: int, K: float | np.ndarray):
    """Correlation length along an infinite strip that is periodic over `width` >= 1 sites, in sites.

    K : finite, > 0: a number or an array. ValueError for others.

    >>> import spinflow as sf
    >>> round(sf.exact.strip_correlation_length(1, 0.5), 4)
    1.2954
    """
    _expect("strip_correlation_length", "width", width, 1, 10**6)
    return _each("strip_correlation_length", lambda k: _core.strip_correlation_length(width, k), K)


@checked
def migdal_kadanoff(K: float | np.ndarray, *, factor: int = 2, dimension: int = 2):
    """K' of Migdal and Kadanoff's approximate recursion, bonds moved first; exact in one dimension.

    K : finite, >= 0: a number or an array. factor : >= 2. dimension : 1 or 2. ValueError for others.

    >>> import spinflow as sf
    >>> round(sf.exact.migdal_kadanoff(0.3, factor=2, dimension=2), 6)
    0.296844
    """
    _expect("migdal_kadanoff", "factor", factor, 2, 10**6)
    _expect("migdal_kadanoff", "dimension", dimension, 1, 2)
    return _each("migdal_kadanoff", lambda k: _core.migdal_kadanoff(k, factor, dimension), K, zero=True)


@checked
def up_spin_distribution(L: int | Sequence[int], K: float):
    """P(number of up spins = k) of the periodic square lattice without field: float64 (Lx Ly + 1), k = 0 .. Lx Ly.

    L : 10, or (16, 10) for Lx and Ly; the smaller side at most 12. K : finite, >= 0. 10x10 takes some 0.05 s, 12x12 a
    second. ValueError for others.

    >>> import spinflow as sf
    >>> p = sf.exact.up_spin_distribution(4, 0.3)
    >>> p.shape, round(p.sum(), 12)
    ((17,), np.float64(1.0))
    """
    sides = (L, L) if np.ndim(L) == 0 else tuple(L)
    if len(sides) != 2:
        raise ValueError(f"up_spin_distribution: L: it has {len(sides)} numbers; give one, or two for Lx and Ly")
    for side in sides:
        _expect("up_spin_distribution", "L", side, 2, 10**6)
    if not 0 <= K < np.inf:
        raise ValueError(f"up_spin_distribution: K: {K} is out of range; give a finite number of at least 0")
    return _core.up_spin_distribution(*sides, K)


@checked
def probabilities(model: _core.Model, T: float):
    """P of each configuration of a Model of at most 24 spins: float64 (2^n); bit i of an index is set where spin i is up.

    T : in J/k_B, finite, >= 0; T = 0 is uniform over the ground states. ValueError for others.

    >>> import spinflow as sf
    >>> sf.exact.probabilities(sf.Model("ising-chain", L=3), 0.0).tolist()
    [0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5]
    """
    if not 0 <= T < np.inf:
        raise ValueError(f"probabilities: T: {T} is out of range; give a finite number of at least 0")
    return _core.probabilities(model, T)
