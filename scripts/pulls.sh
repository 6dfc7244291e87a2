#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Are the errors of `spinflow critical` honest? Repeats small runs with 20 seeds each and sets the results beside
# what is known exactly: scripts/pulls.sh PATH-TO-SPINFLOW FOLDER [SECONDS-PER-RUN]
# Writes FOLDER/pulls.md: mean and standard deviation of (value - truth) / error, which honest errors make 0 and 1.
set -eu
spinflow=$1
folder=$2
seconds=${3:-20}
seeds=20
mkdir -p "$folder"

run_all() { # name, what the command line says after `critical`
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

run_all square ising-square --sizes 6,8,12,16,24,32
run_all infinite-range ising-infinite-range --sizes 64,96,128,192,256,384,512
run_all power-law-1d ising-power-law --dimension 1 --sigma 0.75 --sizes 32,48,64,96,128,192,256
run_all power-law-2d ising-power-law --dimension 2 --sigma 1.25 --sizes 6,8,12,16,24,32

/usr/bin/python3 - "$folder" "$seeds" << 'PYTHON'
import json, math, pathlib, sys

folder, seeds = pathlib.Path(sys.argv[1]), int(sys.argv[2])
names = ["square", "infinite-range", "power-law-1d", "power-law-2d"]
quantities = ["K_c", "y_t", "Delta_sigma", "Q_star"]
lines = ["| model | quantity | truth | mean of values | mean error | mean pull | sd of pulls | sd, systematic error included |",
         "|---|---|---|---|---|---|---|---|"]
for name in names:
    runs = [json.loads((folder / f"{name}-{seed}" / "results.json").read_text())["values"] for seed in range(1, seeds + 1)]
    for quantity in quantities:
        values = [run[quantity] for run in runs if run[quantity]["value"] is not None]
        if len(values) < seeds:
            continue
        mean = sum(v["value"] for v in values) / seeds
        truth = values[0]["expected"]
        # Where nothing is known, the scatter alone is compared with the errors.
        centre = mean if truth is None else truth
        errors = [v["error"] for v in values]
        pulls = [(v["value"] - centre) / e for v, e in zip(values, errors)]
        whole = [(v["value"] - centre) / math.hypot(e, v["systematic"] or 0) for v, e in zip(values, errors)]
        def sd(numbers):
            middle = sum(numbers) / seeds
            return math.sqrt(sum((x - middle) ** 2 for x in numbers) / (seeds - 1))
        lines.append(f"| {name} | {quantity} | {'-' if truth is None else f'{truth:.6g}'} | {mean:.6g} | {sum(errors) / seeds:.2g} | "
                     f"{'-' if truth is None else f'{sum(pulls) / seeds:+.2f}'} | {sd(pulls):.2f} | {sd(whole):.2f} |")
text = "\n".join(lines) + "\n"
(folder / "pulls.md").write_text(text)
print(text, end="")
PYTHON
