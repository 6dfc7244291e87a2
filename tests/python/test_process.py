# SPDX-License-Identifier: Apache-2.0
"""Signals, threads, fork, other processes: what a notebook does to a library."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import spinflow as sf

LONG = {
    "sample": lambda: sf.sample("ising-square", L=64, T=[2.2, 2.3], n=200000),
    "cold": lambda: sf.sample("ising-square", L=64, T=[2.269], n=100000, sampler="wolff"),
    "long range": lambda: sf.sample("ising-power-law", L=64, T=[8.0], n=20000),
    "fit": lambda: sf.RBM(n_components=256, epochs=10000).fit(np.ones((5000, 16, 16))),
    "stack": lambda: sf.train_stack(np.ones((5000, 16, 16)), hidden=[64], epochs=10000),
    "dense": lambda: sf.train_dense(np.ones((5000, 16, 16)), "autoencode", hidden=[512], updates=10**6),
    "likelihood": lambda: sf.RBM(n_components=64, epochs=1).fit(np.ones((100, 8, 8))).log_likelihood(np.ones((1, 64)), steps=10**7),
    "score": lambda: sf.RBM(n_components=64, epochs=0.01).fit(np.ones((200, 16, 16))).score(np.ones((100000, 256))),
    "flow": lambda: sf.flow(sf.RBM(n_components=64, epochs=0.01).fit(np.ones((200, 16, 16))), np.ones((9000, 16, 16)), steps=99999),
    "verify": lambda: sf.verify(),
    "python map": lambda: sf.flow(lambda spins: spins, np.ones((10, 4, 4)), steps=999999),
}


@pytest.mark.parametrize("name", LONG)
def test_ctrl_c_is_obeyed(name):
    """A signal 0.3 s after the start is an ordinary KeyboardInterrupt, and the next call works."""
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            LONG[name]()
    finally:
        timer.join()
    assert len(sf.sample("ising-square", L=4, T=1, n=2)) == 2


def test_what_a_handler_raises_is_what_is_raised():
    class Stop(Exception):
        pass

    def handler(number, frame):
        raise Stop

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(Stop):
            LONG["sample"]()
        counted = []
        signal.signal(signal.SIGALRM, lambda number, frame: counted.append(number))
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        sf.RBM(n_components=64, epochs=40).fit(np.ones((4000, 10, 10)))
        assert counted  # A handler that raises nothing lets the work go on.
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_the_gil_is_released():
    ticks = []
    done = threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(1)
            time.sleep(0.01)

    thread = threading.Thread(target=tick)
    thread.start()
    sf.RBM(n_components=64, epochs=100).fit(np.ones((4000, 10, 10)))
    done.set()
    thread.join()
    assert len(ticks) > 5


def work(seed):
    data = sf.sample("ising-square", L=8, T=[2.0, 3.0], n=300, seed=seed)
    rbm = sf.RBM(n_components=8, epochs=2, seed=seed).fit(data)
    return sf.flow([rbm, lambda spins: spins], data, steps=2).frame.energy.tolist()


def test_two_threads():
    expected = [work(seed) for seed in (1, 2)]
    found = [None, None]

    def run(i):
        found[i] = work(i + 1)

    threads = [threading.Thread(target=run, args=(i,)) for i in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected


def test_fork():
    expected = work(1)  # The parent has worker threads.
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, b"1" if work(1) == expected else b"0")
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0 and os.read(read, 1) == b"1"
    os.close(read), os.close(write)


def test_joblib():
    joblib = pytest.importorskip("joblib")
    data = sf.sample("ising-square", L=4, T=2, n=100)

    def fit(seed):
        return sf.RBM(n_components=4, epochs=1, seed=seed).fit(data)

    found = joblib.Parallel(n_jobs=2)(joblib.delayed(fit)(seed) for seed in (1, 2))
    assert [np.array_equal(rbm.components_, fit(seed).components_) for rbm, seed in zip(found, (1, 2))] == [True, True]


def test_threads_do_not_matter():
    before = work(3)
    sf.set_threads(1)
    try:
        assert work(3) == before
    finally:
        sf.set_threads(os.cpu_count())
    with pytest.raises(ValueError, match="at least 1"):
        sf.set_threads(0)


def test_nothing_heavy_is_imported():
    heavy = ["pandas", "xarray", "matplotlib", "altair", "sklearn", "tqdm", "scipy", "h5py", "arviz"]
    code = f"import sys, spinflow as sf; sf.sample('ising-square', L=4, T=1, n=2); print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_progress(capsys):
    sf.progress()
    try:
        sf.RBM(n_components=64, epochs=100).fit(np.ones((4000, 10, 10)))
    finally:
        sf.progress(False)
    assert "train rbm" in capsys.readouterr().err
    sf.RBM(n_components=64, epochs=10).fit(np.ones((4000, 10, 10)))
    assert capsys.readouterr().err == ""
