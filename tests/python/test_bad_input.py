# SPDX-License-Identifier: Apache-2.0
"""One sentence that names the argument, as ValueError, and nothing half done."""

import numpy as np
import pytest

import spinflow as sf

GOOD = np.random.default_rng(0).choice([-1, 1], (12, 4, 4)).astype(np.int8)
BAD = {
    "another value": (np.where(GOOD > 0, 2, -1), "holds the value 2"),
    "three values": (np.concatenate([GOOD, np.zeros((1, 4, 4))]), "holds -1, 0 and 1"),
    "a fraction": (GOOD * 0.5, "holds the value"),
    "NaN": (np.where(GOOD > 0, np.nan, -1.0), "holds NaN"),
    "infinity": (np.where(GOOD > 0, np.inf, -1.0), "holds the value inf"),
    "beyond int8": (GOOD.astype(int) + 256, "holds the value"),
    "objects": (GOOD.astype(object), "no numbers"),
    "texts": (np.full((3, 16), "up"), "no numbers"),
    "complex": (GOOD.astype(complex), "Complex data not supported"),
    "no axis": (np.int8(1), "has the shape"),
    "one axis": (GOOD.ravel(), "has the shape"),
    "four axes": (GOOD[None], "has the shape"),
    "no rows": (GOOD[:0], "0 sample"),
    "no sites": (GOOD[:, :0], "0 feature"),
    "one site": (GOOD[:, :1, 0], "2|expecting"),
    "None": (None, "None|no numbers"),
}
RBM = sf.RBM(n_components=3, epochs=1).fit(GOOD)


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize(
    "use",
    [
        lambda X: sf.Ensemble(X),
        lambda X: sf.RBM(n_components=3, epochs=1).fit(X),
        lambda X: sf.RBM(n_components=3).partial_fit(X),
        lambda X: RBM.transform(X),
        lambda X: sf.train_stack(X, hidden=[4], epochs=1),
        lambda X: sf.train_dense(X, "autoencode", updates=5),
        lambda X: sf.flow(RBM, start=X, steps=1),
        lambda X: sf.maps.BlockMajority(2)(X),
    ],
    ids=["Ensemble", "fit", "partial_fit", "transform", "train_stack", "train_dense", "flow", "map"],
)
def test_spins(name, use):
    given, says = BAD[name]
    with pytest.raises(ValueError, match=says) as caught:
        use(given)
    sentence = str(caught.value)
    assert "\n" not in sentence and not sentence.endswith(".")


def test_the_argument_is_named():
    with pytest.raises(ValueError, match=r"^spins: "):
        sf.Ensemble(GOOD * 2)
    with pytest.raises(ValueError, match=r"^X: "):
        RBM.transform(GOOD * 2)
    with pytest.raises(ValueError, match=r"^start: "):
        sf.flow(RBM, start=GOOD * 2, steps=1)


def test_nothing_is_half_done():
    rbm = sf.RBM(n_components=3, epochs=1, seed=4).fit(GOOD)
    before = rbm.components_.copy()
    for bad, _ in BAD.values():
        with pytest.raises(ValueError):
            rbm.fit(bad)
    assert np.array_equal(rbm.components_, before) and rbm.n_features_in_ == 16


