# SPDX-License-Identifier: Apache-2.0
# An ensemble and an RBM for spinflow, written by another program (docs/formats.md).
import h5py
import numpy as np

text = np.bytes_  # of fixed length
rng = np.random.default_rng(1)

spins = rng.choice([-1, 1], (400, 8, 8)).astype("int8")
with h5py.File("mine.h5", "w") as f:
    f.attrs.update(format=text("spinflow/ensemble"), format_version=1, software=text("numpy"), seed=np.uint64(0), command=text(""))
    f.attrs.update(model=text(""), boundary=text("periodic"), independent_pieces=text("sample"))
    f.update(spins=spins, magnetization=spins.mean((1, 2)), temperature=np.full(400, np.nan), energy=np.full(400, np.nan))
    f.update(chain=np.arange(400, dtype="int32"), sweep=np.zeros(400, "int64"))

with h5py.File("rbm.h5", "w") as f:
    f.attrs.update(format=text("spinflow/rbm"), format_version=1, software=text("numpy"), seed=np.uint64(0), command=text(""), model=text(""))
    f.attrs.update(units=text("spin"), lattice=text("8x8"), dimension=2, boundary=text("periodic"), training=text(""))
    f.update(weights=rng.normal(0, 0.1, (16, 64)).astype("float32"), visible_bias=np.zeros(64, "float32"), hidden_bias=np.zeros(16, "float32"))
    for name in ["reconstruction_error", "pseudo_likelihood_train", "pseudo_likelihood_held_out", "weight_norm"]:
        f[f"history/{name}"] = np.zeros(0)
    f["history/update"] = np.zeros(0, "int64")
