#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The virtual environment build/venv of Debian's python3 with python/requirements.txt from PyPI. Stamped by that file, so
# that an unchanged one means no network.
set -eu
cd "$(dirname "$0")/.."
venv=build/venv
cmp -s python/requirements.txt "$venv/stamp" && exit 0
mkdir -p build
[ -x "$venv/bin/python" ] || /usr/bin/python3 -m venv "$venv"
if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r python/requirements.txt; then
  echo "python-environment: PyPI could not be reached or lacks a package of python/requirements.txt; see the lines above" >&2
  exit 1
fi
cp python/requirements.txt "$venv/stamp"
