// SPDX-License-Identifier: Apache-2.0
#include "samplers/wolff_chain.hpp"

#include <algorithm>
#include <cstdlib>

#include "spinflow/kernels/elementary.hpp"

namespace spinflow::samplers {

WolffChain::WolffChain(const NearestNeighbourSystem& system, double temperature, base::RandomStream words)
    : system_(&system),
      sign_(system.coupling < 0 ? -1 : 1),
      join_(static_cast<std::uint64_t>((1.0 - kernels::boltzmann_of_flip(system.coupling, temperature)) *
                                       0x1.0p63)),
      random_(words),
      spins_(system.n_sites + 1),
      in_cluster_(system.n_sites) {
  set(system.starts.front());
}

void WolffChain::start() { set(system_->starts[random_.below(system_->starts.size())]); }

void WolffChain::set(std::span<const std::int8_t> spins) {
  std::ranges::copy(spins, spins_.begin());
  unequal_ = sum_ = staggered_ = 0;
  for (const auto& [i, j] : system_->bonds)
    unequal_ += spins_[static_cast<std::size_t>(i)] != spins_[static_cast<std::size_t>(j)] ? 1 : 0;
  for (std::size_t i = 0; i < system_->n_sites; ++i) {
    sum_ += spins_[i];
    staggered_ += system_->odd[i] != 0 ? -spins_[i] : spins_[i];
  }
}

void WolffChain::update() {
  // One update in eight rests (at no cost): at high T nearly every cluster is a single spin, and the parity
  // of M would alternate for ever.
  if ((random_.next() & 7u) == 0) return;
  const auto neighbours_of = [this](std::int32_t site) {
    return std::span(system_->graph.neighbours).subspan(4 * static_cast<std::size_t>(site), 4);
  };
  const auto join = [this](std::size_t site) {
    in_cluster_[site] = 1;
    cluster_.push_back(static_cast<std::int32_t>(site));
  };
  cluster_.clear();
  join(random_.below(system_->n_sites));
  for (std::size_t next = 0; next < cluster_.size(); ++next) {
    const std::int32_t site = cluster_[next];
    const int satisfied = sign_ * spins_[static_cast<std::size_t>(site)];
    for (const auto neighbour : neighbours_of(site)) {
      const auto n = static_cast<std::size_t>(neighbour);
      if (spins_[n] == satisfied && in_cluster_[n] == 0 && (random_.next() >> 1) < join_) join(n);
    }
  }
  for (const auto site : cluster_) {
    const auto i = static_cast<std::size_t>(site);
    const int spin = spins_[i];
    for (const auto neighbour : neighbours_of(site))
      unequal_ += spin * spins_[static_cast<std::size_t>(neighbour)];
    spins_[i] = static_cast<std::int8_t>(-spin);
    in_cluster_[i] = 0;
    sum_ -= 2 * spin;
    staggered_ -= system_->odd[i] != 0 ? -2 * spin : 2 * spin;
  }
}

std::vector<double> WolffChain::measured() const {
  std::vector<double> values = {static_cast<double>(unequal_), static_cast<double>(std::abs(sum_))};
  if (system_->coupling < 0) values.push_back(static_cast<double>(std::abs(staggered_)));
  return values;
}

}  // namespace spinflow::samplers
