# SPDX-License-Identifier: Apache-2.0
import os
import subprocess

import pytest

import spinflow as sf


@pytest.fixture(scope="session")
def data():
    """500 configurations of 6x6 at a cold, a critical and a hot temperature."""
    return sf.sample("ising-square", L=6, T=[1.0, 2.25, 6.0], n=500, seed=3)


@pytest.fixture
def command(tmp_path):
    """Runs `spinflow ...` in the folder tmp_path."""

    def run(*words):
        binary = os.environ["SPINFLOW_BINARY"]
        done = subprocess.run([binary, *map(str, words)], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def same_datasets():
    """Whether two HDF5 files hold the same arrays and attributes, but for how they were made."""
    h5py = pytest.importorskip("h5py")

    def content(path):
        found = {}
        with h5py.File(path) as file:
            found.update({("/", name): value for name, value in file.attrs.items() if name != "command"})

            def add(name, thing):
                found.update({(name, key): str(value) for key, value in thing.attrs.items()})
                if isinstance(thing, h5py.Dataset):
                    found[name] = thing[()].tobytes()

            file.visititems(add)
        return {key: str(value) for key, value in found.items()}

    def same(first, second):
        assert content(first) == content(second)

    return same
