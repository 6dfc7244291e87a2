#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test-toys.sh CMAKE TREE COMPILER LIBRARY OBJECTS: adds a model, sampler, trainer, transformation, thermometer, observable and
# recipe to a copy of the tree, one file (a recipe: one folder) each and nothing else, and uses all of them. OBJECTS: of the program, with
# semicolons between.
set -eu
cmake=$1
tree=$2
compiler=$3
library=$4
objects=$5
toys=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

mkdir copy
cp -r "$tree/src" "$tree/include" "$tree/cmake" copy
cp -r "$toys/src" copy
cp "$toys/CMakeLists.txt" copy
"$cmake" -S copy -B copy/build -G Ninja -DCMAKE_CXX_COMPILER="$compiler" -DSPINFLOW_TREE="$tree" -DSPINFLOW_LIBRARY="$library" \
  -DSPINFLOW_PROGRAM_OBJECTS="$objects" >configure.log 2>&1 || { cat configure.log; exit 1; }
"$cmake" --build copy/build >build.log 2>&1 || { cat build.log; exit 1; }
if diff -rq "$tree/src" copy/src | grep -v "^Only in copy/src"; then
  echo "a file of the tree was changed"
  exit 1
fi

spinflow() { copy/build/spinflow "$@"; }
expect() {
  if ! printf '%s\n' "$1" | grep -q -- "$2"; then
    printf "no '%s' in:\n%s\n" "$2" "$1"
    exit 1
  fi
}

list=$(spinflow models)
for name in toy-magnet toy-flips toy-coins toy-flip toy-glow toy_ups; do expect "$list" "$name"; done
expect "$(spinflow recipes)" "toy: a recipe that a test adds"
expect "$(spinflow completion bash)" "toy-magnet"
expect "$(spinflow train rbm --help)" "--up"

expect "$(spinflow sample toy-magnet -L 6 -T 3,6 -n 200 --sampler toy-flips -o s.h5)" "toy-flips"
expect "$(spinflow sample toy-magnet -L 6 -T 3 -n 20 -o auto.h5)" "toy-magnet"
expect "$(spinflow inspect s.h5)" "toy-magnet"
expect "$(spinflow train rbm s.h5 --method toy-coins --up 0.6 --hidden 4 --epochs 2 -o v.h5)" "updates"
expect "$(spinflow inspect v.h5)" 'method = "toy-coins"'
flow=$(spinflow flow toy-flip --start s.h5 --steps 4 --thermometer toy-glow --observables toy_ups -o f.h5)
expect "$flow" "T toy-glow"
expect "$flow" "ups"
expect "$(spinflow measure s.h5 --observables toy_ups --json)" '"toy_ups"'
expect "$(spinflow inspect f.h5)" "toy_ups"
expect "$(spinflow flow v.h5 --then toy-flip --start s.h5 --steps 2)" "from T = 3"

expect "$(spinflow run toy --scale smoke --set criteria.a.errors=5 -o run)" "points up as often as down"
grep -q "within 5 errors of 0" run/results.json
grep -q "Toy (2002)" run/report.html
expect "$(spinflow cite toy)" "A magnet of one file"
expect "$(spinflow cite toy-magnet)" "Crystal Statistics"
echo "seven new files are found, listed, documented, used and cited"
