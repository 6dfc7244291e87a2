# SPDX-License-Identifier: Apache-2.0
import pickle

import numpy as np
import pytest

import spinflow as sf


@pytest.fixture(scope="module")
def small():
    rng = np.random.default_rng(1)
    return rng.choice([-1, 1], (300, 6))


@pytest.fixture(scope="module")
def rbm(small):
    return sf.RBM(n_components=4, epochs=30, learning_rate=0.1, biases=True, seed=2).fit(small)


def states(n):
    return 2 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1) - 1


def by_hand(rbm, v):
    """F(v) by the definition."""
    fields = v @ rbm.components_.T.astype(float) + rbm.intercept_hidden_
    return -v @ rbm.intercept_visible_ - np.log(2 * np.cosh(fields)).sum(axis=1)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"method": "pcd", "chains": 30, "k": 2, "momentum": 0.5, "biases": True, "held_out": 0.1},
        {"method": "pt", "chains": 20, "replicas": 3, "final_learning_rate": 0.001, "epochs": 1.5},
    ],
    ids=["cd", "pcd", "pt"],
)
def test_fit_is_the_command(options, data, command, tmp_path, same_datasets):
    data.save(tmp_path / "d.h5")
    flags = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", str(value).lower())]
    flags = [word for word in flags if word != "true"]
    command("train", "rbm", "d.h5", "--hidden", 9, "--seed", 4, "-o", "cli.h5", *flags)
    rbm = sf.RBM(n_components=9, seed=4, **options).fit(data)
    rbm.save(tmp_path / "py.h5")
    same_datasets(tmp_path / "cli.h5", tmp_path / "py.h5")
    read = sf.load(tmp_path / "cli.h5")
    assert np.array_equal(read.components_, rbm.components_) and read.get_params() | options == read.get_params()
    # With a callback it is trained an epoch at a time, to the same bits.
    epochs = []
    again = sf.RBM(n_components=9, seed=4, **options).fit(data, callback=lambda net: epochs.append(net.history_[-1]["update"]))
    assert np.array_equal(again.components_, rbm.components_) and epochs == [row["update"] for row in rbm.history_]


def test_what_a_network_tells_is_its_definition(rbm, small):
    v = small[:40].astype(float)
    F = by_hand(rbm, v)
    assert np.allclose(rbm.free_energy(v), F, atol=1e-5)
    fields = v @ rbm.components_.T + rbm.intercept_hidden_
    assert np.allclose(rbm.transform(v), 1 / (1 + np.exp(-2 * fields)), atol=1e-6)
    expected = np.zeros(40)
    for i in range(6):
        flipped = v.copy()
        flipped[:, i] *= -1
        expected -= np.log1p(np.exp(F - by_hand(rbm, flipped)))
    assert np.allclose(rbm.score_samples(v), expected, atol=1e-6)
    assert rbm.score(v) == rbm.score_samples(v).mean()
    found = rbm.log_likelihood(v)
    assert found.method == "exact" and found.converged
    assert np.isclose(found.value, np.mean(-F) - np.log(np.exp(-by_hand(rbm, states(6))).sum()), atol=1e-5)


def test_samples_are_of_the_network(rbm):
    p = np.exp(-by_hand(rbm, states(6)))
    mean = (p / p.sum()) @ states(6)
    spins = rbm.sample(20000, rounds=50, replicas=4, seed=3).spins
    assert spins.shape == (20000, 6)
    # Six means of 20,000 independent spins: beyond 5 standard errors one in 300,000 times.
    assert (np.abs(spins.mean(axis=0) - mean) < 5 / np.sqrt(20000)).all()
    assert rbm.reconstruct(spins, seed=1).spins.shape == spins.shape
    assert rbm.sample_hidden(spins[:5]).shape == (5, 4)


def test_a_callback_may_stop_the_training(small):
    seen = []

    def callback(rbm):
        seen.append(rbm.score(small))
        return np.bool_(len(seen) == 3)

    rbm = sf.RBM(n_components=4, epochs=50).fit(small, callback=callback)
    assert len(seen) == len(rbm.history_) == 3
    three = sf.RBM(n_components=4, epochs=3).fit(small)
    assert np.array_equal(rbm.components_, three.components_)

    def fails(rbm):
        raise LookupError("of my own")

    with pytest.raises(LookupError, match="of my own"):
        sf.RBM(n_components=4).fit(small, callback=fails)


