#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Are the errors of `spinflow critical` honest? Repeats small runs with 20 seeds each and sets the results beside
# what is known: scripts/pulls.sh PATH-TO-SPINFLOW FOLDER [SECONDS-PER-RUN]
# Writes FOLDER/pulls.md: how far the values lie from the truth in units of their errors, for all sizes of the runs,
# the small ones and the large ones. Runs that lie in FOLDER already are kept and their series read again, so that
# a change of the analysis costs no sampling.
set -eu
spinflow=$1
folder=$2
seconds=${3:-10}
seeds=20
mkdir -p "$folder"

sample() { # name, what the command line says after `critical`
  name=$1
  shift
  # The pilot of one run plans for all: the runs differ in their random numbers only.
  [ -f "$folder/$name-1/results.json" ] ||
    "$spinflow" critical "$@" --budget "${seconds}s" --seed 1 -o "$folder/$name-1" --force > /dev/null
  seed=2
  while [ $seed -le $seeds ]; do
    if [ ! -f "$folder/$name-$seed/results.json" ]; then
      sed "s/^seed = .*/seed = $seed/" "$folder/$name-1/recipe.toml" > "$folder/$name-$seed.toml"
      "$spinflow" critical --recipe "$folder/$name-$seed.toml" -o "$folder/$name-$seed" --force > /dev/null
    fi
    seed=$((seed + 1))
  done
}

read_again() { # name, then lists of its sizes
  name=$1
  shift
  for sizes in "$@"; do
    seed=1
    while [ $seed -le $seeds ]; do
      "$spinflow" critical --reanalyze "$folder/$name-$seed" --sizes "$sizes" --json > "$folder/$name-$seed-$sizes.json"
      seed=$((seed + 1))
    done
  done
}

sample square-small ising-square --sizes 4,6,8,12
sample square ising-square --sizes 6,8,12,16,24,32
sample infinite-range ising-infinite-range --sizes 64,96,128,192,256,384,512
sample power-law-1d ising-power-law --dimension 1 --sigma 0.75 --sizes 32,48,64,96,128,192,256
sample power-law-2d ising-power-law --dimension 2 --sigma 1.25 --sizes 6,8,12,16,24,32

read_again square-small 4,6,8,12
read_again square 6,8,12,16,24,32 6,8,12,16 12,16,24,32
read_again infinite-range 64,96,128,192,256,384,512 64,96,128,192 192,256,384,512
read_again power-law-1d 32,48,64,96,128,192,256 32,48,64,96 96,128,192,256
read_again power-law-2d 6,8,12,16,24,32 6,8,12,16 12,16,24,32

/usr/bin/python3 - "$folder" "$seeds" << 'PYTHON'
import json, math, pathlib, sys

folder, seeds = pathlib.Path(sys.argv[1]), int(sys.argv[2])
quantities = ["K_c", "y_t", "Delta_sigma", "Q_star"]
# Where theory has no number, the best values of this program: docs/long-range.md, much larger lattices.
best = {
    "power-law-1d": {"K_c": 0.374651, "y_t": 0.4917, "Q_star": 0.7043},
    "power-law-2d": {"K_c": 0.151639, "y_t": 0.994, "Q_star": 0.5609},
}
lines = ["| model | sizes | quantity | reference | runs | mean of values | error | systematic | mean pull | rms pull | largest | rms, statistical error alone |",
         "|---|---|---|---|---|---|---|---|---|---|---|---|"]


def mean(numbers):
    return sum(numbers) / len(numbers)


def rms(numbers):
    return math.sqrt(mean([x * x for x in numbers]))


worst = 0
for file in sorted(folder.glob("*-1-*.json")):
    name, sizes = file.stem.split("-1-")
    runs = [json.loads((folder / f"{name}-{seed}-{sizes}.json").read_text()) for seed in range(1, seeds + 1)]
    first, last = sizes.split(",")[0], sizes.split(",")[-1]
    for quantity in quantities:
        values = [run[quantity] for run in runs if run[quantity]["value"] is not None]
        # Runs too poor for a systematic error say so, and have no pull.
        known = [v for v in values if v["systematic"] is not None]
        if not known:
            continue
        reference = known[0]["expected"]
        if reference is None:
            reference = best[name][quantity]
        pulls = [(v["value"] - reference) / math.hypot(v["error"], v["systematic"]) for v in known]
        alone = [(v["value"] - reference) / v["error"] for v in known]
        worst = max(worst, rms(pulls))
        lines.append(f"| {name} | {first} .. {last} | {quantity} | {reference:.6g} | {len(known)} | {mean([v['value'] for v in known]):.6g} "
                     f"| {mean([v['error'] for v in known]):.2g} | {mean([v['systematic'] for v in known]):.2g} "
                     f"| {mean(pulls):+.2f} | {rms(pulls):.2f} | {max(map(abs, pulls)):.1f} | {rms(alone):.2f} |")
text = "\n".join(lines) + f"\n\nThe largest rms pull is {worst:.2f}.\n"
(folder / "pulls.md").write_text(text)
print(text, end="")
PYTHON
