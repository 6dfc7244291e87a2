# SPDX-License-Identifier: Apache-2.0
"""An RBM that scikit-learn trains flows here, and spins of ours go to scikit-learn and back: python3 other_programs.py."""

import numpy as np
from sklearn.neural_network import BernoulliRBM

import spinflow as sf

# Configurations for another program: here numpy and units 0 and 1.
data = sf.sample("ising-square", L=8, T=[1.5, 2.27, 4.0], n=1000, seed=1)
sf.write(data, "spins.npz")
spins = np.load("spins.npz")["spins"].reshape(len(data), -1)

# It trains, and leaves three arrays in a file.
net = BernoulliRBM(n_components=64, learning_rate=0.1, batch_size=50, n_iter=60, random_state=1).fit(spins > 0)
np.savez("net.npz", components_=net.components_, intercept_visible_=net.intercept_visible_, intercept_hidden_=net.intercept_hidden_)

# The same distribution with units -1 and 1: P(h = 1 | v) agrees to rounding.
rbm = sf.read("net.npz", L=8)
print("largest difference of P(h = 1 | v) below 1e-5:", bool(abs(rbm.transform(data) - net.transform(spins > 0)).max() < 1e-5))

flow = sf.flow(rbm, start=data.at(4.0), steps=30, thermometers=["energy"], seed=1).frame
hot, end = flow.T_energy.iloc[[0, -1]]
print(f"T = {hot:.1f} at the start, {end:.1f} after 30 steps")
