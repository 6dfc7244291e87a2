#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what a make target needs and nothing that is already there:
#   scripts/install-dependencies.sh build [test] [fuzz] [bench] [lint] [neon] [python] [site] [mpi] [cluster]
# Presence is checked first; with nothing missing there is no apt, no sudo and no network.
set -eu
cd "$(dirname "$0")/.."

build="g++ cmake ninja-build libeigen3-dev libhwy-dev librandom123-dev libtbb-dev libhdf5-dev zlib1g-dev libtomlplusplus-dev nlohmann-json3-dev libcli11-dev libfmt-dev"
test="libgtest-dev chromium python3-h5py"
fuzz="clang-16 libclang-rt-16-dev llvm-16"
bench="libbenchmark-dev libopenblas-dev python3"
lint="clang-format clang-tidy"
neon="g++-aarch64-linux-gnu qemu-user"
python="python3-dev python3-venv"
site="doxygen"
mpi="libopenmpi-dev openmpi-bin"
cluster="slurmctld slurmd slurm-client munge"

wanted=""
for group in "$@"; do
  case "$group" in
    build) wanted="$wanted $build" ;;
    test) wanted="$wanted $test" ;;
    fuzz) wanted="$wanted $fuzz" ;;
    bench) wanted="$wanted $bench" ;;
    lint) wanted="$wanted $lint" ;;
    neon) wanted="$wanted $neon" ;;
    python) wanted="$wanted $python" ;;
    site) wanted="$wanted $site" ;;
    mpi) wanted="$wanted $mpi" ;;
    cluster) wanted="$wanted $cluster" ;;
    *) echo "install-dependencies: no group '$group'; groups are build, test, fuzz, bench, lint, neon, python, site, mpi, cluster" >&2; exit 2 ;;
  esac
done

# A node >= 18 and npm already on PATH are kept, whoever supplied them.
node_major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p')
[ "${node_major:-0}" -ge 18 ] || wanted="$wanted nodejs"
command -v npm >/dev/null 2>&1 || wanted="$wanted npm"

missing=""
for package in $wanted; do
  dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed' || missing="$missing $package"
done

if [ -n "$missing" ]; then
  as_root=""
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then as_root="none"
    elif [ -t 0 ]; then as_root="sudo"
    elif sudo -n true 2>/dev/null; then as_root="sudo -n"
    else as_root="none"; fi
  fi
  if [ "$as_root" = none ]; then
    echo "spinflow needs Debian packages that are missing. As root, run:" >&2
    echo "  apt-get update && apt-get install -y --no-install-recommends$missing" >&2
    exit 2
  fi
  echo "installing:$missing"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
fi

# The Vega bundle of the report; stamped by the lock file, so that an unchanged lock means no network.
if ! cmp -s web/package-lock.json web/node_modules/.stamp 2>/dev/null; then
  (cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && cp package-lock.json node_modules/.stamp)
fi
