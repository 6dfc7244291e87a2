#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Are the errors of `spinflow measure` and of the thermometers honest where rows are few?

Usage: scripts/pulls-measure.py PATH-TO-SPINFLOW FOLDER

Measures many small sets of rows and sets the results beside what is known exactly: sums over all configurations of
the 4x4 lattice, Kaufman's formula for 10x10. Writes FOLDER/pulls-measure.md: mean and standard deviation of
(value - truth) / error, which honest errors make 0 and 1. What FOLDER holds already is not measured again.
"""
import json
import math
import pathlib
import subprocess
import sys

import h5py
import numpy

SETS = 200
TEMPERATURES = {4: (1.0, 1.5, 2.0, 2.269, 3.0, 5.0), 10: (1.5, 2.0, 2.269, 3.0)}
ROWS = (20, 50, 200)
THERMOMETERS = ("energy", "magnetization", "pseudo-likelihood")


def exact_4x4(t):
    """<e>, c, <|m|>, Binder and P(configuration) of the periodic 4x4 lattice."""
    patterns = numpy.arange(1 << 16)
    spins = (2 * ((patterns[:, None] >> numpy.arange(16)) & 1) - 1).reshape(-1, 4, 4)
    e = -(spins * numpy.roll(spins, 1, 1) + spins * numpy.roll(spins, 1, 2)).sum((1, 2)) / 16
    m = numpy.abs(spins.sum((1, 2))) / 16
    p = numpy.exp(-16 * (e + 2) / t)
    p /= p.sum()
    mean = lambda x: float((p * x).sum())
    truth = {"energy": mean(e), "specific_heat": 16 * (mean(e * e) - mean(e) ** 2) / t**2, "abs_magnetization": mean(m),
             "binder": 1 - mean(m**4) / (3 * mean(m * m) ** 2)}
    return truth, p, spins.reshape(-1, 16)


def kaufman(l, t):
    """<e> and c of the periodic LxL lattice (Kaufman, Phys. Rev. 76, 1232 (1949)), by differences of ln Z."""
    def log_z(k):
        gammas = []
        for r in range(2 * l):
            if r == 0:
                gammas.append(2 * k + math.log(math.tanh(k)))
            else:
                gammas.append(math.acosh(math.cosh(2 * k) / math.tanh(2 * k) - math.cos(math.pi * r / l)))
        log_2cosh = lambda x: abs(x) + math.log1p(math.exp(-2 * abs(x)))
        log_2sinh = lambda x: abs(x) + math.log(-math.expm1(-2 * abs(x)))
        odd = [l / 2 * gammas[r] for r in range(1, 2 * l, 2)]
        even = [l / 2 * gammas[r] for r in range(0, 2 * l, 2)]
        terms = [(1, sum(map(log_2cosh, odd))), (1, sum(map(log_2sinh, odd))), (1, sum(map(log_2cosh, even))),
                 (1 if gammas[0] > 0 else -1, sum(map(log_2sinh, even)))]
        top = max(x for _, x in terms)
        return l * l / 2 * math.log(2 * math.sinh(2 * k)) - math.log(2) + top + math.log(
            sum(sign * math.exp(x - top) for sign, x in terms))
    k, d = 1 / t, 1e-4
    z = [log_z(k + i * d) for i in (-2, -1, 0, 1, 2)]
    first = (z[0] - 8 * z[1] + 8 * z[3] - z[4]) / (12 * d)
    second = (-z[0] + 16 * z[1] - 30 * z[2] + 16 * z[3] - z[4]) / (12 * d * d)
    return {"energy": -first / l**2, "specific_heat": second / (t * t) / l**2}


def answer(spinflow, *words):
    return json.loads(subprocess.run([spinflow, *map(str, words), "--json"], check=True, capture_output=True).stdout)


def part_of(whole, part, first, count):
    """Some rows of an ensemble's file as a file of their own."""
    with h5py.File(whole) as source, h5py.File(part, "w") as target:
        target.attrs.update(source.attrs)
        n = source["spins"].shape[0]
        for name, data in source.items():
            if isinstance(data, h5py.Dataset) and data.shape[0] == n:
                target[name] = data[first:first + count]
            else:
                source.copy(name, target)
            target[name].attrs.update(data.attrs)


