#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Gives changed bytes to every reader of foreign files for some seconds each, two readers at a time:
#   scripts/fuzz.sh build/fuzz 600 [SEED]
# It starts from tests/data/fuzz and goes on from what earlier runs found worth keeping. Whatever ends a reader is
# kept under build/fuzz/findings, and the exit status is not 0. SEED of the changes; 0 (the default): from the clock.
set -eu
build=$1
export seconds=$2 seed=${3:-0}
cd "$(dirname "$0")/.."
export program="$build/bin/spinflow_fuzz" corpus="$build/corpus" findings="$build/findings" logs="$build/logs"
mkdir -p "$corpus" "$findings" "$logs"

# shellcheck disable=SC2016
ls tests/data/fuzz | xargs -P 2 -I READER sh -c '
  mkdir -p "$corpus/READER"
  if "$program" READER "$corpus/READER" tests/data/fuzz/READER -seed="$seed" -max_total_time="$seconds" -max_len=20000 \
      -timeout=30 -rss_limit_mb=2048 -artifact_prefix="$findings/READER-" > "$logs/READER" 2>&1; then
    echo "READER: $(tail -n 1 "$logs/READER")"
  else
    tail -n 40 "$logs/READER"
    echo "READER: ended; see $findings"
    exit 1
  fi'