def test_partial_fit_goes_on(small):
    options = dict(n_components=4, method="pcd", momentum=0.5, seed=2, biases=True)
    rbm = sf.RBM(**options)
    for _ in range(5):
        rbm.partial_fit(small)
    assert np.array_equal(rbm.components_, sf.RBM(epochs=5, **options).fit(small).components_)
    assert [row["update"] for row in rbm.history_] == [3, 6, 9, 12, 15]
    before = rbm.components_.copy()
    rbm.partial_fit(small[:200])  # Other configurations, another number of them.
    assert not np.array_equal(rbm.components_, before) and rbm.history_[-1]["update"] > 15
    with pytest.raises(ValueError, match="batches"):
        rbm.partial_fit(small[:50])


def test_partial_fit_goes_on_from_a_network_that_is_there(small, tmp_path):
    rbm = sf.RBM(n_components=4, epochs=20, learning_rate=0.1, seed=2).fit(small)
    rbm.save(tmp_path / "v.h5")
    random = sf.RBM(n_components=4, learning_rate=0.0, seed=2).partial_fit(small).components_
    still = dict(learning_rate=0.0)  # So that the parameters it begins with are those it ends with.
    for going_on in (rbm, pickle.loads(pickle.dumps(rbm)), sf.load(tmp_path / "v.h5")):
        before = going_on.components_.copy()
        assert not np.array_equal(before, random)
        assert np.array_equal(going_on.set_params(**still).partial_fit(small).components_, before)
        going_on.set_params(learning_rate=0.1)
    with pytest.raises(ValueError, match="n_components: it was 4"):
        sf.load(tmp_path / "v.h5").set_params(n_components=5).partial_fit(small)


def test_pickle_keeps_everything(rbm, small):
    copy = pickle.loads(pickle.dumps(rbm))
    assert np.array_equal(copy.components_, rbm.components_) and copy.get_params() == rbm.get_params()
    assert repr(copy.history_) == repr(rbm.history_)
    assert np.array_equal(copy.transform(small), rbm.transform(small))


def test_a_training_that_diverges_is_a_runtime_error(small):
    with pytest.raises(RuntimeError, match="at update"):
        sf.RBM(n_components=4, learning_rate=1e6, epochs=50).fit(small)



def test_nets_are_the_commands(data, command, tmp_path, same_datasets):
    data.save(tmp_path / "d.h5")
    command(*"train classifier d.h5 --hidden 8 --epochs 2 --seed 3 -o c.h5".split())
    net = sf.train_classifier(data, hidden=8, epochs=2, seed=3)
    net.save(tmp_path / "cp.h5")
    same_datasets(tmp_path / "c.h5", tmp_path / "cp.h5")
    assert np.allclose(net.probabilities(data).sum(axis=1), 1, atol=1e-6) and net.temperatures == [1, 2.25, 6]
    command(*"train dense d.h5 --target majority:3 --hidden 8 --updates 50 --seed 3 -o n.h5".split())
    net = sf.train_dense(data, "majority:3", hidden=[8], updates=50, seed=3)
    net.save(tmp_path / "np.h5")
    same_datasets(tmp_path / "n.h5", tmp_path / "np.h5")
    assert net.outputs(data).shape == (1500, 4) and net.features(data[:2]).shape == (2, 8)
    assert pickle.loads(pickle.dumps(net)).purpose == "majority:3"


def test_targets_of_ones_own(data):
    m = data.magnetization
    net = sf.train_dense(data, m, hidden=[], updates=1000, seed=1)
    assert np.corrcoef(net.outputs(data)[:, 0], m)[0, 1] > 0.99
    classes = sf.train_dense(data, (m > 0).astype(int), hidden=[8], updates=300)
    assert (classes.outputs(data).argmax(axis=1) == (m > 0))[np.abs(m) > 0.3].mean() > 0.95
    blocks = sf.train_dense(data, data.spins[:, ::3, ::3], hidden=[], updates=1500, learning_rate=0.02)
    assert (np.sign(blocks.outputs(data)).reshape(-1, 2, 2) == data.spins[:, ::3, ::3]).mean() > 0.99


def test_stack_is_the_command(data, command, tmp_path, same_datasets):
    data = sf.sample("ising-square", L=8, T=2.27, n=300)
    data.save(tmp_path / "d.h5")
    command(*"train stack d.h5 --hidden 16,4 --epochs 2 --seed 3 -o s.h5".split())
    stack = sf.train_stack(data, hidden=[16, 4], epochs=2, seed=3)
    stack.save(tmp_path / "sp.h5")
    same_datasets(tmp_path / "s.h5", tmp_path / "sp.h5")
    assert stack.shapes == [(8, 8), (4, 4), (2, 2)] and len(stack) == 2
    assert repr(stack) == "<spinflow.Stack: 8x8 -> 4x4 -> 2x2>"
    assert stack.up(data, layer=2).shape == (2, 2) and stack.sample(5, steps=3).spins.shape == (5, 8, 8)
    assert np.array_equal(stack.layers[0].components_, pickle.loads(pickle.dumps(stack)).layers[0].components_)


