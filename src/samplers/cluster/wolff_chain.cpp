// SPDX-License-Identifier: Apache-2.0
#include "samplers/cluster/wolff_chain.hpp"

#include <algorithm>
#include <cstdlib>

#include "kernels/dense/elementary.hpp"
#include "spinflow/base/stop.hpp"

namespace spinflow::samplers {

WolffChain::WolffChain(const NearestNeighbourSystem& system, double temperature, base::RandomStream words)
    : system_(&system),
      sign_(system.coupling < 0 ? -1 : 1),
      join_(static_cast<std::uint64_t>((1.0 - kernels::boltzmann_of_flip(system.coupling, temperature)) *
                                       0x1.0p63)),
      random_(words),
      spins_(system.n_sites + 1),
      cluster_(system.n_sites + 1) {
  set(system.starts.front());
}

void WolffChain::start() {
  const auto words = [this] { return next(); };
  set(system_->starts[base::uniform_below(words, system_->starts.size())]);
}

void WolffChain::set(std::span<const std::int8_t> spins) { std::ranges::copy(spins, spins_.begin()); }

std::uint64_t WolffChain::next() {
  if (used_ == words_.size()) {
    std::ranges::generate(words_, [this] { return random_.next(); });
    used_ = 0;
  }
  return words_[used_++];
}

void WolffChain::update() {
  // One update in eight rests (at no cost): at high T nearly every cluster is a single spin, and the parity
  // of M would alternate for ever.
  if ((next() & 7u) == 0) return;
  const std::int32_t* const neighbours = system_->graph.neighbours.data();
  constexpr std::size_t degree = kernels::LaneGraph::most_neighbours;
  std::int8_t* const spins = spins_.data();
  std::int32_t* const cluster = cluster_.data();
  const std::uint64_t join = join_;
  const int sign = sign_;
  // A site is turned over as it joins, so that it does not join again.
  const auto words = [this] { return next(); };
  cluster[0] = static_cast<std::int32_t>(base::uniform_below(words, system_->n_sites));
  spins[cluster[0]] = static_cast<std::int8_t>(-spins[cluster[0]]);
  std::size_t size = 1;
  constexpr std::size_t asked_every = std::size_t{1} << 20;  // sites of a large cluster, some 20 ms
  for (std::size_t at = 0; at < size; ++at) {
    if (at % asked_every == asked_every - 1) base::check_stop();
    if (words_.size() - used_ < degree) {
      // What is left goes to the front.
      const auto behind =
          std::copy(words_.begin() + static_cast<std::ptrdiff_t>(used_), words_.end(), words_.begin());
      std::generate(behind, words_.end(), [this] { return random_.next(); });
      used_ = 0;
    }
    const auto site = static_cast<std::size_t>(cluster[at]);
    const int satisfied = -sign * spins[site];
    const std::uint64_t* word = words_.data() + used_;
    for (std::size_t n = 0; n < degree; ++n) {
      const std::int32_t neighbour = neighbours[degree * site + n];
      const int spin = spins[neighbour];
      // No branch: no processor could predict it.
      const auto open = static_cast<unsigned>(spin == satisfied);
      const unsigned joins = open & static_cast<unsigned>((*word >> 1) < join);
      word += open;
      cluster[size] = neighbour;
      size += joins;
      spins[neighbour] = static_cast<std::int8_t>(spin * (1 - 2 * static_cast<int>(joins)));
    }
    used_ = static_cast<std::size_t>(word - words_.data());
  }
}

std::vector<double> WolffChain::measured() const {
  std::int64_t unequal = 0;
  for (const auto& [i, j] : system_->bonds)
    unequal += spins_[static_cast<std::size_t>(i)] != spins_[static_cast<std::size_t>(j)] ? 1 : 0;
  std::int64_t sum = 0;
  std::int64_t staggered = 0;
  for (std::size_t i = 0; i < system_->n_sites; ++i) {
    sum += spins_[i];
    staggered += system_->odd[i] != 0 ? -spins_[i] : spins_[i];
  }
  std::vector<double> values = {static_cast<double>(unequal), static_cast<double>(std::abs(sum))};
  if (system_->coupling < 0) values.push_back(static_cast<double>(std::abs(staggered)));
  return values;
}

}  // namespace spinflow::samplers
