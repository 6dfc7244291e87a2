# SPDX-License-Identifier: Apache-2.0
"""What `spinflow analyze` answers: each function returns Results, with tables, figures, values and claims."""

import numpy as np

from . import _core, _frames
from ._checked import checked
from ._core import mcrg
from .flows import Flow
from .rbm import RBM

__all__ = ["correlators", "couplings", "mcrg", "mean_field", "rg", "scaling", "two_sample", "weights"]


def _network(rbm):
    if not isinstance(rbm, RBM):
        raise ValueError(f"rbm: {type(rbm).__name__} is no RBM; give a fitted sf.RBM")
    return rbm._fitted()


@checked
def weights(rbm, data=None, *, sigma0: float | None = None):
    """What the weights of an RBM say about pairs of visible units: A = W^T W against noise, waves and correlations.

    data : configurations on the same lattice, whose correlations at every temperature stand beside A.
    sigma0 : standard deviation of the initial weights; without it that of the training. ValueError for another lattice.

    >>> import spinflow as sf
    >>> data = sf.sample("ising-square", L=4, T=2.27, n=100)
    >>> found = sf.analysis.weights(sf.RBM(n_components=4, epochs=1).fit(data), data)
    >>> sorted(found.tables)[0], found.values.index[0]
    ('weights_distance', 'eigenvalues_above_noise')
    """
    return _core.weights(_network(rbm), data, rbm.initial_sigma if sigma0 is None else sigma0, "V")


@checked
def correlators(
    stack: "Stack",
    data,
    *,
    against: str = "block-majority",
    hidden_mode: str = "sampled",
    permutations: int = 999,
    seed: int = 1,
    **options,
):
    """Correlations of a Stack's hidden units with the spins below, beside those of block spins.

    data : configurations of one temperature on the stack's visible lattice. against : a map of blocks by its name,
    with its own options (ties=...); its factor is that of each layer. permutations : of the test whether units stand
    where their blocks do. values : pearson_layer_1, ..., with errors. ValueError for several temperatures, another
    lattice, or options that the map does not have.

    >>> import spinflow as sf
    >>> data = sf.sample("ising-square", L=4, T=2.27, n=100)
    >>> stack = sf.train_stack(data, hidden=[4], epochs=1)
    >>> sf.analysis.correlators(stack, data, ties="corner", permutations=19).values.index.tolist()
    ['pearson_layer_1']
    """
    return _core.correlators(stack, data, against, options, hidden_mode, permutations, seed)


@checked
def couplings(data, *, basis: str = ""):
    """The couplings K_a of -H/T = sum_a K_a S_a that configurations look like, by maximum pseudo-likelihood.

    basis : 'nearest,next-nearest,third,plaquette,field', or sites of a term as in 'nearest,0,0/1,0/2,0'. The table has a
    row for each temperature (J/k_B) and term: K and its standard error. ValueError for a basis that does not fit.

    >>> import spinflow as sf
    >>> data = sf.sample("ising-square", L=8, T=2.5, n=500)
    >>> table = sf.analysis.couplings(data, basis="nearest").tables["couplings"]
    >>> table.columns.tolist()
    ['temperature', 'n', 'interaction', 'K', 'error', 'sampled_with']
    >>> bool(abs(table.K[0] - 1 / 2.5) < 0.05)
    True
    """
    return _core.couplings(data, basis)


@checked
def scaling(flows, *, step: int | None = None, critical_temperature: float | None = None):
    """Scaling dimensions of flows on several sizes (a list of Flow), or the exponent beta of one of many starts.

    step : of the flow; the last without it. critical_temperature : in J/k_B, for one flow. ValueError for flows of one
    size, or too few starts.

    >>> import spinflow as sf
    >>> data = [sf.sample("ising-square", L=L, T=2.27, n=200) for L in (4, 6)]
    >>> flows = [sf.flow(lambda spins: spins, start, steps=1) for start in data]
    >>> "scaling_fits" in sf.analysis.scaling(flows).tables
    True
    """
    flows = list(flows) if isinstance(flows, (list, tuple)) else [flows]
    for flow in flows:
        if not isinstance(flow, Flow):
            raise ValueError(f"scaling: flows: {type(flow).__name__} is not a Flow; give what sf.flow returns")
    return _core.scaling([flow._record for flow in flows], step, critical_temperature)


@checked
def rg(*, K: float | None = None, T: float | None = None, field: float = 0.0, factor: int = 2, steps: int = 6):
    """The exact flow of the chain's couplings under decimation: (steps, fixed points), both pandas.

    K : coupling to start from, in units of k_B T; or T: K = 1/T. field : h in units of k_B T. factor : one of so
    many spins stays, >= 2. steps : >= 0. Lengths are in sites of the step's own lattice. The derivatives dK_dK, ..., are
    those of the next step. ValueError for numbers out of range.

    >>> import spinflow as sf
    >>> flow, points = sf.analysis.rg(K=1.0, steps=2)
    >>> flow.coupling.round(4).tolist()
    [1.0, 0.6625, 0.3501]
    """
    if (K is None) == (T is None):
        raise ValueError("rg: give either K or T (K = 1/T)")
    found = _core.chain_flow(float(1 / T if K is None else K), field, factor, steps)
    points = _frames.frame(found["fixed_points"])
    for kind in ("thermal", "magnetic"):
        with np.errstate(divide="ignore"):  # An eigenvalue of 0 has the exponent -infinity.
            points[f"{kind}_exponent"] = np.log(points[f"{kind}_eigenvalue"]) / np.log(factor)
    return _frames.frame(found["steps"]), points


@checked
def two_sample(first, second, *, permutations: int = 999, seed: int = 1):
    """Whether two sets of configurations of one lattice have one distribution: a dict.

    energy_distance : 2 <|X - Y|> - <|X - X'|> - <|Y - Y'|> with |x - y| = 2 sqrt(spins that differ), about 0 for equal
    distributions. effect : energy_distance / (2 <|X - Y|>), at most 1. p_value : by relabelling, at least
    1 / (permutations + 1). The rows must be independent. ValueError for different lattices, fewer than two
    configurations, or more than 20,000 in all.

    >>> import spinflow as sf
    >>> data = sf.sample("ising-square", L=4, T=[1.0, 6.0], n=50)
    >>> sf.analysis.two_sample(data.at(1.0), data.at(6.0), permutations=99)["p_value"]
    0.01
    """
    return _core.two_sample(first, second, permutations, seed)


@checked
def mean_field(rbm):
    """Where v -> h -> v would stop if every unit took its mean: a dict.

    v : float64 (n_features), -1 .. 1. abs_magnetization, energy : per site, of the lattice with nearest neighbours and
    J = 1. converged : whether it stopped. ValueError for what is no fitted RBM.

    >>> import spinflow as sf
    >>> rbm = sf.RBM(n_components=4, epochs=1).fit(sf.sample("ising-square", L=4, T=2.27, n=100))
    >>> sf.analysis.mean_field(rbm)["v"].shape
    (16,)
    """
    return _core.mean_field(_network(rbm))