def test_callbacks_of_stacks_and_nets():
    data = sf.sample("ising-square", L=8, T=2.27, n=300)
    seen = []
    stack = sf.train_stack(data, hidden=[16, 4], shrinkage=0, epochs=3, callback=lambda rbm, layer: seen.append((layer, rbm.history_[-1]["update"])))
    assert [layer for layer, _ in seen] == [1, 1, 1, 2, 2, 2] and seen[0][1] == 1  # 300 rows, batches of 200
    whole = sf.train_stack(data, hidden=[16, 4], shrinkage=0, epochs=3)
    assert np.array_equal(stack.layers[1].components_, whole.layers[1].components_)
    short = sf.train_stack(data, hidden=[16, 4], shrinkage=0, epochs=3, callback=lambda rbm, layer: layer == 1)
    assert [len(rbm.history_) for rbm in short.layers] == [1, 3]

    nets = []
    net = sf.train_dense(data, "magnetization", hidden=[4], updates=40, callback=nets.append)
    assert len(nets) == len(net.history) == 20 and np.array_equal(nets[-1].outputs(data), net.outputs(data))
    net = sf.train_dense(data, "magnetization", hidden=[4], updates=40, callback=lambda net: len(net.history) == 2)
    assert net.history["update"].tolist() == [2, 4] and np.array_equal(net.outputs(data), nets[1].outputs(data))
    two = sf.sample("ising-square", L=6, T=[1.0, 6.0], n=50)
    classifier = sf.train_classifier(two, hidden=4, callback=lambda net: np.bool_(len(net.history) == 2))
    assert classifier.history.epoch.tolist() == [1, 2]

    def fails(*things):
        raise LookupError("of my own")

    for train in (lambda: sf.train_stack(data, hidden=[16], epochs=1, callback=fails), lambda: sf.train_dense(data, "magnetization", updates=4, callback=fails)):
        with pytest.raises(LookupError, match="of my own"):
            train()


@pytest.mark.parametrize("method", ["cd", "pcd", "pt"])
def test_partial_fit_goes_on_after_fit(method):
    data = sf.sample("ising-square", L=4, T=2.5, n=200)
    options = {"method": method, "momentum": 0.5, "held_out": 0.1, "biases": True, "seed": 3}
    whole = sf.RBM(6, epochs=3, **options).fit(data)
    parts = sf.RBM(6, epochs=2, **options).fit(data).partial_fit(data)
    assert np.array_equal(parts.components_, whole.components_)
    assert np.array_equal(parts.intercept_visible_, whole.intercept_visible_)
    assert [row["update"] for row in parts.history_] == [row["update"] for row in whole.history_]


def test_a_rate_that_decreased_stays_for_partial_fit():
    data = sf.sample("ising-square", L=4, T=2.5, n=200)
    rbm = sf.RBM(6, epochs=2, learning_rate=0.1, final_learning_rate=1e-12, weight_decay=0.0).fit(data)
    before = rbm.components_.copy()
    assert np.allclose(rbm.partial_fit(data).components_, before, atol=1e-9)


def test_partial_fit_begins_at_the_parameters_of_a_loaded_network(tmp_path):
    data = sf.sample("ising-square", L=4, T=2.5, n=200)
    rbm = sf.RBM(6, epochs=2, biases=True).fit(data)
    rbm.save(tmp_path / "v.h5")
    for again in (sf.load(tmp_path / "v.h5"), pickle.loads(pickle.dumps(rbm))):
        again.set_params(learning_rate=0.0)
        assert np.array_equal(again.partial_fit(data).components_, rbm.components_)
        again.set_params(learning_rate=0.1)
        again._training = None
        assert not np.array_equal(again.partial_fit(data).components_, rbm.components_)
        with pytest.raises(ValueError, match="16 features"):
            again.partial_fit(np.ones((200, 36), dtype="int8"))


def test_patience_stops_with_the_best_weights():
    data = sf.sample("ising-square", L=4, T=2.5, n=40)
    rbm = sf.RBM(16, epochs=3000, batch_size=10, held_out=0.5, learning_rate=0.05, weight_decay=0.0, patience=4).fit(data)
    scores = [row["pseudo_likelihood_held_out"] for row in rbm.history_]
    assert len(scores) < 3000 and len(scores) - 1 - int(np.argmax(scores)) == 4
    with pytest.raises(ValueError, match="held_out is 0"):
        sf.RBM(4, patience=3).fit(data)
