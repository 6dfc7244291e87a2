# SPDX-License-Identifier: Apache-2.0
"""What is known exactly. K = J/(k_B T); energies are per site, in units of J."""

import numpy as np

from . import _core, _frames

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


def _each(function, K, *others):
    """The function of every number of an array."""
    found = np.vectorize(function, otypes=[float])(K, *others)
    return float(found) if np.ndim(K) == 0 else found


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


def onsager_energy(K):
    """Energy per site of the infinite square lattice, K > 0: a number or an array."""
    return _each(_core.onsager_energy, K)


def yang_magnetization(K):
    """Spontaneous magnetization of the infinite square lattice; 0 above T_c."""
    return _each(_core.yang_magnetization, K)


def square_correlation_length(K):
    """Correlation length of the infinite square lattice along an axis, in sites."""
    return _each(_core.square_correlation_length, K)


def strip_correlation_length(width, K):
    """Correlation length along an infinite strip that is periodic over `width` sites, in sites."""
    return _each(lambda k: _core.strip_correlation_length(width, k), K)


def migdal_kadanoff(K, *, factor=2, dimension=2):
    """K' of Migdal and Kadanoff's approximate recursion, bonds moved first."""
    return _each(lambda k: _core.migdal_kadanoff(k, factor, dimension), K)


def up_spin_distribution(L, K):
    """P(number of up spins = k), k = 0 .. Lx Ly, of the periodic square lattice; L: 10 or (16, 10), a side <= 12."""
    lx, ly = (L, L) if np.ndim(L) == 0 else L
    return _core.up_spin_distribution(int(lx), int(ly), K)


def probabilities(model, T):
    """P of each configuration of a Model of at most 24 spins: bit i of its index is set where spin i is up."""
    return _core.probabilities(model, T)
