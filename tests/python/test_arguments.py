# SPDX-License-Identifier: Apache-2.0
"""Every public function and method refuses arguments of a wrong kind in one sentence that names them."""

import inspect
import types

import numpy as np
import pytest

import spinflow as sf
from spinflow import _checked

DATA = sf.sample("ising-square", L=4, T=[1.0, 3.0], n=20)
RBM = sf.RBM(n_components=3, epochs=1).fit(DATA)
STACK = sf.train_stack(DATA, hidden=[4], epochs=1)
NET = sf.train_dense(DATA, "majority:2", ties="corner", hidden=[4], updates=2)
MAP = sf.maps.BlockMajority(2)
FLOW = sf.flow(MAP, DATA)
OBJECTS = [DATA, RBM, STACK, NET, MAP, FLOW, FLOW.plot(), sf.Model("ising-square", L=4)]

# What is no scalar, and is therefore looked at where it is used: arrays, models, maps, lists of options.
LOOKED_AT = {"data", "X", "y", "spins", "first", "second", "target", "start", "model", "maps", "map", "T", "K", "L", "rbm", "flows"}
LOOKED_AT |= {"observables", "thermometers", "sizes", "rows", "given", "runs", "options", "own", "params", "deep", "input_features"}


def functions():
    """Every public function and method: name, what is called, its signature."""
    modules = [sf, sf.analysis, sf.exact, sf.maps]
    for module in modules:
        for name in module.__all__:
            thing = getattr(module, name)
            if isinstance(thing, types.ModuleType) or isinstance(thing, type) or not callable(thing):
                continue
            yield f"{module.__name__}.{name}", thing, inspect.signature(thing)
    for one in OBJECTS:
        for name in dir(type(one)):
            method = inspect.getattr_static(type(one), name)
            if callable(method) and (not name.startswith("_") or name == "__call__"):
                bound = getattr(one, name)
                signature = inspect.signature(getattr(type(one), name))
                yield f"{type(one).__name__}.{name}", bound, signature.replace(parameters=list(signature.parameters.values())[1:])


FUNCTIONS = {name: (called, signature) for name, called, signature in functions()}
SCALARS = [
    (name, parameter.name)
    for name, (_, signature) in FUNCTIONS.items()
    for parameter in signature.parameters.values()
    if _checked._kinds(parameter.annotation)
]


def test_all_of_them_are_here():
    assert len(FUNCTIONS) > 60 and len(SCALARS) > 70
    assert {"spinflow.sample", "spinflow.exact.rg", "Stack.up", "RBM.fit", "BlockMajority"} - set(FUNCTIONS) == {"spinflow.exact.rg", "BlockMajority"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_argument_is_looked_at(name):
    for parameter in FUNCTIONS[name][1].parameters.values():
        assert _checked._kinds(parameter.annotation) or parameter.name in LOOKED_AT, f"{parameter.name} needs an annotation"


def required(signature, but):
    """Something for every argument that must be given; none is used, for what is wrong is found before."""
    values = {"path": "no/file", "of": "maps", "name": "decimation", "recipe": "iso2018", "folder": "no", "n": 1, "width": 2}
    values |= {"stack": STACK, "model": sf.Model("ising-square", L=4), "ensembles": [DATA], "K": 0.3, "L": 4, "T": 2.0}
    if "sizes" in signature.parameters:
        values["model"] = "ising-square"
    return {
        p.name: values.get(p.name, DATA)
        for p in signature.parameters.values()
        if p.default is p.empty and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) and p.name != but
    }


@pytest.mark.parametrize("name, argument", SCALARS, ids=lambda word: word)
def test_wrong_kinds(name, argument):
    function, signature = FUNCTIONS[name]
    kinds = _checked._kinds(signature.parameters[argument].annotation)
    wrong = [value for value in (10.0, "a", 3, None, True, object()) if not any(is_right(value) for is_right, _ in kinds)]
    assert len(wrong) >= 2
    for value in wrong:
        with pytest.raises(ValueError) as caught:
            function(**required(signature, argument), **{argument: value})
        sentence = str(caught.value)
        assert f"{argument}: it is " in sentence and "; give " in sentence and "\n" not in sentence


