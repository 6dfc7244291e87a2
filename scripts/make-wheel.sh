#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A wheel with the module, the command and every library they need, under build/wheel: for any Linux whose glibc is not
# older than this machine's. It compiles the library in build/wheel/tree, where it finds it again.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/build/venv/bin:$PATH"
rm -rf build/wheel/plain build/wheel/*.whl
python -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps --wheel-dir build/wheel/plain \
  --config-settings=build-dir=build/wheel/tree .
auditwheel repair --wheel-dir build/wheel build/wheel/plain/spinflow-*.whl
ls build/wheel/*.whl