class Pulls:
    def __init__(self):
        self.all = 0
        self.pulls = []

    def add(self, reading, truth):
        self.all += 1
        if reading["value"] is not None and reading["error"] and not reading.get("censored"):
            self.pulls.append((reading["value"] - truth) / reading["error"])

    def text(self):
        """Mean, standard deviation, and the share of sets that had an error where some had none."""
        n = len(self.pulls)
        if n < self.all / 10:
            return "-"
        mean = sum(self.pulls) / n
        sd = math.sqrt(sum((x - mean) ** 2 for x in self.pulls) / (n - 1))
        share = "" if n == self.all else f" ({100 * n / self.all:.0f} %)"
        return f"{mean:+.2f}, {sd:.2f}{share}"

    def beyond(self):
        return f"{100 * sum(abs(x) > 3 for x in self.pulls) / len(self.pulls):.1f} %"


def kept(path, make):
    if not path.exists():
        path.write_text(make())
    return path.read_text()


COLUMNS = {"energy": "e", "specific_heat": "c", "abs_magnetization": "\\|m\\|", "binder": "Binder"}


def independent_rows(spinflow, folder, l, t, n):
    truth = exact_4x4(t)[0] if l == 4 else kaufman(l, t)
    whole, part = folder / "whole.h5", folder / "part.h5"
    answer(spinflow, "sample", "ising-square", "-L", l, "-T", t, "-n", n * SETS, "--seed", n, "-o", whole, "--force")
    observables = {name: Pulls() for name in truth}
    readings = {name: Pulls() for name in THERMOMETERS}
    for i in range(SETS):
        part_of(whole, part, i * n, n)
        group = answer(spinflow, "measure", part)["groups"][0]
        for name, found in observables.items():
            found.add(group[name], truth[name])
        step = answer(spinflow, "flow", "block-majority", "--start", part, "--steps", 1, "--thermometer",
                      ",".join(THERMOMETERS))["starts"][0]["steps"][0]
        for name, found in readings.items():
            found.add(step["thermometers"][name], t)
    cells = [observables[name].text() if name in observables else "" for name in COLUMNS]
    return f"| {l} | {t} | {n} | " + " | ".join(cells + [found.text() for found in readings.values()]) + " |\n"


def series(spinflow, folder):
    """Rows in .npy: one series in order of its rows, whose tau_int nobody knows."""
    t = 2.5
    truth, p, patterns = exact_4x4(t)
    random = numpy.random.Generator(numpy.random.Philox(1))
    lines = []

    def measured(rows_of_set, name):
        pulls, tau = Pulls(), 0
        for i in range(SETS):
            numpy.save(folder / "series.npy", rows_of_set(i).astype(numpy.int8))
            group = answer(spinflow, "measure", folder / "series.npy")["groups"][0]
            pulls.add(group["abs_magnetization"], truth["abs_magnetization"])
            tau += group["tau_int"]["value"] / SETS
        lines.append(f"| {name} | {tau:.2f} | {pulls.text()} | {pulls.beyond()} |\n")

    for n in (10, 20, 50):
        draws = patterns[random.choice(len(p), size=(SETS, n), p=p)].reshape(SETS, n, 4, 4)
        measured(lambda i: draws[i], f"{n} independent")
    start = patterns[random.choice(len(p), size=SETS, p=p)].reshape(SETS, 4, 4)
    for n in (20, 50, 200, 1000):  # sequential heat bath, one row per sweep
        s = start.copy()
        rows = numpy.empty((n, SETS, 4, 4), dtype=numpy.int8)
        for sweep in range(n):
            for y in range(4):
                for x in range(4):
                    field = s[:, y - 1, x] + s[:, (y + 1) % 4, x] + s[:, y, x - 1] + s[:, y, (x + 1) % 4]
                    s[:, y, x] = numpy.where(random.random(SETS) < 1 / (1 + numpy.exp(-2 * field / t)), 1, -1)
            rows[sweep] = s
        measured(lambda i: rows[:, i], f"{n} sweeps of the heat bath")
    return "".join(lines)


def main():
    spinflow, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    text = "| L | T | rows | " + " | ".join(COLUMNS.values()) + " | T by " + " | T by ".join(THERMOMETERS) + " |\n"
    text += "|---|---|---|" + "---|" * (len(COLUMNS) + len(THERMOMETERS)) + "\n"
    for l, temperatures in TEMPERATURES.items():
        for t in temperatures:
            for n in ROWS:
                text += kept(folder / f"measure-{l}-{t}-{n}.txt", lambda: independent_rows(spinflow, folder, l, t, n))
    text += "\n| rows of one series | tau_int, mean | pulls of \\|m\\| | beyond 3 |\n|---|---|---|---|\n"
    text += kept(folder / "measure-series.txt", lambda: series(spinflow, folder))
    (folder / "pulls-measure.md").write_text(text)
    print(text, end="")


main()
