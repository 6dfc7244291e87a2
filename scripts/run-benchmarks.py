#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the benchmarks of a build folder, and other programs on the same work: prints the tables and keeps the numbers.

usage: scripts/run-benchmarks.py BUILD_DIR [options of Google Benchmark, as --benchmark_filter=heat_bath]

The best of five short repetitions of each, in random order, so that a busy moment of a shared machine spoils no benchmark
as a whole; about four minutes. Kept as benchmarks/results/PROCESSOR-COMMIT.json with machine and commit inside; results of a
changed tree are named so and ignored by git. With options of its own a run prints the table and keeps nothing.
"""

import json
import re
import subprocess
import sys

from benchmark_results import RESULTS, ROOT, begin, benchmark_program, machine, measure, refuse, show_help, time_of, write

REPETITIONS = ["--benchmark_repetitions=5", "--benchmark_min_time=0.1"]
RATES = ("flips", "bits", "bytes", "flops", "spins", "items_per_second", "updates/s")


def readable(value, units):
    """Four digits and the largest unit that leaves one before the point."""
    for unit, size in units:
        if value >= size:
            break
    return f"{value / size:.4g} {unit}"


def print_table(result):
    for run in result["benchmarks"]:
        time = readable(time_of(run), (("s", 1e9), ("ms", 1e6), ("us", 1e3), ("ns", 1)))
        line = f"{run['name']:72}{time:>10}"
        for key in RATES:
            if key in run:
                amount = readable(run[key], (("G", 1e9), ("M", 1e6), ("k", 1e3), ("", 1)))
                line += f"   {amount}{'' if key == 'items_per_second' else key.split('/')[0]}/s"
        print(line)


def main():
    show_help(__doc__)
    if len(sys.argv) < 2:
        refuse(f"usage: {sys.argv[0]} BUILD_DIR [--benchmark_filter=REGEX ...]")
    program = benchmark_program(sys.argv[1])
    options = sys.argv[2:]
    here = machine()  # before the minutes in which a file may be changed
    print("each benchmark several times in random order ...", flush=True)
    result = measure(program, [*REPETITIONS, *options])
    print_table(result)
    if options:
        return
    result["context"].update(here)
    context = result["context"]
    name = re.sub(r"[^a-z0-9]+", "-", re.sub(r"\((r|tm)\)", "", context["processor"].lower())).strip("-")
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}-{context['commit']}.json"
    write(path, json.dumps(result, indent=1) + "\n")
    compared = subprocess.run([ROOT / "benchmarks" / "compare" / "compare.py", sys.argv[1], path])
    print(f"written: {path}" + ("" if compared.returncode == 0 else ", without a comparison"))
    sys.exit(compared.returncode)


if __name__ == "__main__":
    begin(main)
