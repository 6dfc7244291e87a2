// SPDX-License-Identifier: Apache-2.0
#include "samplers/tempering/ladder.hpp"

#include <numeric>
#include <utility>

#include "kernels/dense/elementary.hpp"

namespace spinflow::samplers {

Ladder::Ladder(const FieldSystem& system, std::vector<double> temperatures, base::RandomStream words)
    : equal_(system.zero * static_cast<double>(system.n_sites)),
      temperatures_(std::move(temperatures)),
      random_(words),
      replicas_(temperatures_.size(), FieldSpins(system)),
      at_rung_(temperatures_.size()),
      from_hottest_(temperatures_.size()),
      exchanges_(temperatures_.size() - 1) {
  std::iota(at_rung_.begin(), at_rung_.end(), std::size_t{0});
}

void Ladder::start() {
  for (auto& replica : replicas_) replica.start(random_);
}

void Ladder::start(Start kind, std::span<const std::uint8_t> turned) {
  start();
  for (auto& replica : replicas_) {
    std::vector<std::int8_t> state(replica.spins().begin(), replica.spins().end());
    become(kind, turned, random_, state);
    replica.set(state);
  }
}

void Ladder::update() {
  for (std::size_t rung = 0; rung < n_rungs(); ++rung) at(rung).sweep(temperatures_[rung], random_);
  for (std::size_t rung = static_cast<std::size_t>(updates_++ % 2); rung + 1 < n_rungs(); rung += 2)
    attempt(rung);
  from_hottest_[at_rung_.back()] = 1;
  auto& coldest = from_hottest_[at_rung_.front()];
  if (coldest != 0 && n_rungs() > 1) ++arrivals_;
  coldest = 0;
}

void Ladder::attempt(std::size_t rung) {
  const double gap = at(rung + 1).energy() - at(rung).energy();
  // In the limit T = 0 of the colder rung only its ground states remain, and an equal energy is taken.
  const double probability =
      gap <= equal_ ? 1.0
                    : kernels::exp_fixed(-gap * (1 / temperatures_[rung] - 1 / temperatures_[rung + 1]));
  auto& exchange = exchanges_[rung];
  exchange.probability += probability;
  exchange.energy_gap += gap;
  ++exchange.attempts;
  if (random_.uniform() < probability) std::swap(at_rung_[rung], at_rung_[rung + 1]);
}

}  // namespace spinflow::samplers
