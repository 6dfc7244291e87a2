# SPDX-License-Identifier: Apache-2.0
import json
import pickle

import numpy as np
import pytest

import spinflow as sf


@pytest.fixture(scope="module")
def rbm(data):
    return sf.RBM(n_components=16, epochs=2).fit(data)


def test_flow_is_the_command(data, rbm, command, tmp_path, same_datasets):
    data.save(tmp_path / "d.h5")
    rbm.save(tmp_path / "v.h5")
    line = "flow v.h5 --start d.h5 --start-temperature 1,6 --chains 100 --steps 8 --thermometer energy --keep 8 -o f.h5 --json"
    told = json.loads(command(*line.split()))
    flow = sf.flow(rbm, data.at([1, 6]), chains=100, steps=8, thermometers="energy", keep=[8])
    flow.save(tmp_path / "py.h5")
    same_datasets(tmp_path / "f.h5", tmp_path / "py.h5")
    steps = told["starts"][1]["steps"]
    hot = flow.frame[flow.frame.temperature == 6]
    assert hot.T_energy.tolist()[1:] == pytest.approx([step["thermometers"]["energy"]["value"] for step in steps][1:])
    assert hot.energy_error.tolist() == [step["energy"]["error"] for step in steps]
    point = flow.fixed_point().set_index(["kind", "by"]).loc[("thermometer", "energy")]
    assert point.because == told["fixed_point"]["thermometers"]["energy"]["because"]
    assert point.settled == told["fixed_point"]["thermometers"]["energy"]["settled"]
    kept = flow.kept()
    assert [(T, step, len(e)) for T, step, e in kept] == [(1.0, 8, 100), (6.0, 8, 100)]
    for same in (sf.load(tmp_path / "f.h5"), pickle.loads(pickle.dumps(flow))):
        assert same.frame.equals(flow.frame)


def test_steps_one_by_one_are_the_flow(data, rbm):
    maps = [rbm, sf.maps.BlockMajority(3)]
    flow = sf.flow(maps, data, seed=5)
    steps = list(sf.flow_steps(maps, data, seed=5))
    assert [step.step for step in steps] == flow.frame.step.tolist() == [0, 1] * 3
    assert [step["energy"] for step in steps] == flow.frame.energy.tolist()
    assert steps[1].ensemble.shape == (2, 2) and steps[0].ensemble.shape == (6, 6)
    seen = []
    part = sf.flow(rbm, data, steps=50, callback=lambda step: seen.append(step.step) or len(seen) == 4)
    assert seen == [0, 1, 2, 3] and len(part.frame) == 4


def test_a_map_written_in_python_is_one_of_ours(data):
    def decimation(spins):
        assert spins.dtype == np.int8
        return spins[:, ::3, ::3].astype(float)

    mine = sf.flow(decimation, data, thermometers=["energy"])
    ours = sf.flow(sf.maps.Decimation(3), data, thermometers=["energy"])
    assert mine.frame.equals(ours.frame)


def test_random_numbers_of_a_written_map(data):
    def noise(spins, rng):
        return np.where(rng.random(spins.shape) < 0.1, -spins, spins)

    first, again = (sf.flow(noise, data, steps=3, seed=2).frame for _ in range(2))
    other = sf.flow(noise, data, steps=3, seed=3).frame
    assert first.equals(again) and not first.equals(other)
    cold = first[first.temperature == 1.0].abs_magnetization.tolist()
    assert cold[0] > cold[1] > cold[2] > cold[3]


def test_observables_and_thermometers_written_in_python(data):
    def corner(spins):
        return spins[:, 0, 0] * spins[:, 0, 1]

    def inverse_energy(spins):
        return 1 / corner(spins).mean(), 0.25

    flow = sf.flow(lambda spins: spins, data, steps=2, observables=["energy", corner], thermometers=["energy", inverse_energy])
    frame = flow.frame
    at = frame[(frame.temperature == 6.0) & (frame.step == 2)].iloc[0]
    spins = data.at(6.0).spins
    assert at.corner == (spins[:, 0, 0] * spins[:, 0, 1]).mean() and at.corner_error > 0
    assert at.T_inverse_energy == 1 / at.corner and at.T_inverse_energy_error == 0.25
    assert "corner" in flow.fixed_point(observables=[corner]).by.tolist()


@pytest.mark.parametrize("kind", ["map", "thermometer", "observable", "callback"])
def test_exceptions_pass_through_whole(kind, data):
    class Mine(Exception):
        pass

    error = Mine("of my own")

    def fails(spins):
        raise error

    use = {
        "map": dict(maps=fails),
        "thermometer": dict(maps=sf.maps.Decimation(3), thermometers=[fails]),
        "observable": dict(maps=sf.maps.Decimation(3), observables=[fails]),
        "callback": dict(maps=sf.maps.Decimation(3), callback=fails),
    }[kind]
    with pytest.raises(Mine) as caught:
        sf.flow(start=data, **use)
    assert caught.value is error and caught.traceback[-1].name == "fails"


def test_what_a_written_map_may_not_return(data):
    for wrong, says in [
        (lambda spins: spins[:-1], "configurations of"),
        (lambda spins: spins * 2, "holds the value"),
        (lambda spins: None, "no numbers"),
        (lambda spins: spins.mean(axis=(1, 2)), "has the shape"),
    ]:
        with pytest.raises(ValueError, match=says):
            sf.flow(wrong, data, steps=1)


def test_a_classifier_is_a_thermometer(data):
    net = sf.train_classifier(data, hidden=16, epochs=30, learning_rate=0.01)
    frame = sf.flow(lambda spins: spins, data, steps=1, thermometers=[net]).frame
    assert frame.T_classifier_mode.tolist() == [1, 1, 2.25, 2.25, 6, 6]
    with pytest.raises(ValueError, match="needs|too little"):
        sf.flow(lambda spins: spins, data, steps=1, thermometers=["classifier"])


def test_figures(data):
    flow = sf.flow(sf.maps.Decimation(3), data, thermometers=["energy"])
    figure = flow.plot()
    assert figure.spec["$schema"].startswith("https://vega.github.io/schema/vega-lite")
    assert figure._repr_mimebundle_()["application/vnd.vegalite.v5+json"] is figure.spec
    assert "<svg" in pytest.importorskip("vl_convert").vegalite_to_svg(figure.spec)
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    assert len(figure.mpl().axes) == 3


def test_maps(data):
    stack = sf.train_stack(sf.sample("ising-square", L=4, T=2, n=100), hidden=[4], epochs=1)
    small = np.ones((3, 4, 4))
    assert sf.maps.StackUp(stack, hidden_mode="sign")(small).shape == (2, 2)
    assert sf.maps.StackReconstruct(stack, top_steps=2)(small).shape == (4, 4)
    assert np.array_equal(sf.maps.BlockMajority(3)(data, seed=4).spins, np.sign(data.spins.reshape(-1, 2, 3, 2, 3).sum(axis=(2, 4))))
