# SPDX-License-Identifier: Apache-2.0
import gc
import pickle

import numpy as np
import pytest

import spinflow as sf


def test_the_file_is_that_of_the_command_byte_for_byte(command, tmp_path):
    line = "sample ising-square -L 8x6 -T 1:3:1 -n 40 --field 0.1 --seed 5 -o cli.h5"
    command(*line.split())
    data = sf.sample("ising-square", L=(8, 6), T=[1, 2, 3], n=40, field=0.1, seed=5)
    with_command = sf.load(tmp_path / "cli.h5").command
    assert with_command.startswith("spinflow sample ising-square")
    data.command = with_command
    data.save(tmp_path / "py.h5")
    assert (tmp_path / "py.h5").read_bytes() == (tmp_path / "cli.h5").read_bytes()


def test_inverse_temperatures_are_those_of_the_command(command, tmp_path, same_datasets):
    command("sample", "ising-chain", "-L", "12", "-K", "0.5", "-n", "30", "-o", "cli.h5")
    sf.sample("ising-chain", L=12, K=0.5, n=30).save(tmp_path / "py.h5")
    same_datasets(tmp_path / "cli.h5", tmp_path / "py.h5")


def test_columns(data):
    assert data.spins.shape == (1500, 6, 6) and data.spins.dtype == np.int8
    assert set(np.unique(data.spins)) == {-1, 1}
    assert np.array_equal(data.magnetization, data.spins.mean(axis=(1, 2)))
    assert data.energy.shape == data.temperature.shape == data.chain.shape == (1500,)
    assert np.allclose(data.model.energy(data.spins), data.energy)


def test_words_are_the_memory_itself(data):
    words = data.words
    assert not words.flags.writeable and not words.flags.owndata
    assert words.__array_interface__["data"][0] == data.words.__array_interface__["data"][0]
    bits = (words[:, :1] >> np.arange(36, dtype=np.uint64)) & np.uint64(1)
    assert np.array_equal(2 * bits.astype(np.int8) - 1, data.spins.reshape(1500, 36))
    kept = data.at(6.0)
    alone = data.at(6.0).words  # The ensemble lives as long as its view.
    gc.collect()
    assert np.array_equal(alone, kept.words)


def test_rows(data):
    assert len(data[7]) == 1 and len(data[-3:]) == 3 and len(data[data.energy < -1.9]) > 0
    assert np.array_equal(data[[5, 2]].spins, data.spins[[5, 2]])
    assert np.array_equal(data.at([6, 1.0]).temperature, np.repeat([1.0, 6.0], 500))
    with pytest.raises(IndexError, match="1500 configurations"):
        data[1500]
    with pytest.raises(ValueError, match="at: there are no configurations at T = 3; there is T = 1, 2.25, 6"):
        data.at(3)


def test_measure_is_the_command(data, command, tmp_path):
    import json

    data.save(tmp_path / "d.h5")
    told = json.loads(command("measure", "d.h5", "--json"))["groups"]
    frame = data.measure()
    assert frame.temperature.tolist() == [1.0, 2.25, 6.0]
    for group, (_, row) in zip(told, frame.iterrows()):
        assert row.energy == group["energy"]["value"] and row.energy_error == group["energy"]["error"]
        assert row.correlation_2 == group["correlation"][1]["value"]


def test_an_observable_written_in_python(data):
    def up(spins):
        return (spins == 1).mean(axis=(1, 2))

    frame = data.measure(["energy", up])
    expected = [(data.at(T).spins == 1).mean() for T in (1.0, 2.25, 6.0)]
    assert np.allclose(frame.up, expected) and (frame.up_error > 0).all()

    def up(spins):  # Written anew in the next cell of a notebook.
        return np.ones(len(spins))

    assert data.measure(up).up.tolist() == [1, 1, 1]

    def fails(spins):
        raise LookupError("of my own")

    with pytest.raises(LookupError, match="of my own"):
        data.measure(fails)

    def short(spins):
        return [1.0]

    with pytest.raises(ValueError, match="short: it returned the shape"):
        data.measure(short)

    def energy(spins):
        return spins[:, 0, 0]

    with pytest.raises(ValueError, match="'energy' is the name of an observable"):
        data.measure(energy)


def test_pickle_keeps_everything(data):
    for one in (data, data.model):
        copy = pickle.loads(pickle.dumps(one))
        assert repr(copy) == repr(one)
    copy = pickle.loads(pickle.dumps(data))
    assert np.array_equal(copy.words, data.words) and copy.sampling == data.sampling and copy.seed == 3


def test_own_spins():
    spins = np.random.default_rng(0).choice([-1, 1], (20, 4, 6))
    data = sf.Ensemble(spins, temperature=2.0, model=sf.Model("ising-square", L=(6, 4)), chain=np.arange(20) // 5)
    assert data.shape == (4, 6) and np.array_equal(data.spins, spins) and data.model.name == "ising-square"
    bonds = (spins * (np.roll(spins, 1, 1) + np.roll(spins, 1, 2))).mean(axis=(1, 2))
    assert np.allclose(data.energy, -bonds)
    assert sf.concatenate([data, data]).chain.max() == 7
    assert np.array_equal(sf.Ensemble((spins + 1) // 2).spins, spins)


def test_xarray(data):
    dataset = pytest.importorskip("xarray") and data.to_xarray()
    assert dataset.spins.dims == ("sample", "y", "x") and dataset.attrs["model"] == "ising-square"


def test_npy(tmp_path):
    spins = np.random.default_rng(0).choice([-1, 1], (7, 4, 6)).astype(np.int8)
    np.save(tmp_path / "s.npy", spins)
    assert np.array_equal(sf.load(tmp_path / "s.npy").spins, spins)
    with pytest.raises(ValueError, match="none.h5"):
        sf.load(tmp_path / "none.h5")


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_arviz_gets_the_series_of_every_chain():
    arviz = pytest.importorskip("arviz")
    data = sf.sample("ising-square", L=8, T=2.27, n=1000, sampler="wolff")

    def corner(spins):
        return spins[:, 0, 0] * spins[:, 0, 1]

    posterior = data.to_arviz([corner]).posterior
    assert dict(posterior.sizes) == {"chain": 32, "draw": 31}  # 1000 configurations of 32 chains
    rows = np.flatnonzero(data.chain == 5)
    assert np.array_equal(posterior.energy[5], data.energy[rows][:31]) and (np.diff(data.sweep[rows]) > 0).all()
    assert np.array_equal(posterior.corner[5], corner(data.spins[rows])[:31])
    assert abs(float(arviz.rhat(posterior)["energy"]) - 1) < 0.1
    independent = sf.sample("ising-square", L=8, T=2.27, n=50)
    assert independent.to_arviz().posterior.energy.shape == (1, 50)
    with pytest.raises(ValueError, match="several temperatures"):
        sf.sample("ising-square", L=4, T=[1, 2], n=5).to_arviz()
    with pytest.raises(ValueError, match="functions: it is 3"):
        independent.to_arviz(3)
    assert sorted(sf.Ensemble(data.spins[:4]).to_arviz().posterior) == ["abs_magnetization", "magnetization"]
