// SPDX-License-Identifier: Apache-2.0
#include "samplers/wolff_chain.hpp"

#include <cmath>
#include <cstdlib>

#include "samplers/request.hpp"
#include "spinflow/kernels/elementary.hpp"

namespace spinflow::samplers {

WolffChain::WolffChain(const models::Model& model, double temperature, base::RandomStream words)
    : lattice_(model.lattice()),
      coupling_(model.nearest_neighbour_coupling().value()),
      join_(
          static_cast<std::uint64_t>((1.0 - kernels::boltzmann_of_flip(coupling_, temperature)) * 0x1.0p63)),
      random_(words),
      odd_(odd_sites(lattice_)),
      spins_(odd_.size(), 1),
      in_cluster_(odd_.size()) {}

void WolffChain::start(std::span<const std::vector<std::int8_t>> starts) {
  set(starts[random_.below(starts.size())]);
}

void WolffChain::set(std::span<const std::int8_t> spins) {
  spins_.assign(spins.begin(), spins.end());
  unequal_ = sum_ = staggered_ = 0;
  for (const auto& [i, j] : lattice_.bonds())
    unequal_ += spins_[static_cast<std::size_t>(i)] != spins_[static_cast<std::size_t>(j)] ? 1 : 0;
  for (std::size_t i = 0; i < spins_.size(); ++i) {
    sum_ += spins_[i];
    staggered_ += odd_[i] != 0 ? -spins_[i] : spins_[i];
  }
}

void WolffChain::update() {
  // One update in eight rests (at no cost): at high T nearly every cluster is a single spin, and the parity
  // of M would alternate for ever.
  if ((random_.next() & 7u) == 0) return;
  const auto join = [this](std::size_t site) {
    in_cluster_[site] = 1;
    cluster_.push_back(static_cast<std::int32_t>(site));
  };
  cluster_.clear();
  join(random_.below(spins_.size()));
  for (std::size_t next = 0; next < cluster_.size(); ++next) {
    const std::int32_t site = cluster_[next];
    const int spin = spins_[static_cast<std::size_t>(site)];
    for (const auto neighbour : lattice_.neighbours(site)) {
      const auto n = static_cast<std::size_t>(neighbour);
      if (in_cluster_[n] == 0 && coupling_ * spin * spins_[n] > 0 && (random_.next() >> 1) < join_) join(n);
    }
  }
  for (const auto site : cluster_) {
    const auto i = static_cast<std::size_t>(site);
    const int spin = spins_[i];
    for (const auto neighbour : lattice_.neighbours(site))
      unequal_ += spin * spins_[static_cast<std::size_t>(neighbour)];
    spins_[i] = static_cast<std::int8_t>(-spin);
    in_cluster_[i] = 0;
    sum_ -= 2 * spin;
    staggered_ -= odd_[i] != 0 ? -2 * spin : 2 * spin;
  }
}

std::vector<std::int32_t> WolffChain::measured() const {
  std::vector<std::int32_t> values = {static_cast<std::int32_t>(unequal_),
                                      static_cast<std::int32_t>(std::abs(sum_))};
  if (coupling_ < 0) values.push_back(static_cast<std::int32_t>(std::abs(staggered_)));
  return values;
}

}  // namespace spinflow::samplers
