#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes build/site/html of docs, the headers and the Python module under build/release. A warning is an error.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build/site/doxygen
build/venv/bin/python docs/site/pages.py
doxygen docs/site/Doxyfile
PYTHONPATH=$PWD/build/release/python PYTHONDONTWRITEBYTECODE=1 build/venv/bin/python -m sphinx -W --keep-going -q -c docs/site -d build/site/doctrees build/site/source build/site/html
# Every page works without a network: nothing is loaded from elsewhere.
if grep -rlE '<(link|script|img|iframe)[^>]*(href|src)="(https?:)?//' build/site/html --include='*.html'; then
  echo "make-site: the pages above load files from the network; keep these files beside the pages" >&2
  exit 1
fi
echo "wrote build/site/html/index.html"
