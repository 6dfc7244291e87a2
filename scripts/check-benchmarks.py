#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Has anything become slower?

usage: scripts/check-benchmarks.py BUILD_DIR

Runs one benchmark of each loop, the best of many short repetitions, divides by the calibration loop of the same run
(benchmarks/calibration_benchmark.cpp says why that one) and compares with the kept result of the same processor, that of the
newest commit. Prints what fell by more than 15 %, after a second look at it. This is no test: its exit status is 0 whatever
it finds, for times depend on what else the machine does.
"""

import sys

from benchmark_results import RESULTS, begin, benchmark_program, measure, processor, read, refuse, show_help, times

FALLEN = 0.85  # of the kept speed
DIVISOR = "calibration/vector_words"
CLOCK = "calibration/integer_chain"
WATCHED = [
    CLOCK,
    "checkerboard/side:1024",
    "heat_bath/side:32/lanes:512/threads:1",
    "metropolis/side:32/lanes:512/threads:1",
    "heat_bath_in_field/side:32/lanes:512/threads:1",
    "counting/side:64",
    "train_cd/visible:100/hidden:64/batch:100/k:1/threads:1",
    "train_cd/visible:1024/hidden:256/batch:128/k:10/threads:1",
    "train_pcd/visible:4096/hidden:1024/batch:512/k:1/threads:1",
    "flow/visible:100/hidden:64/rows:1000/threads:1",
    "tempering/gibbs_steps_100x64_10_replicas_100_chains",
    "ais/chain_steps_100x64_64_chains",
    "dense/3000_updates_64-128-16_batch_256/manual_time",
    "wolff/2d_sigma_1/4096/min_time:0.010/manual_time",
    "swendsen_wang/2d_sigma_1/4096/min_time:0.010/manual_time",
    "roofline/random_words",
]


def kept_result():
    """The newest commit's result on this processor and its path; None if there is none."""
    found = []
    for path in sorted(RESULTS.glob("*.json")):
        result = read(path)
        context = result["context"]
        if context["processor"] == processor() and not context["commit"].endswith("-dirty"):
            found.append((context.get("commit_date", ""), context["date"], path.name, result))
    return max(found)[-2:] if found else None


def measured(program, names):
    """Benchmarks and calibration, the best of twelve repetitions: times and the level of SIMD."""
    pattern = "|".join(f"^{name}$" for name in [DIVISOR, *names])
    options = [f"--benchmark_filter={pattern}", "--benchmark_repetitions=12", "--benchmark_min_time=0.04"]
    result = measure(program, options)
    return times(result), result["context"]["simd"]


def speeds(now, kept):
    """Of everything in both: its speed in units of the calibration loop, now over kept."""
    unit = kept[DIVISOR] / now[DIVISOR]
    return {name: kept[name] / now[name] / unit for name in now if name in kept and name != DIVISOR}


def main():
    show_help(__doc__)
    if len(sys.argv) != 2:
        refuse(f"usage: {sys.argv[0]} BUILD_DIR")
    program = benchmark_program(sys.argv[1])
    found = kept_result()
    if found is None:
        print(f"No result of this processor ({processor()}) is kept, so nothing was compared; to keep one, run `make bench` "
              "on a committed tree and commit the file that it writes.")
        return
    file_name, result = found
    kept = times(result)
    if DIVISOR not in kept or CLOCK not in kept:
        refuse(f"{RESULTS / file_name}: it has no calibration loop to divide by; run `make bench` anew")
    now, simd = measured(program, WATCHED)
    compared = speeds(now, kept)
    del compared[CLOCK]
    suspects = [name for name, speed in compared.items() if speed < FALLEN]
    if suspects:
        # By its own calibration: the hour may have changed in between.
        again, _ = measured(program, suspects)
        for name, speed in speeds(again, kept).items():
            compared[name] = max(speed, compared[name])
    context = result["context"]
    if context["simd"] != simd:
        print(f"this run's SIMD level is {simd}, that of the kept one {context['simd']}")
    for speed, name in sorted((speed, name) for name, speed in compared.items()):
        if speed < FALLEN:
            print(f"{name}: {100 * (1 - speed):.0f} % slower than at {context['commit']}")
    for name in WATCHED:
        if name not in kept or name not in now:
            print(f"{name}: not in {'this program' if name not in now else file_name}")
    n_fallen = sum(speed < FALLEN for speed in compared.values())
    print(f"{n_fallen} of {len(compared)} fell by more than {100 * (1 - FALLEN):.0f} % against {file_name}, by ratio to the calibration "
          f"loop (itself at {100 * kept[DIVISOR] / now[DIVISOR]:.0f} % of its speed then, the clock at {100 * kept[CLOCK] / now[CLOCK]:.0f} %)")


if __name__ == "__main__":
    begin(main)
