// SPDX-License-Identifier: Apache-2.0
// A program of somebody else: an ensemble is sampled, written, read again and mapped to block spins.
#include <cstdio>
#include <spinflow/spinflow.hpp>

using namespace spinflow;

int main() {
  const auto data = samplers::sample({models::IsingSquare{.side = 6}, {2.0, 2.5}, 512});
  for (const auto& group : observables::measure(data, {"energy"}))
    std::printf("T = %.1f: e = %.4f +- %.4f\n", group.temperature, group["energy"].value,
                group["energy"].error);
  ensemble::write(data, "spins.h5");
  const auto read = ensemble::read("spins.h5");
  const auto coarse = transformations::BlockMajority({.factor = 3}).apply(read, 1);
  return read.spins == data.spins && coarse.lattice == lattice::Lattice::square(2, 2) ? 0 : 1;
}
