// SPDX-License-Identifier: Apache-2.0
#include "samplers/cluster/event_wolff_chain.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace spinflow::samplers {

namespace {

__extension__ using Wide = unsigned __int128;

}  // namespace

EventWolffChain::EventWolffChain(std::shared_ptr<const GraphSystem> system, double inverse_temperature,
                                 base::RandomStream words)
    : system_(std::move(system)),
      words_(words),
      spins_(system_->n_sites()),
      cluster_(system_->n_sites() + 1) {
  const double mean = 2 * system_->events_per_site(inverse_temperature);
  n_rounds_ = static_cast<std::size_t>(
      std::max(1.0, std::ceil(mean * static_cast<double>(batches[0]) / kernels::PoissonTable::most_mean)));
  // Of batches that cannot occur there need be no table.
  for (const auto batch : batches)
    events_.emplace_back(
        batch > spins_.size() ? 0 : mean / static_cast<double>(n_rounds_) * static_cast<double>(batch));
  start();
}

void EventWolffChain::start() {
  std::ranges::fill(spins_, std::int8_t{1});
  sum_ = static_cast<std::int64_t>(spins_.size());
}

void EventWolffChain::set(std::span<const std::int8_t> spins) {
  std::ranges::copy(spins, spins_.begin());
  sum_ = std::accumulate(spins.begin(), spins.end(), std::int64_t{0});
}

void EventWolffChain::update() {
  // As in WolffChain: at high T the parity of M would alternate for ever.
  if ((words_.next() & 7U) == 0) return;
  const kernels::EventDraw events = system_->events()->draw();
  const auto n_sites = static_cast<std::uint32_t>(spins_.size());
  std::int8_t* const spins = spins_.data();
  std::uint32_t* const cluster = cluster_.data();
  const Wide first = static_cast<Wide>(words_.next()) * spins_.size();
  cluster[0] = static_cast<std::uint32_t>(first >> 64);
  const std::int8_t sign = spins[cluster[0]];
  const auto all = static_cast<std::size_t>((static_cast<std::int64_t>(spins_.size()) + sign * sum_) / 2);
  // A site is turned over as it joins, so that it does not join again.
  spins[cluster[0]] = static_cast<std::int8_t>(-sign);
  std::size_t size = 1;
  for (std::size_t round = 0; round < n_rounds_ && size < all; ++round) {
    const std::size_t known = round == 0 ? 0 : size;
    for (std::size_t next = 0; next < size && size < all;) {
      const std::size_t present = (next < known ? known : size) - next;
      std::size_t b = 0;
      while (batches[b] > present) ++b;
      const std::size_t batch = batches[b];
      // Who joins in a later round has the earlier ones before him.
      for (std::size_t turn = next < known ? round : 0; turn <= round; ++turn) {
        const std::uint32_t n_events = events_[b].draw(words_.next());
        const std::uint64_t* const words = words_.take(n_events);
        for (std::uint32_t event = 0; event < n_events; ++event) {
          const Wide product = static_cast<Wide>(words[event]) * batch;
          const std::uint32_t site = cluster[next + static_cast<std::size_t>(product >> 64)];
          // The table holds one of r and -r. A cluster must grow both ways, or the reverse move has
          // another probability: a point reflection of the lattice before and after the step turns it round,
          // on the toss of the word's last bit.
          const std::uint32_t turned = 0U - static_cast<std::uint32_t>(words[event] & 1U);
          const std::uint32_t from = (site ^ turned) + (n_sites & turned);
          const std::uint32_t to = events.partner(from, static_cast<std::uint64_t>(product));
          const std::uint32_t partner = (to ^ turned) + (n_sites & turned);
          // No branch: no processor could predict it.
          cluster[size] = partner;
          size += spins[partner] == sign ? 1 : 0;
          spins[partner] = static_cast<std::int8_t>(-sign);
        }
      }
      next += batch;
    }
  }
  sum_ -= 2 * sign * static_cast<std::int64_t>(size);
}

}  // namespace spinflow::samplers
