# SPDX-License-Identifier: Apache-2.0
"""What spinflow returns can be copied, pickled and sent to other processes, and is the same there."""

import copy
import pickle

import numpy as np
import pytest

import spinflow as sf

DATA = sf.sample("ising-square", L=4, T=[1.0, 3.0], n=20)
STACK = sf.train_stack(DATA, hidden=[4], epochs=1)
RBM = sf.RBM(n_components=3, epochs=1).fit(DATA)


def flipped(spins):
    return -spins


def content(thing):
    """What must be the same in a copy."""
    if isinstance(thing, sf.Ensemble):
        return [thing.spins.tolist(), thing.temperature.tolist(), thing.energy.tolist(), repr(thing)]
    if isinstance(thing, sf.RBM):
        return [thing.components_.tolist(), thing.get_params(), repr(thing.history_), thing.transform(DATA).tolist()]
    if isinstance(thing, sf.Stack):
        return [layer.components_.tolist() for layer in thing.layers] + [thing.shapes, thing.seed]
    if isinstance(thing, sf.Dense):
        return [thing.outputs(DATA).tolist(), thing.purpose, thing.training, thing.history.to_csv()]
    if isinstance(thing, sf.maps.Map):
        return [repr(thing), thing(DATA, seed=5).spins.tolist()]
    if isinstance(thing, sf.Flow):
        return [thing.frame.to_csv(), thing.fixed_point().to_csv(), [(T, step, one.spins.tolist()) for T, step, one in thing.kept()]]
    if isinstance(thing, sf.Step):
        return [{key: repr(thing[key]) for key in thing.keys()}, thing.ensemble.spins.tolist()]
    if isinstance(thing, sf.Figure):
        return thing.spec
    if isinstance(thing, sf.Results):
        return [thing.values.to_csv(), {name: table.to_csv() for name, table in thing.tables.items()}, list(thing.figures), repr(thing)]
    if isinstance(thing, sf.Model):
        return [repr(thing), thing.options, thing.energy(DATA.spins).tolist()]
    return thing


THINGS = {
    "ensemble": DATA,
    "rows": DATA[3:9],
    "model": sf.Model("ising-square", L=4, field=0.25),
    "rbm": RBM,
    "rbm on its way": sf.RBM(n_components=3, method="pcd").partial_fit(DATA),
    "rbm not yet fitted": sf.RBM(n_components=3, epochs=0.5).get_params(),
    "stack": STACK,
    "dense": sf.train_dense(DATA, "majority:2", ties="corner", hidden=[4], updates=2),
    "classifier": sf.train_classifier(DATA, hidden=4, epochs=1),
    "block majority": sf.maps.BlockMajority(2, ties="corner"),
    "decimation": sf.maps.Decimation(2),
    "a layer up": sf.maps.StackUp(STACK, hidden_mode="sign"),
    "up and down": sf.maps.StackReconstruct(STACK, top_steps=2),
    "flow": sf.flow([RBM, flipped], DATA, steps=3, thermometers=["energy"], keep=[2]),
    "step": next(sf.flow_steps(RBM, DATA, steps=1)),
    "figure": sf.flow(RBM, DATA, steps=2).plot(),
    "results": sf.analysis.weights(RBM, DATA),
    "likelihood": RBM.log_likelihood(DATA),
}


@pytest.mark.parametrize("name", THINGS)
@pytest.mark.parametrize("again", [lambda x: pickle.loads(pickle.dumps(x)), copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"])
def test_a_copy_is_the_same(name, again):
    thing = THINGS[name]
    made = again(thing)
    assert type(made) is type(thing) and content(made) == content(thing)


def test_a_figure_of_a_flow_is_drawn_after_pickle():
    pytest.importorskip("matplotlib").use("Agg")
    figure = pickle.loads(pickle.dumps(THINGS["figure"]))
    assert len(figure.mpl().axes) == 2


def flow_of(maps, seed):
    return sf.flow(maps, DATA, steps=2, seed=seed)


def test_joblib_takes_all_of_them():
    joblib = pytest.importorskip("joblib")
    maps = [RBM, sf.maps.StackReconstruct(STACK)]
    found = joblib.Parallel(n_jobs=2)(joblib.delayed(flow_of)([one], seed) for one in maps for seed in (1, 2))
    assert [flow.frame.to_csv() for flow in found] == [flow_of([one], seed).frame.to_csv() for one in maps for seed in (1, 2)]
    # The functions of the module themselves.
    sampled = joblib.Parallel(n_jobs=2)(joblib.delayed(sf.sample)("ising-chain", L=8, T=T, n=5) for T in (1.0, 2.0))
    assert all(np.array_equal(one.words, sf.sample("ising-chain", L=8, T=T, n=5).words) for one, T in zip(sampled, (1.0, 2.0)))
