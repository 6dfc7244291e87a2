#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One study by four tasks of a job array of Slurm, of which two are killed, and a training that its job begins again
# where it stopped: the same bytes as without a cluster. As root, with the packages of
# `scripts/install-dependencies.sh cluster`:
#   tests/cluster/test-slurm.sh PROGRAM
set -euo pipefail
if [ "$(id -u)" -ne 0 ]; then
  echo "$0: skipped, because only root can start a Slurm"
  exit
fi
program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
script=$here/../../scripts/cluster/spinflow.sbatch
export SPINFLOW=$program

# The part that has a cluster.
in_slurm() {
  submit=(sbatch --parsable --cpus-per-task=1 --time=10 --output=log-%A_%a.txt)
  settings=(--set train.epochs=100 --set train.k=20)
  echo "a study by four tasks"
  job=$("${submit[@]}" --array=1-4 "$script" run iso2018 --scale smoke "${settings[@]}" -o study --join)
  appears study/classifier-small.h5
  sleep .5
  kill_two_jobs
  wait_for "$job"
  echo "two more are submitted"
  wait_for "$("${submit[@]}" --array=5-6 "$script" run iso2018 --scale smoke "${settings[@]}" -o study --join)"
  cmp study/results.json "$1/study/results.json"

  echo "a training that is told to stop before its time is over"
  job=$("${submit[@]}" "$script" train rbm "$1/spins.h5" "${training[@]}" -o v.h5 --resume)
  appears v.h5.training
  scancel --signal=USR1 --batch "$job"
  for _ in $(seq 100); do scontrol show job "$job" | grep -q 'Restarts=1' && break; sleep .2; done
  scontrol show job "$job" | grep -o 'Restarts=1'
  wait_for "$job"
  cmp v.h5 "$1/v.h5"
}

# As a node that fails would: nothing can be tidied up.
kill_two_jobs() {
  scripts=$(pgrep -f "$(dirname "$SLURM_CONF")/.*/slurm_script" | head -n 2)
  echo "killed: $(echo "$scripts" | wc -w)"
  for pid in $scripts; do kill -KILL "$pid" $(pgrep -P "$pid"); done
}

appears() {
  for _ in $(seq 300); do
    for file in "$@"; do [ -e "$file" ] && return; done
    sleep .1
  done
  echo "none of $* appears" >&2
  tail -n 5 log-*.txt >&2
  return 1
}

wait_for() {
  for _ in $(seq 600); do [ -n "$(squeue --noheader --job="$1" 2>/dev/null)" ] || return 0; sleep .2; done
  echo "job $1 does not end" >&2
  squeue >&2
  return 1
}

training=(--hidden 32 --k 100 --epochs 600)
if [ "${2:-}" = in-slurm ]; then
  in_slurm "$3"
  exit
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/spinflow-cluster.XXXXXX")
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/alone" "$folder/cluster"
cd "$folder/alone"
"$program" sample ising-square -L 8 -T 2.3 -n 1000 -o spins.h5 > out.txt
"$program" train rbm "$folder/alone/spins.h5" "${training[@]}" -o v.h5 > out.txt
"$program" run iso2018 --scale smoke --set train.epochs=100 --set train.k=20 -o study > out.txt
cd "$folder/cluster"
TMPDIR=$folder "$here/with-slurm.sh" "$here/$(basename "$0")" "$program" in-slurm "$folder/alone"
echo "the same bytes as without a cluster"
