# SPDX-License-Identifier: Apache-2.0
import json

import numpy as np
import pytest

import spinflow as sf


def test_exact_means_agree_by_all_ways():
    """Enumeration of 4x4 and Kaufman's formula of 16x16 and 6x6, where the transfer matrix gives |m| too."""
    T = [1.5, 2.25, 4.0]
    for L, boundary, field in [(4, "periodic", 0), (3, "open", 0.5)]:
        model = sf.Model("ising-square", L=L, boundary=boundary, field=field)
        p = np.array([sf.exact.probabilities(model, t) for t in T])
        spins = 2 * ((np.arange(2 ** (L * L))[:, None] >> np.arange(L * L)) & 1).reshape(-1, L, L) - 1
        found = sf.exact.means(model, T)
        assert np.allclose(found.energy, p @ model.energy(spins))
        assert np.allclose(found.abs_magnetization, p @ np.abs(spins.mean(axis=(1, 2))))
    big = sf.exact.means(sf.Model("ising-square", L=16), T)
    assert np.allclose(big.energy, sf.exact.onsager_energy(1 / np.array(T)), atol=0.02) and big.abs_magnetization.isna().all()
    assert sf.exact.means(sf.Model("ising-square", L=6), 1.5).abs_magnetization[0] == pytest.approx(sf.exact.yang_magnetization(1 / 1.5), abs=0.01)
    chain = sf.exact.means(sf.Model("ising-chain", L=40), 1.0)
    t = np.tanh(1.0)
    assert chain.energy[0] == pytest.approx(-(t + t**39) / (1 + t**40))
    assert sf.exact.means(sf.Model("ising-infinite-range", L=100), 2.0).energy[0] < 0
    with pytest.raises(ValueError):
        sf.exact.means(sf.Model("ising-power-law", L=10), 2.0)


def test_rg_is_the_command(command):
    told = json.loads(command(*"analyze rg ising-chain -K 1.5 --field 0.1 --factor 3 --steps 4 --json".split()))
    steps, points = sf.analysis.rg(K=1.5, field=0.1, factor=3, steps=4)
    assert steps.coupling.tolist() == [step["coupling"] for step in told["steps"]]
    assert steps.dh_dh.tolist() == [step["jacobian"][1][1] for step in told["steps"]]
    exponents = [point["thermal_exponent"] for point in told["fixed_points"]]
    assert [x if np.isfinite(x) else None for x in points.thermal_exponent] == exponents


def test_couplings_are_the_command(data, command, tmp_path):
    data.save(tmp_path / "d.h5")
    told = json.loads(command(*"analyze couplings d.h5 --basis nearest,field --json".split()))
    table = sf.analysis.couplings(data, basis="nearest,field").tables["couplings"]
    assert table[table.interaction == "nearest"].K.tolist()[1:] == [group["couplings"]["nearest"]["value"] for group in told["groups"]][1:]
    with pytest.raises(ValueError, match="couplings: basis"):
        sf.analysis.couplings(data, basis="nearst")


def test_weights_are_the_command(data, command, tmp_path):
    data.save(tmp_path / "d.h5")
    rbm = sf.RBM(n_components=8, epochs=2).fit(data)
    rbm.save(tmp_path / "v.h5")
    command(*"analyze weights v.h5 --ensemble d.h5 -o w".split())
    found, kept = sf.analysis.weights(rbm, data), sf.load(tmp_path / "w")
    assert found.values.value.to_dict() == kept.values.value.to_dict()
    assert set(found.figures) == set(kept.figures) and len(found.figures) > 5
    assert found.tables["weights_spectrum"].shape == kept.tables["weights_spectrum"].shape
    with pytest.raises(ValueError, match="data: it has configurations of 4x4"):
        sf.analysis.weights(rbm, np.ones((3, 4, 4)))


def test_correlators_are_the_command(command, tmp_path):
    data = sf.sample("ising-square", L=8, T=2.27, n=300)
    stack = sf.train_stack(data, hidden=[16], epochs=2)
    data.save(tmp_path / "d.h5"), stack.save(tmp_path / "s.h5")
    told = json.loads(command(*"analyze correlators s.h5 --ensemble d.h5 --ties corner --permutations 99 --json".split()))
    found = sf.analysis.correlators(stack, data, ties="corner", permutations=99)
    assert found.values.value["pearson_layer_1"] == told["layers"][0]["pearson"]["value"]


def test_scaling_is_the_command(command, tmp_path):
    flows = []
    for L in (8, 12):
        data = sf.sample("ising-square", L=L, T=2.27, n=400)
        flows.append(sf.flow(lambda spins: spins, data, steps=4))
        flows[-1].save(tmp_path / f"{L}.h5")
    told = json.loads(command(*"analyze scaling 8.h5 12.h5 --json".split()))
    table = sf.analysis.scaling(flows).tables["scaling_fits"]
    assert told["data"]["delta_sigma_abs_m"]["value"] in table.select_dtypes("number").to_numpy()


