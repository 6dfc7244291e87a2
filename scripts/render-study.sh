#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Pictures of a run folder's figures for the documents: scripts/render-study.sh RUN-FOLDER OUT-FOLDER FIGURE...
set -eu
here=$(dirname "$0")/..
run=$1
out=$2
shift 2
mkdir -p "$out"
for figure in "$@"; do
  node "$here/web/render-svg.mjs" "$run/figures/$figure.vl.json" "$out/$figure.svg"
done
