// SPDX-License-Identifier: Apache-2.0
// A program of somebody else: an ensemble is sampled, written, read again and mapped to block spins.
#include <cstdio>
#include <spinflow/spinflow.hpp>

using namespace spinflow;

int main() {
  catalogue::register_all();
  const auto model = models::registry().find("ising-square").make(lattice::Lattice::square(6, 6), {});
  const auto data = samplers::sample({model, {2.0}, 512, 1}, "auto", base::silent());
  ensemble::write(data, "spins.h5");
  const auto read = ensemble::read("spins.h5");
  const transformations::BlockMajority blocks({.factor = 3});
  const auto coarse = blocks.apply(read, 1);
  std::printf("%zu configurations of %s and of %s\n", read.size(), read.lattice.text().c_str(),
              coarse.lattice.text().c_str());
  return read.spins == data.spins && coarse.lattice == lattice::Lattice::square(2, 2) ? 0 : 1;
}
