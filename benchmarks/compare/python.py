#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""RBMs by spinflow from Python, and the same work by C++, scikit-learn, rbms, PyTorch and numpy, in turns in one run.

usage: benchmarks/compare/python.py BUILD_DIR [PAIRS]

Trains an RBM of 64 hidden units on 25,000 configurations of 10x10 (batches of 100, one step of the chain, epochs of 250
updates) and computes the free energies of these configurations, on one thread and on two:

  spinflow, Python      sf.RBM(...).fit(X), X an int8 array; nothing is left out
  spinflow, command     `spinflow train rbm`, with the start of the program, reading and writing
  scikit-learn          BernoulliRBM(...).fit(X): persistent chains of one step, the only way it has
  rbms                  fit_batch_pcd with chains from the data (CD-1) and SGD, without the files that it writes at each update
  PyTorch               CD-1 as one writes it

Programs take turns, and of each the best rate counts: by the processor's time with one thread, as others may be at work, by the
wall clock with two, which wants a machine that does nothing else. Then pairs: the same training, epochs and bits, from Python
and from C++ (spinflow_train_rbm) one after the other, PAIRS times (100), the order changing from pair to pair; the cost of Python
is the median of the ratios of the processor times, with its standard error, and the ratio of the two best. What is not installed is left out and said so.
"""

import importlib.metadata
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
from benchmark_results import begin, machine, refuse, show_help  # noqa: E402

HIDDEN, BATCH, ROWS = 64, 100, 25000
RATE = 0.01


def spinflow_python(sf, spins, epochs):
    return lambda: sf.RBM(n_components=HIDDEN, batch_size=BATCH, epochs=epochs).fit(spins)


def spinflow_command(build, data, epochs, threads):
    command = [build / "bin" / "spinflow", "train", "rbm", data, "--hidden", HIDDEN, "--batch-size", BATCH, "--epochs", epochs]
    command += ["--threads", threads, "-o", data.with_name("command.h5"), "--force"]
    return lambda: subprocess.run([str(word) for word in command], check=True, capture_output=True)


def scikit_learn(spins, epochs):
    from sklearn.neural_network import BernoulliRBM

    rows = (spins.reshape(len(spins), -1) > 0).astype("float32")
    return lambda: BernoulliRBM(n_components=HIDDEN, batch_size=BATCH, learning_rate=RATE, n_iter=epochs, random_state=1).fit(rows)


def batches(rows, torch, epochs):
    for _ in range(epochs):
        order = torch.randperm(len(rows))
        for first in range(0, len(rows) - BATCH + 1, BATCH):
            yield rows[order[first : first + BATCH]]


def rbms(spins, epochs):
    import torch

    warnings.filterwarnings("ignore", category=FutureWarning)  # It uses what PyTorch is about to drop.
    from rbms.bernoulli_bernoulli.classes import BBRBM
    from rbms.training.pcd import fit_batch_pcd

    rows = torch.tensor(spins.reshape(len(spins), -1) > 0, dtype=torch.float32)
    ones = torch.ones(BATCH)

    @torch.no_grad()
    def train():
        weights = 0.01 * torch.randn(rows.shape[1], HIDDEN)
        params = BBRBM(weights, torch.zeros(rows.shape[1]), torch.zeros(HIDDEN))
        for parameter in params.parameters():
            parameter.grad = torch.zeros_like(parameter)  # What its gradient is written into.
        optimizer = torch.optim.SGD(params.parameters(), lr=RATE, maximize=True)
        for batch in batches(rows, torch, epochs):
            chains = params.init_chains(BATCH, weights=ones, start_v=batch)
            optimizer.zero_grad(set_to_none=False)
            fit_batch_pcd((batch, ones), chains, params, gibbs_steps=1, beta=1.0, centered=False)
            optimizer.step()

    return train


def pytorch(spins, epochs):
    import torch

    rows = torch.tensor(spins.reshape(len(spins), -1) > 0, dtype=torch.float32)

    @torch.no_grad()
    def train():
        weights = 0.01 * torch.randn(HIDDEN, rows.shape[1])
        a, b = torch.zeros(rows.shape[1]), torch.zeros(HIDDEN)
        for data in batches(rows, torch, epochs):
            mean = torch.sigmoid(torch.addmm(b, data, weights.t()))
            v = torch.bernoulli(torch.sigmoid(torch.addmm(a, torch.bernoulli(mean), weights)))
            model_mean = torch.sigmoid(torch.addmm(b, v, weights.t()))
            weights.add_(mean.t() @ data - model_mean.t() @ v, alpha=RATE / BATCH)
            a.add_((data - v).sum(0), alpha=RATE / BATCH)
            b.add_((mean - model_mean).sum(0), alpha=RATE / BATCH)

    return train


def free_energies(sf, spins):
    """{program: function} for the same network."""
    import numpy

    rbm = sf.RBM(n_components=HIDDEN, epochs=1, biases=True).fit(spins)
    flat = spins.reshape(len(spins), -1).astype(float)
    weights, a, b = rbm.components_.astype(float), rbm.intercept_visible_.astype(float), rbm.intercept_hidden_.astype(float)
    data = sf.Ensemble(spins)

    def by_numpy():
        fields = flat @ weights.T + b
        return -flat @ a - numpy.logaddexp(fields, -fields).sum(axis=1)

    assert numpy.allclose(by_numpy(), rbm.free_energy(spins), atol=1e-4)
    programs = {"spinflow, int8 array": lambda: rbm.free_energy(spins), "spinflow, Ensemble": lambda: rbm.free_energy(data), "numpy": by_numpy}
    try:
        from sklearn.neural_network import BernoulliRBM

        other = BernoulliRBM(n_components=HIDDEN, n_iter=0).fit(flat[:10] > 0)
        programs["scikit-learn"] = lambda: other._free_energy(flat > 0)
    except ImportError:
        pass
    return programs


def processor_time():
    """Seconds of this process and of those that it has run."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def take_turns(programs, threads, rounds):
    """The least seconds of each of {name: function}: of the processor with one thread, as others may be at work; else by the clock."""
    clock = processor_time if threads == 1 else time.perf_counter
    least = dict.fromkeys(programs, float("inf"))
    for _ in range(rounds):
        for name, function in programs.items():
            start = clock()
            function()
            least[name] = min(least[name], clock() - start)
    return least