def test_constructors():
    for call, argument in [
        (lambda: sf.Model(3, L=4), "name"),
        (lambda: sf.Model("ising-square", L=None), "L"),
        (lambda: sf.Model("ising-square", L=4.0), "L: 4.0 is no whole number"),
        (lambda: sf.Model("ising-square", L=(4, 4.5)), r"L: \(4, 4.5\) is no whole number"),
        (lambda: sf.sample("ising-square", L=np.float64(4), T=1, n=2), "L: .*4.0.* is no whole number"),
        (lambda: sf.Model("ising-square", L=4, boundary=None), "boundary"),
        (lambda: sf.Ensemble(DATA.spins, boundary=3), "boundary"),
        (lambda: sf.Ensemble(DATA.spins, temperature="hot"), "temperature"),
        (lambda: sf.Ensemble(DATA.spins, chain="a"), "chain"),
    ]:
        with pytest.raises(ValueError, match=argument) as caught:
            call()
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", sf.RBM().get_params())
def test_options_of_an_rbm(name):
    for value in (None, [1], object()):
        with pytest.raises(ValueError, match=f"^RBM: {name}: it is .*; give ") as caught:
            sf.RBM(**{name: value}).fit(DATA)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: sf.sample("ising-square", L=4, T=1, n=-1),
        lambda: sf.sample("ising-square", L=4, T=1, seed=-1),
        lambda: sf.sample("ising-square", L=4, T=1, seed=2**64),
        lambda: sf.sample("ising-square", L=4, T=1, n=2**70),
        lambda: RBM.sample(-5),
        lambda: RBM.sample(5, rounds=-1),
        lambda: RBM.sample(5, replicas=-1),
        lambda: RBM.reconstruct(DATA, seed=-1),
        lambda: STACK.up(DATA, layer=-1),
        lambda: STACK.sample(-1),
        lambda: sf.flow(MAP, DATA, steps=-1),
        lambda: sf.flow(MAP, DATA, seed=-1),
        lambda: sf.flow(MAP, DATA, chains=-1),
        lambda: sf.flow(MAP, DATA, keep=[-1]),
        lambda: sf.analysis.two_sample(DATA, DATA, permutations=-1),
        lambda: sf.analysis.rg(K=1.0, steps=-1),
        lambda: sf.analysis.rg(K=1.0, factor=-1),
        lambda: sf.exact.strip_correlation_length(-1, 0.3),
        lambda: sf.exact.migdal_kadanoff(0.3, factor=-1),
        lambda: sf.exact.up_spin_distribution(-4, 0.3),
        lambda: sf.exact.onsager_energy(-0.3),
        lambda: sf.exact.onsager_energy([0.3, np.nan]),
        lambda: sf.exact.probabilities(sf.Model("ising-square", L=4), -1.0),
        lambda: sf.maps.StackReconstruct(STACK, top_steps=-1),
        lambda: sf.train_stack(DATA, hidden=None),
        lambda: sf.train_stack(DATA, hidden=[4], seed=-1),
        lambda: sf.set_threads(-1),
    ],
)
def test_numbers_out_of_range(call):
    with pytest.raises(ValueError) as caught:
        call()
    assert "\n" not in str(caught.value) and ("; " in str(caught.value) or "give" in str(caught.value))


def test_what_is_asked_for_is_as_any_function_of_python():
    with pytest.raises(TypeError, match="^flow: got an unexpected keyword argument 'stps'$"):
        sf.flow(MAP, DATA, stps=3)
    with pytest.raises(TypeError, match="^sample: missing a required argument: 'model'$"):
        sf.sample()
    # numpy's numbers are numbers.
    assert len(sf.sample("ising-square", L=4, T=np.float32(1), n=np.int64(3), seed=np.uint64(2))) == 3
    assert RBM.set_params(k=np.int32(1), epochs=np.float64(1)).fit(DATA) is RBM


def test_names_of_files_and_notes():
    with pytest.raises(ValueError, match="^command: it is 3; give a text$"):
        STACK.command = 3
    STACK.command = "by hand"
    assert STACK.command == "by hand"


def test_errors_of_a_users_function_pass_through():
    def mine(spins):
        raise TypeError("mine(): incompatible function arguments of my own")

    with pytest.raises((TypeError, ValueError)):
        sf.flow(mine, DATA, steps=1)

    def other(spins):
        return spins + None

    with pytest.raises(TypeError, match="unsupported operand"):
        sf.flow(other, DATA, steps=1)
