#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Where does the flow of an RBM trained on Ising configurations stop?
set -e
spinflow sample ising-square -L 10 -T 0:6:0.25 -n 1000 -o spins.h5
spinflow train rbm spins.h5 --hidden 64 -o v.h5
spinflow flow v.h5 --start spins.h5 --start-temperature 1,6 --thermometer energy
