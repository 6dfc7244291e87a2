# SPDX-License-Identifier: Apache-2.0
"""sf.read and sf.write: files of other programs."""

import os
import pathlib
import runpy
import stat

import numpy as np
import pytest

import spinflow as sf


@pytest.fixture
def rbm(data):
    return sf.RBM(n_components=5, epochs=1, biases=True, learning_rate=0.1).fit(data)


def same_rbm(a, b):
    return all(np.array_equal(getattr(a, n), getattr(b, n)) for n in ("components_", "intercept_visible_", "intercept_hidden_"))


@pytest.mark.parametrize("ending", ["npy", "npz", "safetensors", "csv", "nc", "h5"])
def test_configurations_come_back(data, tmp_path, ending):
    file = tmp_path / f"x.{ending}"
    sf.write(data, file)
    back = sf.read(file) if ending == "h5" else sf.read(file, L=6)
    assert np.array_equal(back.spins, data.spins)
    assert np.array_equal(back.temperature, data.temperature) == (ending not in ("npy", "csv"))


def test_rbms_come_back(rbm, tmp_path):
    for name, keywords in {"a.npz": {}, "b.npz": {"units": "binary"}, "c.safetensors": {}, "d.h5": {}, "e.h5": {"format": "rbms"}}.items():
        sf.write(rbm, tmp_path / name, **keywords)
        back = sf.read(tmp_path / name, L=6) if name == "e.h5" else sf.read(tmp_path / name)
        assert same_rbm(back, rbm) and back.shape == (6, 6), name


def test_xarray_opens_netcdf(data, tmp_path):
    xarray = pytest.importorskip("xarray")
    pytest.importorskip("h5netcdf")
    sf.write(data, tmp_path / "x.nc")
    with xarray.open_dataset(tmp_path / "x.nc", engine="h5netcdf") as dataset:
        assert dataset.spins.dims == ("sample", "y", "x")
        assert np.array_equal(dataset.spins, data.spins)
        assert np.array_equal(dataset.spins.temperature, data.temperature)
        dataset.to_netcdf(tmp_path / "again.nc", engine="h5netcdf")
    assert np.array_equal(sf.read(tmp_path / "again.nc").spins, data.spins)


def test_scikit_learn_has_the_same_free_energies(tmp_path):
    neural_network = pytest.importorskip("sklearn.neural_network")
    states = (np.arange(2**6)[:, None] >> np.arange(6)) & 1
    theirs = neural_network.BernoulliRBM(n_components=6, n_iter=3, random_state=1).fit(np.random.default_rng(1).random((200, 6)) < 0.7)
    theirs.components_ *= 5
    np.savez(tmp_path / "net.npz", **{n: getattr(theirs, n) for n in ("components_", "intercept_visible_", "intercept_hidden_")})
    ours = sf.read(tmp_path / "net.npz", L=(3, 2))
    difference = ours.free_energy(states) - theirs._free_energy(states.astype(float))
    assert np.ptp(difference) < 1e-5
    # Their P(h = 1 | v) is ours.
    assert np.allclose(ours.transform(states), theirs.transform(states), atol=1e-6)


def test_read_takes_what_the_file_does_not_say(tmp_path):
    np.save(tmp_path / "x.npy", np.random.default_rng(1).random((50, 16)) < 0.5)
    data = sf.read(tmp_path / "x.npy", L=(4, 4), T=2.5, model="ising-square", boundary="open")
    assert data.shape == (4, 4) and data.boundary == "open" and (data.temperature == 2.5).all()
    assert np.array_equal(data.energy, data.model.energy(data.spins))
    assert sf.read(tmp_path / "x.npy", L=16, model="ising-chain").shape == (16,)
    model = sf.Model("ising-square", L=(8, 2), field=0.5)
    assert sf.read(tmp_path / "x.npy", L=(8, 2), model=model).model.options["field"] == 0.5
    assert np.array_equal(sf.Ensemble(data.spins.reshape(50, 16), L=4).spins, data.spins)
    assert sf.Ensemble(data.spins[:, None], L=(4, 4)).shape == (4, 4)
    assert sf.Ensemble(data.spins.reshape(50, 16), L=(8, 2)).shape == (2, 8)