def test_good_arrays_of_all_kinds():
    """Strided, read-only, Fortran, big-endian, other dtypes: all the same spins."""
    wide = np.repeat(GOOD, 2, axis=0)
    frozen = GOOD.copy()
    frozen.flags.writeable = False
    kinds = [wide[::2], frozen, np.asfortranarray(GOOD), GOOD.astype(">f8"), GOOD.astype(np.float32), GOOD.astype(np.int64)]
    kinds += [GOOD[::-1][::-1], GOOD.tolist(), (GOOD + 1) // 2, GOOD > 0, ((GOOD + 1) // 2).astype(np.uint8)]
    for kind in kinds:
        assert np.array_equal(sf.Ensemble(kind).spins, GOOD)
    assert np.array_equal(RBM.transform(wide[::2]), RBM.transform(GOOD))


def test_other_shapes_than_the_network():
    for other in (GOOD[:, :3], np.ones((2, 15)), sf.sample("ising-square", L=5, T=1, n=3)):
        with pytest.raises(ValueError, match="15|12|25"):
            RBM.transform(other)


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: sf.sample("ising-squre", L=4, T=1), "did you mean 'ising-square'?"),
        (lambda: sf.sample("ising-square", L=4, T=1, fild=0.1), "did you mean 'field'?"),
        (lambda: sf.sample("ising-square", L=4), "T or K"),
        (lambda: sf.sample("ising-square", L=4, T=1, K=1), "T or K"),
        (lambda: sf.sample("ising-square", T=1), "L is missing"),
        (lambda: sf.sample("ising-square", L=4.5, T=1), "L: 4.5"),
        (lambda: sf.sample("ising-square", L=4, T=[[1, 2]]), "T: "),
        (lambda: sf.sample("ising-square", L=4, T=-1), "-1"),
        (lambda: sf.sample("ising-square", L=4, T=[1, 1]), "given twice"),
        (lambda: sf.sample("ising-square", L=4, T=float("nan")), "nan"),
        (lambda: sf.sample("ising-square", L=4, T=1, n=0), "n: 0"),
        (lambda: sf.sample("ising-square", L=10**6, T=1), "memory"),
        (lambda: sf.RBM(hiden=3), "there is no option 'hiden'"),
        (lambda: sf.RBM(hidden=3), "did you mean 'n_components'?"),
        (lambda: sf.RBM(n_components=0).fit(GOOD), "n_components"),
        (lambda: sf.RBM(method="cdd").fit(GOOD), "did you mean"),
        (lambda: sf.RBM(chains=3).fit(GOOD), "the method cd has no option 'chains'"),
        (lambda: sf.RBM(learning_rate="fast").fit(GOOD), "learning_rate"),
        (lambda: sf.train_stack(GOOD, hiden=[4]), "did you mean 'hidden'?"),
        (lambda: sf.train_stack(GOOD, hidden=[5]), "5"),
        (lambda: sf.train_dense(GOOD, "autoencod"), "autoencod"),
        (lambda: sf.train_dense(GOOD, np.ones(3)), "target: it has 3 rows for 12"),
        (lambda: sf.train_dense(GOOD, np.full(12, np.nan)), "target: it holds NaN"),
        (lambda: sf.train_classifier(GOOD), "temperature"),
        (lambda: sf.maps.BlockMajority(3)(GOOD), "3"),
        (lambda: sf.maps.named("decimation", facto=2), "did you mean 'factor'?"),
        (lambda: sf.flow(3, start=GOOD), "maps: it is no map"),
        (lambda: sf.flow([], start=GOOD), "maps: there is none"),
        (lambda: sf.flow(RBM, start=GOOD, steps=0), "steps: 0"),
        (lambda: sf.flow(RBM, start=GOOD, steps=2, keep=[3]), "keep: there is no step 3"),
        (lambda: sf.flow(RBM, start=GOOD, chains=13), "chains: start has 12"),
        (lambda: sf.flow(RBM, start=GOOD, thermometers=["energy"]), "which Hamiltonian"),
        (lambda: sf.flow(RBM, start=GOOD, observables=["enrgy"]), "did you mean 'energy'?"),
        (lambda: sf.RBM(seed=None).fit(GOOD), "seed: it is None"),
        (lambda: sf.Ensemble(GOOD, model="ising-square"), "model: it is no Model"),
        (lambda: sf.exact.means("ising-square", 2), "model: it is no Model"),
        (lambda: sf.analysis.weights(3), "rbm: int is no RBM"),
        (lambda: sf.names("modls"), "did you mean 'models'?"),
    ],
)
def test_sentences(call, says):
    with pytest.raises(ValueError) as caught:
        call()
    assert says in str(caught.value) and "\n" not in str(caught.value)
