#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Trains an RBM on many configurations of a 10x10 lattice and prints the most memory that it took, in all and
# per configuration. Samples the configurations first: 10^7 take most of a minute, 700 MB of memory and 210 MB of
# disk.
# usage: scripts/measure-memory.sh BUILD_DIR [CONFIGURATIONS (a multiple of 10)] [more flags of `spinflow train rbm`]
set -eu
if [ $# -lt 1 ]; then
  echo "usage: $0 BUILD_DIR [CONFIGURATIONS] [--temperatures 2,3 ...]" >&2
  exit 2
fi
program=$1/bin/spinflow
shift
rows=10000000
if [ $# -gt 0 ]; then
  rows=$1
  shift
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$program" sample ising-square -L 10 -T 1.5:3.3:0.2 -n $((rows / 10)) -o "$folder/spins.h5" >/dev/null
python3 - "$rows" "$program" train rbm "$folder/spins.h5" -o "$folder/v.h5" --epochs 1 "$@" <<'PYTHON'
import resource, subprocess, sys, time

rows = int(sys.argv[1])
start = time.monotonic()
answer = subprocess.run(sys.argv[2:], check=True, capture_output=True, text=True).stdout
seconds = time.monotonic() - start
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(answer.splitlines()[-1].split(", seed")[0])
print(f"{seconds:.1f} s in all; at most {peak:.0f} MiB resident, {peak * 2**20 / rows:.0f} bytes per configuration")
PYTHON