def test_the_example_prints_what_stands_beside_it(tmp_path, monkeypatch, capsys):
    pytest.importorskip("sklearn")
    example = pathlib.Path(__file__).resolve().parents[2] / "examples/other_programs"
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(example / "other_programs.py"))
    said, shown = capsys.readouterr().out.splitlines(), (example / "output.txt").read_text().splitlines()
    # Where the flow ends depends on the last digits of scikit-learn's weights.
    assert said[0] == shown[0] and said[1].split(",")[0] == shown[1].split(",")[0] and len(said) == len(shown)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda f, d, r: sf.read(f / "x.npy"), "say which lattice"),
        (lambda f, d, r: sf.read(f / "x.npy", L=3), "a lattice of 3 has 3 sites"),
        (lambda f, d, r: sf.read(f / "x.npy", L=4, T=-1), "read: T"),
        (lambda f, d, r: sf.read(f / "x.npy", L=4, T="hot"), "read: T"),
        (lambda f, d, r: sf.read(f / "x.npy", L=4, model="ising-chain"), "dimensions"),
        (lambda f, d, r: sf.read(f / "x.npy", L=4, model=sf.Model("ising-square", L=5)), "read: model"),
        (lambda f, d, r: sf.read(f / "x.npy", L=4, boundary="closed"), "read: boundary"),
        (lambda f, d, r: sf.read(f / "x.npy", L=4, units="spin"), "read: units"),
        (lambda f, d, r: sf.read(f / "d.h5", T=2), "read: T"),
        (lambda f, d, r: sf.read(f / "r.npz", T=2), "read: T"),
        (lambda f, d, r: sf.read(f / "r.npz", units="binary"), "its units are -1 and 1"),
        (lambda f, d, r: sf.read(f / "missing.npy"), "there is no such file"),
        (lambda f, d, r: sf.write(d, f / "x"), "its name does not say"),
        (lambda f, d, r: sf.write(d, f / "nowhere/x.npz"), "nowhere"),
        (lambda f, d, r: sf.write(r, f, format="npz"), "folder"),
        (lambda f, d, r: sf.write(d, f / "x.npy", format="rbms"), "it cannot be written as rbms"),
        (lambda f, d, r: sf.write(d, f / "x.npz", units="spin"), "write: units"),
        (lambda f, d, r: sf.write(r, f / "x.csv"), "let it end with .npz"),
        (lambda f, d, r: sf.write(d.spins, f / "x.npy"), "it is a ndarray"),
        (lambda f, d, r: sf.write(sf.RBM(), f / "x.npz"), "fit first"),
        (lambda f, d, r: sf.Ensemble(d.spins, L=5), "a lattice of 5 has 5 sites"),
        (lambda f, d, r: sf.Ensemble(d.spins, L=(9, 4)), "have the axes (n, Ly, Lx)"),
        (lambda f, d, r: sf.Ensemble(d, L=6), "leave it out"),
        (lambda f, d, r: sf.Ensemble(d.spins, L="6y6"), "is not a size of a lattice"),
    ],
)
def test_refusals_are_one_sentence(data, rbm, tmp_path, call, sentence):
    np.save(tmp_path / "x.npy", np.ones((5, 16)))
    sf.write(data, tmp_path / "d.h5")
    sf.write(rbm, tmp_path / "r.npz")
    with pytest.raises(ValueError) as error:
        call(tmp_path, data, rbm)
    assert sentence in str(error.value) and "\n" not in str(error.value)


def test_a_dataset_of_a_closed_file_is_named(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["spins"] = np.ones((5, 16))
        spins = file["spins"]
        assert len(sf.Ensemble(spins, L=4)) == 5
    for call in (lambda: sf.Ensemble(spins), lambda: sf.Ensemble(spins, L=4)):
        with pytest.raises(ValueError, match="^spins: it cannot be read as an array .*open its file again"):
            call()


def test_an_array_with_the_sample_last_is_doubted():
    with pytest.warns(UserWarning, match="moveaxis"):
        sf.Ensemble(np.ones((4, 4, 100)))


def test_what_a_flow_kept_is_loaded_by_step_and_start(command, tmp_path):
    command("sample", "ising-square", "-L", 4, "-T", "2,3", "-n", 30, "-o", "s.h5")
    command("flow", "block-majority", "--start", "s.h5", "--keep", "0,1", "-o", "flow.h5")
    kept = sf.load(f"{tmp_path}/flow.h5@0,T=3")
    assert np.array_equal(kept.spins, sf.load(tmp_path / "s.h5").at(3).spins)
    assert sf.load(f"{tmp_path}/flow.h5@1,T=2").shape == (2, 2)
    assert np.array_equal(sf.read(f"{tmp_path}/flow.h5@0,T=3").spins, kept.spins)
    with pytest.raises(ValueError, match="flow.h5@1,T=2 or"):
        sf.load(f"{tmp_path}/flow.h5@1")
    with pytest.raises(ValueError, match="no such file"):
        sf.read(f"{tmp_path}/none.h5@1")


def test_what_is_not_a_regular_file_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="not a regular file"):
        sf.sample("ising-square", L=4, T=2, n=3).save(tmp_path / "pipe")
    assert stat.S_ISFIFO(os.stat(tmp_path / "pipe").st_mode)