def print_table(title, unit, work, least):
    print(title)
    ours = next(iter(least.values()))
    for name, seconds in least.items():
        print(f"    {name:28}{work / seconds:12,.0f} {unit}{'x ' + format(seconds / ours, '.3g'):>12}", flush=True)


def set_threads(sf, n):
    sf.set_threads(n)
    try:
        import torch

        torch.set_num_threads(n)
    except ImportError:
        pass
    try:
        from threadpoolctl import threadpool_limits

        return threadpool_limits(n)
    except ImportError:
        return None


def cost_of_python(sf, build, path, epochs, threads, pairs):
    """Ratio of processor times, Python over C++: (median over the pairs, its standard error, that of the two best)."""
    data = sf.load(path)
    words = [build / "bin" / "spinflow_train_rbm", path, HIDDEN, BATCH, epochs, threads]
    ratios, best = [], {}
    with subprocess.Popen([str(word) for word in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:

        def by_cpp():
            program.stdin.write("\n")
            program.stdin.flush()
            _, seconds, weight = program.stdout.readline().split()
            return float(seconds), float(weight)

        def by_python():
            start = time.process_time()
            rbm = sf.RBM(n_components=HIDDEN, batch_size=BATCH, epochs=epochs).fit(data)
            return time.process_time() - start, rbm.components_[0, 0]

        for pair in range(pairs + 1):
            first, second = (by_python, by_cpp) if pair % 2 else (by_cpp, by_python)
            found = {first: first(), second: second()}
            assert abs(found[by_cpp][1] - found[by_python][1]) < 1e-4 * abs(found[by_cpp][1])
            if pair > 0:  # The first one warms up.
                ratios.append(found[by_python][0] / found[by_cpp][0])
                best = {side: min(seconds, best.get(side, seconds)) for side, (seconds, _) in found.items()}
        program.stdin.close()
    spread = statistics.quantiles(ratios, n=4)
    error = 1.2533 * (spread[2] - spread[0]) / 1.349 / len(ratios) ** 0.5
    return statistics.median(ratios), error, best[by_python] / best[by_cpp]


def versions():
    found = []
    for name in ("spinflow", "numpy", "scikit-learn", "rbms", "torch"):
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{name}: not installed" if name != "spinflow" else "spinflow of the build tree")
    return ", ".join(found)


def trainings(sf, build, path, spins, epochs, threads):
    programs = {
        "spinflow, Python": lambda: spinflow_python(sf, spins, epochs),
        "spinflow, command": lambda: spinflow_command(build, path, epochs, threads),
        "scikit-learn": lambda: scikit_learn(spins, epochs),
        "rbms": lambda: rbms(spins, epochs),
        "PyTorch": lambda: pytorch(spins, epochs),
    }
    begun = {}
    for name, begin_work in programs.items():
        try:
            begun[name] = begin_work()
        except ImportError as error:
            print(f"{name} is left out: {error}")
    return begun


def main():
    show_help(__doc__)
    if len(sys.argv) not in (2, 3):
        refuse(f"usage: {sys.argv[0]} BUILD_DIR [PAIRS]")
    build, pairs, epochs = Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) == 3 else 100, 4
    if not (build / "bin" / "spinflow_train_rbm").exists():
        refuse(f"{build}: it has no bin/spinflow_train_rbm; run `make bench-python`")
    sys.path.insert(0, str(build / "python"))
    import spinflow as sf

    about = machine()
    print(f"{time.strftime('%Y-%m-%d', time.gmtime())}, {about.get('processor', '')}, Python {sys.version.split()[0]}, {versions()}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.h5"
        data = sf.sample("ising-square", L=10, T=[2.27], n=ROWS, seed=1)
        data.save(path)
        spins = data.spins
        updates = epochs * (ROWS // BATCH)
        named = {1: "1 thread", 2: "2 threads"}
        for threads, name in named.items():  # First, while no other program's threads wait for work in this process.
            sf.set_threads(threads)
            cost, error, best = cost_of_python(sf, build, path, epochs, threads, pairs)
            print(f"processor time from Python over that from C++, {pairs} pairs, {name}: {cost:.4f} +- {error:.4f}, the best of each {best:.4f}", flush=True)
        for threads, name in named.items():
            limits = set_threads(sf, threads)
            print_table(f"train an RBM 100x{HIDDEN}, batch {BATCH}, {name}", "updates/s", updates, take_turns(trainings(sf, build, path, spins, epochs, threads), threads, 5))
            print_table(f"free energies of {ROWS} rows, {name}", "rows/s", ROWS, take_turns(free_energies(sf, spins), threads, 15))
            del limits


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    begin(main)
