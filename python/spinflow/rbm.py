# SPDX-License-Identifier: Apache-2.0
"""The RBM as an estimator in the manner of scikit-learn, which need not be installed."""

import difflib
import inspect
import os
import sys
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from . import _core
from ._checked import checked, expect
from ._written import ends


class LogLikelihood(NamedTuple):
    """Mean of ln P(v) over configurations, in nats."""

    value: float
    error: float
    """That of ln Z, one standard error; 0 if exact."""
    method: str
    """'exact' up to 24 units in the smaller layer, else 'ais'."""
    effective_sample_size: float
    reverse: tuple | None
    """(value, error) with ln Z from the other side; None if exact."""
    converged: bool
    """Whether the number can be quoted."""


def _methods_options():
    """The options that only some methods of training have."""
    common = None
    every = set()
    for method in _core.names("methods"):
        options = {option["name"] for option in _core.rbm_options(method)}
        common = options if common is None else common & options
        every |= options
    return every - common


_OWN = _methods_options()


def _no_such(name, known):
    near = difflib.get_close_matches(name, known, n=1)
    if name == "hidden":
        near = ["n_components"]
    hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(sorted(known))}"
    return ValueError(f"RBM: there is no option '{name}'; {hint}")


@checked
class RBM:
    """Restricted Boltzmann machine with spins v, h = +-1: E(v, h) = -h.Wv - b.v - c.h.

    What `spinflow train rbm` trains, bit for bit. X is an Ensemble, or an array of -1 and 1 or of 0 and 1 of
    shape (n, L) or (n, Ly, Lx). Every method raises ValueError, one sentence, for another X.

    Parameters
    ----------
    n_components : int, hidden units, at least 1.
    method : 'cd', 'pcd' or 'pt' (sf.names('methods')). Own options of pcd and pt: chains (0: as many as a batch
        has rows); of pt: replicas (10).
    k : steps of the chains per update.
    learning_rate, final_learning_rate : the second is reached geometrically at the end; 0: constant.
    momentum, weight_decay, shrinkage : W += velocity; the decay is inside the gradient; after each update
        W <- sign(W) max(|W| - rate shrinkage, 0).
    batch_size : configurations per update.
    epochs : passes over the data, may be a fraction.
    biases : whether b and c are trained; else they are 0.
    initial_sigma : standard deviation of the initial weights.
    held_out : fraction of the configurations kept out of training, for the history.
    patience : epochs without a better held-out pseudo-likelihood before `fit` stops, with the best weights; 0:
        never. It needs held_out.
    seed : same seed, same bits, for any number of threads.

    Attributes
    ----------
    components_ : float32 (n_components, n_features), W.
    intercept_hidden_, intercept_visible_ : float32, c and b.
    n_features_in_ : number of visible units.
    feature_names_in_ : of the columns, if X had names.
    history_ : a list of dicts, one an epoch: update, reconstruction_error, pseudo_likelihood_train (nats per
        configuration, an estimate), pseudo_likelihood_held_out, weight_norm.

    >>> import spinflow as sf
    >>> data = sf.sample("ising-square", L=4, T=2.27, n=200)
    >>> rbm = sf.RBM(n_components=8, epochs=2).fit(data)
    >>> rbm.transform(data).shape, rbm.free_energy(data).shape, rbm.score_samples(data).shape
    ((200, 8), (200,), (200,))
    >>> rbm.log_likelihood(data).method, len(rbm.sample(10, rounds=5)), rbm.sample_hidden(data[:3]).shape
    ('exact', 10, (3, 8))
    >>> rbm.reconstruct(data)
    <spinflow.Ensemble: 200 configurations of ising-square on 4x4 sites (periodic)>
    >>> going_on = sf.RBM(n_components=8, method="pcd").partial_fit(data).partial_fit(data)
    >>> len(going_on.history_)
    2
    """

    def __init__(
        self,
        n_components: int = 64,
        *,
        method: str = "cd",
        k: int = 1,
        learning_rate: float = 0.01,
        final_learning_rate: float = 0.0,
        momentum: float = 0.0,
        weight_decay: float = 0.1,
        shrinkage: float = 0.0,
        batch_size: int = 100,
        epochs: float = 20.0,
        biases: bool = False,
        initial_sigma: float = 0.01,
        held_out: float = 0.0,
        patience: int = 0,
        seed: int = 1,
        **own,
    ):
        self.n_components = n_components
        self.method = method
        self.k = k
        self.learning_rate = learning_rate
        self.final_learning_rate = final_learning_rate
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.shrinkage = shrinkage
        self.batch_size = batch_size
        self.epochs = epochs
        self.biases = biases
        self.initial_sigma = initial_sigma
        self.held_out = held_out
        self.patience = patience
        self.seed = seed
        for name, value in own.items():
            if name not in _OWN:
                raise _no_such(name, _NAMES | _OWN)
            setattr(self, name, value)

    # ---- what scikit-learn asks of an estimator

    def get_params(self, deep=True):
        """The options by name."""
        del deep
        return {name: value for name, value in vars(self).items() if name in _NAMES or name in _OWN}

    def set_params(self, **params):
        """Changes options; ValueError for one that there is not."""
        for name in params:
            if name not in _NAMES and name not in _OWN:
                raise _no_such(name, _NAMES | _OWN)
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __repr__(self):
        changed = [f"{k}={v!r}" for k, v in self.get_params().items() if k not in _DEFAULTS or v != _DEFAULTS[k]]
        return f"RBM({', '.join(changed)})"

    def __sklearn_is_fitted__(self):
        return hasattr(self, "_core")

    def __sklearn_tags__(self):
        from sklearn.utils import InputTags, Tags, TargetTags, TransformerTags

        return Tags(
            estimator_type=None,
            target_tags=TargetTags(required=False),
            transformer_tags=TransformerTags(),
            input_tags=InputTags(two_d_array=True, three_d_array=True),
        )

    def get_feature_names_out(self, input_features=None):
        """'rbm0', 'rbm1', ...: names of the columns of `transform`."""
        del input_features
        return np.asarray([f"rbm{a}" for a in range(len(self._fitted().weights))], dtype=object)

    def __getstate__(self):
        return {name: value for name, value in vars(self).items() if name not in ("_training", "_course")}

    # ---- training

    def fit(self, X, y=None, *, callback: Callable | None = None):
        """Trains on all rows of X, from random weights.

        callback: called as callback(rbm) after every epoch, with the network as it then stands; the training
        stops there if it returns True. RuntimeError if the training diverges.
        """
        del y
        training = self._begin(X)
        epoch = training.total_updates if callback is None else training.updates_per_epoch
        while not training.done:
            training.update(epoch)
            if callback is not None:
                self._take(training.rbm(), X)
                if ends(callback(self)):
                    break
        self._take(training.rbm(), X)
        self._training, self._course = training, self.get_params()
        return self

    def partial_fit(self, X, y=None):
        """One pass over X, which goes on from where `fit` or the last call ended: parameters, momentum, chains.

        With the same X it has the bits of one long training. A learning rate that decreased stays at its last value;
        without a `fit` before it, final_learning_rate and epochs do not count. X has at least a batch of rows if it is
        shorter or longer than before. What goes on besides the parameters is left out by pickle and by sf.load: the
        first call after them, or after options were changed, begins a new training at the parameters (`spinflow train
        rbm --continue` takes it from the file). RuntimeError if the training diverges.
        """
        del y
        start = getattr(self, "_core", None)
        if start is not None:
            self._expect(X)
        if getattr(self, "_training", None) is not None and self._course == self.get_params():
            self._training.go_on_with(X)
        else:
            if start is not None and len(start.weights) != self.n_components:
                raise ValueError(f"RBM: n_components: it was {len(start.weights)} when the network was fitted; call fit to begin anew")
            self._training = self._begin(X, start, epochs=1.0, final_learning_rate=0.0)
            self._course = self.get_params()
        self._training.update(self._training.updates_per_epoch)
        self._take(self._training.rbm(), X)
        return self

    def fit_transform(self, X, y=None):
        """fit(X), then transform(X)."""
        return self.fit(X, y).transform(X)

    # ---- what a trained network tells

    def transform(self, X):
        """P(h_a = +1 | v) of each row, 0 .. 1: float64 (n, n_components)."""
        return (1 + self._given(X).hidden_means(X).astype(float)) / 2

    def free_energy(self, X):
        """F(v) = -ln sum_h exp(-E(v, h)) of each row, in nats: float64 (n)."""
        return self._given(X).free_energy(X)

    def score_samples(self, X):
        """The pseudo-likelihood of each row: sum over i of ln P(v_i | the other spins), in nats: float64 (n).

        It is exact and takes no random numbers (BernoulliRBM of scikit-learn estimates it from one spin a row).
        """
        return self._given(X).pseudo_likelihood(X)

    def score(self, X, y=None):
        """Mean of score_samples(X)."""
        del y
        return float(np.mean(self.score_samples(X)))

    def log_likelihood(self, X, *, seed: int = 1, chains: int = 256, steps: int = 5000, replicas: int = 20, rounds: int = 1000):
        """Mean of ln P(v) over the rows, in nats, as a LogLikelihood.

        Exact up to 24 units in the smaller layer; else ln Z is by annealed importance sampling (chains, steps),
        and from the other side by chains of parallel tempering (replicas, rounds). ValueError for chains < 2, or
        others < 1.
        """
        options = {"chains": chains, "steps": steps, "replicas": replicas, "rounds": rounds}
        return LogLikelihood(**self._given(X).log_likelihood(X, seed, options))

    def sample(self, n: int = 1000, *, rounds: int = 1000, replicas: int = 20, seed: int = 1):
        """n independent configurations of the network, by parallel tempering: an Ensemble.

        A chain each, from random spins, `rounds` >= 0 rounds of `replicas` >= 1 inverse temperatures from 0 to 1.
        """
        return self._fitted().sample(n, rounds, replicas, seed)

    def sample_hidden(self, X, *, seed: int = 1):
        """h ~ P(h | v) for each row: int8 (n, n_components)."""
        return self._given(X).sample_hidden(X, seed)

    def reconstruct(self, X, *, seed: int = 1):
        """v -> h -> v', both drawn: one Gibbs step. An Ensemble."""
        return self._given(X).reconstruct(X, seed)

    def save(self, path: str | os.PathLike):
        """Writes the file that `spinflow train rbm` writes; sf.load reads it. RuntimeError if the disk is full."""
        self._fitted().save(path)

    @property
    def shape(self):
        """The lattice of the visible units: (Ly, Lx) or (L,)."""
        return self._fitted().shape

    # ---- inside

    def _begin(self, X, start=None, **others):
        """A training of X with the options as they stand, but for `others`, from random weights or those of `start`."""
        options = self.get_params() | others
        expect(_OPTIONS, {name: value for name, value in options.items() if name in _NAMES}, "RBM")
        if options["n_components"] < 1:
            raise ValueError(f"RBM: n_components: {options['n_components']} is out of range; give at least 1")
        if not 0 <= options["seed"] < 2**64:
            raise ValueError(f"RBM: seed: {options['seed']} is out of range; give a whole number from 0 to 2^64 - 1")
        options["hidden"] = options.pop("n_components")
        method, seed = options.pop("method"), int(options.pop("seed"))
        return _core.RbmTraining(X, method, options, seed, start)

    def _take(self, core, X=None):
        self._core = core
        self.components_ = core.weights
        self.intercept_hidden_ = core.hidden_bias
        self.intercept_visible_ = core.visible_bias
        self.n_features_in_ = core.weights.shape[1]
        self.history_ = core.history
        names = _column_names(X)
        if names is not None:
            self.feature_names_in_ = names
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_

    def _fitted(self):
        if hasattr(self, "_core"):
            return self._core
        sentence = "RBM: it is not fitted yet; call fit first"
        if "sklearn" in sys.modules:
            from sklearn.exceptions import NotFittedError

            raise NotFittedError(sentence)
        raise ValueError(sentence)

    def _expect(self, X):
        if X is None:
            raise ValueError("X: it is None; give an Ensemble or an array of spins")
        names = _column_names(X)
        if names is not None and hasattr(self, "feature_names_in_") and list(names) != list(self.feature_names_in_):
            raise ValueError("The feature names should match those that were passed during fit; give the same columns in the same order")
        shape = np.shape(X) if not isinstance(X, _core.Ensemble) else ()
        if len(shape) == 2 and shape[1] != self.n_features_in_:
            raise ValueError(f"X has {shape[1]} features, but RBM is expecting {self.n_features_in_} features as input")

    def _given(self, X):
        core = self._fitted()
        self._expect(X)
        return core


_DEFAULTS = {**RBM.__init__.__kwdefaults__, "n_components": 64}
_NAMES = set(_DEFAULTS)
_OPTIONS = inspect.signature(RBM.__init__)


def _column_names(X):
    columns = getattr(X, "columns", None)
    if columns is None or not all(isinstance(name, str) for name in columns):
        return None
    return np.asarray(columns, dtype=object)


def fitted(core):
    """The RBM of a network that was trained elsewhere."""
    known = {name: value for name, value in core.training.items() if name in _NAMES or name in _OWN}
    rbm = RBM(len(core.weights), **known | {"seed": core.seed})
    rbm._take(core)
    return rbm
