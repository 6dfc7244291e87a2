#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The same work by spinflow and by other programs, one thread each, in one run.

usage: benchmarks/compare/compare.py BUILD_DIR [RESULT.json]

Trains RBMs by scikit-learn (BernoulliRBM.partial_fit: one step of persistent chains an update, the only way it has) and by
PyTorch (CD-k and PCD-1 as one writes them, float32, products by its BLAS), from Debian's python3-sklearn and python3-torch,
sums free energies by scikit-learn and numpy (float64, as ours), and updates a lattice by numpy (checkerboard Metropolis) and by
C++ that visits spin after spin. What is not installed is left out and said so. Programs take turns, three times, and the best
counts, so that none has a busy moment of the machine for itself. Every program draws hidden and visible units in each step of
the chain and moves weights and both biases (spinflow trains as its defaults say: weight decay, no biases). Prints rates and ratios; RESULT.json keeps them as "comparison".
"""

import json
import math
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
from benchmark_results import begin, benchmark_program, measure, one_thread, read, refuse, show_help, write  # noqa: E402

ROUNDS = 3
SECONDS = 0.7  # of a program in a round
TEMPERATURE = 2.27


def take_turns(programs):
    """Best rate of each of {name: function that gives a rate}."""
    best = dict.fromkeys(programs, 0.0)
    for _ in range(ROUNDS):
        for name, rate in programs.items():
            best[name] = max(best[name], rate())
    return best


def ours(program, name, rate):
    """Rate of one of our benchmarks."""
    options = [f"--benchmark_filter=^{name}$", "--benchmark_repetitions=3", "--benchmark_min_time=0.1"]
    return lambda: measure(program, options)["benchmarks"][0][rate]


def stretch(update, work=1.0):
    """Function that repeats `update` for a while and gives `work` done per second."""
    update()

    def rate():
        n, start = 0, time.process_time()  # as our benchmarks: others may be at work
        while (elapsed := time.process_time() - start) < SECONDS:
            update()
            n += 1
        return work * n / elapsed

    return rate


def scikit_learn(rows, hidden, batch, learning_rate=0.01):
    from sklearn.neural_network import BernoulliRBM

    batches = [rows[i : i + batch] for i in range(0, len(rows), batch)]
    rbm = BernoulliRBM(n_components=hidden, batch_size=batch, learning_rate=learning_rate, random_state=1)
    turn = iter(range(10**9))
    return stretch(lambda: rbm.partial_fit(batches[next(turn) % len(batches)]))


def pytorch(rows, hidden, batch, steps, persistent, learning_rate=0.01):
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(1)
    rows = torch.from_numpy(rows)
    weights = 0.01 * torch.randn(hidden, rows.shape[1])
    a, b = torch.zeros(rows.shape[1]), torch.zeros(hidden)
    chains = rows[:batch].clone()
    turn = iter(range(10**9))

    def up(v):
        return torch.sigmoid(torch.addmm(b, v, weights.t()))

    @torch.no_grad()
    def update():
        nonlocal chains
        first = next(turn) * batch % len(rows)
        data = rows[first : first + batch]
        mean = up(data)
        h = torch.bernoulli(up(chains) if persistent else mean)
        for step in range(steps):
            v = torch.bernoulli(torch.sigmoid(torch.addmm(a, h, weights)))
            model_mean = up(v)
            if step + 1 < steps:
                h = torch.bernoulli(model_mean)
        chains = v
        rate = learning_rate / batch
        weights.add_(mean.t() @ data - model_mean.t() @ v, alpha=rate)
        a.add_((data - v).sum(0), alpha=rate)
        b.add_((mean - model_mean).sum(0), alpha=rate)

    return stretch(update)


def coins(n, visible):
    import numpy

    return (numpy.random.default_rng(1).random((n, visible)) < 0.5).astype(numpy.float32)


def scikit_learn_free_energy(rows, hidden):
    from sklearn.neural_network import BernoulliRBM

    rbm = BernoulliRBM(n_components=hidden, n_iter=0).fit(rows[:10])
    return stretch(lambda: rbm._free_energy(rows), len(rows))


def numpy_free_energy(rows, hidden):
    import numpy

    weights = numpy.random.default_rng(1).normal(0, 0.1, (hidden, rows.shape[1]))
    a, b = numpy.zeros(rows.shape[1]), numpy.zeros(hidden)
    rows = 2.0 * rows - 1

    def free_energy():
        fields = rows @ weights.T + b
        return -rows @ a - numpy.logaddexp(fields, -fields).sum(axis=1)

    return stretch(free_energy, len(rows))


def numpy_checkerboard(side):
    import numpy

    random = numpy.random.default_rng(1)
    spins = numpy.ones((side, side), dtype=numpy.int8)
    colours = [numpy.add.outer(numpy.arange(side), numpy.arange(side)) % 2 == parity for parity in (0, 1)]
    acceptance = numpy.array([math.exp(-2 * f / TEMPERATURE) for f in range(-4, 5)], dtype=numpy.float32)

    def sweep():
        for colour in colours:
            field = sum(numpy.roll(spins, step, axis) for step in (1, -1) for axis in (0, 1))
            flipped = colour & (random.random(spins.shape, dtype=numpy.float32) < acceptance[field * spins + 4])
            spins[flipped] *= -1

    return stretch(sweep, side * side)


def works(program):
    """(work, unit of the rates, {program: how to begin})"""
    for visible, hidden, batch, steps, method in ((100, 64, 100, 1, "cd"), (1024, 256, 128, 10, "cd"), (4096, 1024, 512, 1, "pcd")):

        def data(visible=visible, batch=batch):
            return coins(10 * batch, visible)

        name = f"train_{method}/visible:{visible}/hidden:{hidden}/batch:{batch}/k:{steps}/threads:1"
        programs = {"spinflow": lambda name=name: ours(program, name, "items_per_second")}
        if steps == 1:
            programs["scikit-learn"] = lambda data=data, hidden=hidden, batch=batch: scikit_learn(data(), hidden, batch)
        programs["PyTorch"] = lambda data=data, rest=(hidden, batch, steps, method == "pcd"): pytorch(data(), *rest)
        yield f"RBM {visible}x{hidden}, batch {batch}, {method.upper()}-{steps}", "updates/s", programs
    yield "free energy, RBM 100x64, 25,000 rows", "rows/s", {
        "spinflow": lambda: ours(program, "free_energy/visible:100/hidden:64/rows:25000/threads:1", "items_per_second"),
        "scikit-learn": lambda: scikit_learn_free_energy(coins(25000, 100), 64),
        "numpy": lambda: numpy_free_energy(coins(25000, 100), 64),
    }
    yield f"Metropolis, one lattice, L = 256, T = {TEMPERATURE}", "flips/s", {
        "spinflow": lambda: ours(program, "checkerboard/side:256", "flips"),
        "C++, spin after spin": lambda: ours(program, "one_spin_at_a_time/side:256", "flips"),
        "numpy": lambda: numpy_checkerboard(256),
    }


PACKAGES = {"scikit-learn": "python3-sklearn", "PyTorch": "python3-torch", "numpy": "python3-numpy"}


def main():
    show_help(__doc__)
    if len(sys.argv) not in (2, 3):
        refuse(f"usage: {sys.argv[0]} BUILD_DIR [RESULT.json]")
    program = benchmark_program(sys.argv[1])
    result = read(sys.argv[2]) if len(sys.argv) == 3 else None
    comparison, missing = [], set()
    print(f"{'one thread each, in turns':48}{'per second':>12}{'spinflow is faster':>20}")
    for work, unit, programs in works(program):
        rates = {}
        for name, begin_work in programs.items():
            try:
                rates[name] = begin_work()
            except ImportError:
                missing.add(name)
        best = take_turns(rates)
        print(f"{work} ({unit})")
        for name, rate in best.items():
            print(f"    {name:44}{rate:12.4g}" + ("" if name == "spinflow" else f"{'x ' + format(best['spinflow'] / rate, '.3g'):>20}"), flush=True)
        comparison.append({"work": work, "unit": unit, "rates": best})
    for name in sorted(missing):
        print(f"{name} is not installed and was left out: apt-get install {PACKAGES[name]}")
    if result is not None:
        result["comparison"] = comparison
        write(sys.argv[2], json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    os.environ.update(one_thread())  # before anything loads a BLAS
    begin(main)
