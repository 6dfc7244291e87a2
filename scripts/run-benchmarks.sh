#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the benchmarks of a build folder: prints the table and keeps the numbers as JSON in benchmarks/results/.
# usage: scripts/run-benchmarks.sh BUILD_DIR [options of Google Benchmark, as --benchmark_filter=heat_bath]
set -eu
if [ $# -lt 1 ]; then
  echo "usage: $0 BUILD_DIR [--benchmark_filter=REGEX ...]" >&2
  exit 2
fi
build=$1
shift
root=$(cd "$(dirname "$0")/.." && pwd)
program=$build/bin/spinflow_benchmarks
if [ ! -x "$program" ]; then
  echo "$program does not exist; configure with -DSPINFLOW_BENCHMARKS=ON and build it" >&2
  exit 2
fi
mkdir -p "$root/benchmarks/results"
result=$root/benchmarks/results/$(git -C "$root" describe --always --dirty 2>/dev/null || echo unknown).json
"$program" --benchmark_counters_tabular=true --benchmark_out="$result" --benchmark_out_format=json "$@"
echo "written: $result"
