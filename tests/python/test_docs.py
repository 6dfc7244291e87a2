# SPDX-License-Identifier: Apache-2.0
"""The examples of every docstring and of docs/python.md are run, and everything public has a docstring."""

import doctest
import pathlib
import types

import pytest

import spinflow as sf

ROOT = pathlib.Path(__file__).resolve().parents[2]


def documented():
    found = {"spinflow": sf}
    for name in sf.__all__:
        thing = getattr(sf, name)
        found[f"sf.{name}"] = thing
        members = getattr(thing, "__all__", []) if isinstance(thing, types.ModuleType) else vars(thing) if isinstance(thing, type) else []
        for member in members:
            value = getattr(thing, member)
            if not member.startswith("_") and not isinstance(value, (float, str, tuple)):
                found[f"sf.{name}.{member}"] = value
    return found


THINGS = documented()


@pytest.mark.parametrize("name", THINGS)
def test_docstring(name):
    text = THINGS[name].__doc__
    assert text, "it has no docstring"
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    runner.run(doctest.DocTestParser().get_doctest(text, {}, name, None, 0))
    assert runner.failures == 0


def test_functions_tell_errors_and_have_an_example():
    for name, thing in THINGS.items():
        if callable(thing) and not isinstance(thing, type) and not isinstance(getattr(sf, name.split(".")[1], None), type):
            assert ">>>" in thing.__doc__ and "ValueError" in thing.__doc__, name
    for thing in (sf.RBM, sf.Ensemble, sf.Stack, sf.Dense, sf.Model, sf.maps.Map):
        assert ">>>" in thing.__doc__


def test_the_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    failed, ran = doctest.testfile(str(ROOT / "docs/python.md"), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert ran > 20 and failed == 0


def test_units_and_shapes_are_told():
    for name in ("energy", "temperature", "words", "spins"):
        assert "(n" in getattr(sf.Ensemble, name).__doc__
    for name in ("transform", "free_energy", "score_samples"):
        assert "(n" in getattr(sf.RBM, name).__doc__
