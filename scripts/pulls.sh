#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Are the errors of `spinflow critical` honest? Repeats small runs with 20 seeds each and sets the results beside
# what is known: scripts/pulls.sh PATH-TO-SPINFLOW FOLDER [SECONDS-PER-RUN]
# Writes FOLDER/pulls.md: how far the values lie from the truth, in units of their errors. Series that lie in FOLDER
# already are kept and read again by the program at hand, so that a change of the analysis costs no sampling.
set -eu
spinflow=$1
folder=$2
seconds=${3:-10}
seeds=20
mkdir -p "$folder"

# name, what the command line says after `critical`
sample_all() {
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

# name, sizes: what the program says of these sizes of the runs `name`
read_all() {
  seed=1
  while [ $seed -le $seeds ]; do
    "$spinflow" critical --reanalyze "$folder/$1-$seed" --sizes "$2" --json > "$folder/$1-$seed-$2.json"
    seed=$((seed + 1))
  done
}

sample_all square ising-square --sizes 6,8,12,16,24,32
sample_all square-small ising-square --sizes 4,6,8,12
sample_all infinite-range ising-infinite-range --sizes 64,96,128,192,256,384,512
sample_all power-law-1d ising-power-law --dimension 1 --sigma 0.75 --sizes 32,48,64,96,128,192,256
sample_all power-law-2d ising-power-law --dimension 2 --sigma 1.25 --sizes 6,8,12,16,24,32