def test_mcrg_is_the_command(command):
    told = json.loads(command(*"analyze mcrg ising-square -L 8 --steps 1 -n 6400 --operators even:1..2 --json".split()))
    found = sf.analysis.mcrg("ising-square", L=8, steps=1, n=6400, operators="even:1..2")
    assert told["even"]["eigenvalues"][1]["exponent"]["value"] == found.values.value["y_T_step_1"]
    assert found.claims[0].id == "y_T"
    with pytest.raises(ValueError, match="mcrg: operators"):
        sf.analysis.mcrg("ising-square", L=8, operators="even:0")


def test_two_sample_and_mean_field(data):
    same = sf.analysis.two_sample(data.at(6.0)[:200], data.at(6.0)[200:400], permutations=99)
    other = sf.analysis.two_sample(data.at(6.0)[:200], data.at(1.0)[:200], permutations=99)
    assert other["p_value"] == 0.01 and other["effect"] > 0.1 > abs(same["effect"])
    assert sf.analysis.mean_field(sf.RBM(n_components=8, epochs=1).fit(data))["v"].shape == (36,)


def test_a_run_is_that_of_the_command(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command(*"run gong-xia --scale smoke --seed 2 -o cli".split())
    found = sf.run("gong-xia", scale="smoke", seed=2, folder="py")
    assert (tmp_path / "py/results.json").read_bytes() == (tmp_path / "cli/results.json").read_bytes()
    assert (tmp_path / "py/report.html").exists() and found.folder == "py"
    claim = found.claims[0]
    assert claim.verdict in ("supported", "contradicted", "inconclusive") and claim.because and claim.statement in repr(found)
    read = sf.load("py")
    assert [c.id for c in read.claims] == [c.id for c in found.claims] and list(read.figures) == list(found.figures)
    assert found.figures[claim.evidence[0]].spec if claim.evidence[0] in found.figures else found.tables
    with pytest.raises(ValueError, match="py"):
        sf.run("gong-xia", scale="smoke", folder="py")
    with pytest.raises(ValueError, match="training.hiden"):
        sf.run("gong-xia", scale="smoke", folder="other", settings={"training.hiden": 3})
    assert not (tmp_path / "other").exists()


def test_a_critical_point(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = sf.critical("ising-square", sizes=[6, 8, 12], budget="2s")
    T_c = found.values.loc["T_c"]
    assert T_c.value == pytest.approx(2.2692, abs=0.1) and T_c.error > 0 and found.folder == "runs/ising-square-1"
    assert sf.reanalyze(found.folder).values.value["T_c"] == T_c.value
    for wrong, says in [(dict(sizes=[8, 12]), "three"), (dict(sizes=[6, 8, 12], budget="soon"), "is no time")]:
        with pytest.raises(ValueError, match=says):
            sf.critical("ising-square", folder="none", **wrong)
    with pytest.raises(ValueError, match="sigma"):
        sf.critical("ising-power-law", sizes=[6, 8, 12], sgma=1)


@pytest.mark.slow
def test_verify():
    found = sf.verify(seed=2)
    assert found.passed and found.p_value > 1e-4 and repr(found).startswith("<spinflow.Verification: passed, ")
    table = found.table
    assert len(table) > 100 and {"heat-bath", "wolff"} <= set(table.sampler)
    z = table.z[table.observable == "energy"].dropna()
    assert found.degrees > 50 and abs(z).max() < 6
    with pytest.raises(ValueError, match="^verify: seed"):
        sf.verify(seed=-1)


def test_compare_is_the_command(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = sf.run("gong-xia", scale="smoke", seed=1, folder="a", join=True)
    assert sf.run("gong-xia", scale="smoke", seed=1, folder="a", join=True).claims[0].because == first.claims[0].because
    (state,) = sf.status("a")
    assert state["finished"] and state["waiting"] == 0 and state["made"] == state["pieces"] > 60
    with pytest.raises(ValueError, match="does not hold a run"):
        sf.status(".")
    with pytest.raises(ValueError, match="exclude each other"):
        sf.run("gong-xia", scale="smoke", folder="a", join=True, force=True)
    sf.run("gong-xia", scale="smoke", seed=2, folder="b")
    command(*"compare a b -o compared".split())
    found, kept = sf.compare(first, tmp_path / "b"), sf.load("compared")
    assert {name: table.to_csv() for name, table in found.tables.items()} == {name: table.to_csv() for name, table in kept.tables.items()}
    assert "claims" in found.tables and len(found.tables["runs"]) == 2
    for runs, says in [(("a",), "'a' is one run"), ((), "there is no run"), (("a", "a"), "given twice"), (("a", "c"), "c"), ((3, "a"), "3 is not a folder")]:
        with pytest.raises(ValueError, match=says) as caught:
            sf.compare(*runs)
        assert "\n" not in str(caught.value)
    with pytest.raises(ValueError, match="is not a folder of a run"):
        sf.compare(sf.analysis.couplings(sf.sample("ising-square", L=4, T=2, n=100)), "a")
