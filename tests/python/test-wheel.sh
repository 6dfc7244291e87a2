#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test-wheel.sh WHEEL: installs the wheel into an empty environment beside h5py, and runs the example and the command, far
# from the source and without the libraries of the build.
set -eu
wheel=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
/usr/bin/python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$wheel" pandas h5py
cd "$folder"
PATH="$folder/venv/bin:$PATH"
unset PYTHONPATH
spinflow sample ising-square -L 6 -T 1:3:1 -n 50 -o spins.h5
spinflow analyze weights --help >/dev/null
python - <<'END'
import sys
import h5py
import numpy as np
import spinflow as sf
assert sys.prefix in sf.__file__
data = sf.sample("ising-square", L=6, T=[1, 2, 3], n=50)
data.save("python.h5")
with h5py.File("spins.h5") as command, h5py.File("python.h5") as python:
    for name in ("spins", "energy", "temperature"):
        assert np.array_equal(command[name], python[name]), name
rbm = sf.RBM(n_components=8, epochs=2).fit(data)
flow = sf.flow(rbm, start=data, steps=3, thermometers=["energy"])
assert len(flow.frame) == 12
assert sf.run("gong-xia", scale="smoke", folder="run").claims
END
spinflow report run >/dev/null
# Type stubs are there.
test -s "$folder"/venv/lib/python3*/site-packages/spinflow/_core.pyi
test -e "$folder"/venv/lib/python3*/site-packages/spinflow/py.typed
# No library of the build's machine but those that every Linux has.
for file in "$folder"/venv/lib/python3*/site-packages/spinflow/_core*.so "$folder"/venv/lib/python3*/site-packages/spinflow/bin/spinflow; do
  ldd "$file" | grep '=> /' | grep -v 'spinflow.libs' | grep -vE 'lib(c|m|resolv|stdc\+\+|gcc_s|pthread|dl|rt)\.so|libz\.so' && { echo "$file needs these of the system" >&2; exit 1; }
done
echo "the wheel works"
