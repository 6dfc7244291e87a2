#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# answers.sh SPINFLOW NODE CHECK: the pages of `analyze weights` (square lattice and chain) and of `compare`, each opened
# in a browser. Status as check-report.mjs.
set -e
spinflow=$1
node=$2
check=$3
rm -rf answers
mkdir answers
cd answers
$spinflow sample ising-square -L 6 -T 1:4:1 -n 200 -o square.h5 >/dev/null
$spinflow sample ising-chain -L 16 -T 0.5,1 -n 200 -o chain.h5 >/dev/null
for lattice in square chain; do
  $spinflow train rbm $lattice.h5 --hidden 12 --epochs 5 -o $lattice-rbm.h5 >/dev/null
  $spinflow analyze weights $lattice-rbm.h5 --ensemble $lattice.h5 -o $lattice-weights >/dev/null
done
for seed in 1 2; do
  $spinflow run iso2018 --scale smoke --seed $seed -o seed-$seed >/dev/null
done
$spinflow compare seed-1 seed-2 -o compared >/dev/null
for page in square-weights chain-weights compared; do
  echo "$page:"
  "$node" "$check" $page
done
