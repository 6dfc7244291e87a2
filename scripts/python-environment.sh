#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The virtual environment build/venv of Debian's python3 with python/requirements.txt from PyPI, and with
# python/requirements-site.txt where the word `site` is given. Stamped by these files, so that unchanged ones mean no
# network.
set -eu
cd "$(dirname "$0")/.."
venv=build/venv
mkdir -p build

installed() {
  cmp -s "$1" "$venv/$2" && return
  [ -x "$venv/bin/python" ] || /usr/bin/python3 -m venv "$venv"
  if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$1"; then
    echo "python-environment: PyPI could not be reached or lacks a package of $1; see the lines above" >&2
    exit 1
  fi
  cp "$1" "$venv/$2"
}

installed python/requirements.txt stamp
[ "${1:-}" != site ] || installed python/requirements-site.txt stamp-site
