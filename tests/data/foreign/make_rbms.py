# SPDX-License-Identifier: Apache-2.0
"""Writes rbms.h5, rbms-potts.h5 and rbms-energies.txt with the code of the package rbms (0.5.0 from PyPI, with torch).

rbms-energies.txt: F(v) of all 2^6 states of the visible units by rbms itself, state v of line k the bits of k, lowest
bit first.
"""

import os

import numpy as np
import torch
from rbms.bernoulli_bernoulli.classes import BBRBM
from rbms.io import load_params, save_model
from rbms.potts_bernoulli.classes import PBRBM
from rbms.training.utils import create_machine

for name in ("rbms.h5", "rbms-potts.h5"):
    if os.path.exists(name):
        os.remove(name)
torch.manual_seed(1)
np.random.seed(1)
VISIBLE, HIDDEN = 6, 4


def parameters(scale):
    return BBRBM(torch.randn(VISIBLE, HIDDEN) * scale, torch.randn(VISIBLE), torch.randn(HIDDEN))


hyperparameters = dict(num_visibles=VISIBLE, num_hiddens=HIDDEN, num_chains=8, batch_size=4, gibbs_steps=2) | dict(
    learning_rate=0.01, train_size=0.6, log=False, flags=["checkpoint"], seed=1, L1=0.0, L2=0.0
)
create_machine(filename="rbms.h5", params=parameters(0.1), **hyperparameters)
for update in (9, 10):
    params = parameters(0.1 * update)
    save_model("rbms.h5", params, params.init_chains(8), update, 1.0, ["checkpoint"])

loaded = load_params("rbms.h5", 10, torch.device("cpu"), torch.float64)
states = (np.arange(2**VISIBLE)[:, None] >> np.arange(VISIBLE)) & 1
np.savetxt("rbms-energies.txt", loaded.compute_energy_visibles(torch.tensor(states, dtype=torch.float64)).numpy(), fmt="%.12f")

potts = PBRBM(torch.randn(3, 4, 2), torch.randn(3, 4), torch.randn(2))
save_model("rbms-potts.h5", potts, {"visible": torch.zeros(2, 3)}, 1, 0.0)
