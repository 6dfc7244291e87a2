// SPDX-License-Identifier: Apache-2.0
#include "samplers/cluster/swendsen_wang_chain.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numeric>

#include "kernels/dense/elementary.hpp"

namespace spinflow::samplers {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::size_t word_bits = 64;

// Eight spins as bytes, by the eight bits that say which are up.
constexpr auto eight_spins = [] {
  std::array<std::array<std::int8_t, 8>, 256> table{};
  for (unsigned bits = 0; bits < table.size(); ++bits)
    for (unsigned i = 0; i < 8; ++i) table[bits][i] = ((bits >> i) & 1U) != 0 ? 1 : -1;
  return table;
}();

}  // namespace

SwendsenWangChain::SwendsenWangChain(std::shared_ptr<const GraphSystem> system, double inverse_temperature,
                                     base::RandomStream words)
    : system_(std::move(system)),
      words_(words),
      spins_((system_->n_sites() + word_bits - 1) / word_bits * word_bits, 1),
      sets_(system_->n_sites()),
      inverse_temperature_(inverse_temperature),
      cluster_(system_->n_sites()) {}

void SwendsenWangChain::start() { std::ranges::fill(spins_, std::int8_t{1}); }

void SwendsenWangChain::set(std::span<const std::int8_t> spins) { std::ranges::copy(spins, spins_.begin()); }

void SwendsenWangChain::sweep() {
  sets_.reset();
  count_ = connect();
  if (system_->field() == 0)
    colour();
  else
    colour_in_field();
}

// Given the graph the signs of clusters are independent: that of cluster c is + with probability
// 1/(1 + exp(-2 h |c|/T)), for its spins feel the field together.
void SwendsenWangChain::colour_in_field() {
  std::ranges::copy(sets_.named(), cluster_.begin());
  std::vector<std::uint32_t> sizes(cluster_.size());
  for (const auto first : cluster_) ++sizes[first];
  const double along = system_->field() > 0 ? 1 : -1;
  for (std::size_t i = 0; i < cluster_.size(); ++i) {
    if (cluster_[i] != i) {
      spins_[i] = spins_[cluster_[i]];
      continue;
    }
    const double boltzmann =
        kernels::boltzmann_of_flip(sizes[i] * system_->field(), 1 / inverse_temperature_);
    const bool against = words_.next() < kernels::probability_threshold(boltzmann / (1 + boltzmann));
    spins_[i] = static_cast<std::int8_t>(against ? -along : along);
  }
}

// Every site gets a random sign, then that of its cluster's first site, which comes before it.
void SwendsenWangChain::colour() {
  for (std::size_t i = 0; i < spins_.size(); i += word_bits) {
    std::uint64_t word = words_.next();
    for (std::size_t byte = 0; byte < word_bits; byte += 8, word >>= 8)
      std::memcpy(&spins_[i + byte], eight_spins[word & 255].data(), 8);
  }
  const auto names = sets_.named();
  std::ranges::copy(names, cluster_.begin());
  for (std::size_t i = 0; i < cluster_.size(); ++i) spins_[i] = spins_[cluster_[i]];
}

GraphMeasurement SwendsenWangChain::measured() const {
  const std::size_t n = system_->n_sites();
  std::vector<std::uint32_t> sizes(n);
  for (const auto cluster : cluster_) ++sizes[cluster];
  // Whole numbers up to 3 N^4.
  Wide squares = 0;
  Wide fourths = 0;
  for (const std::uint64_t size : sizes) {
    const Wide square = static_cast<Wide>(size) * size;
    squares += square;
    fourths += square * square;
  }
  const auto sites = static_cast<double>(n);
  const auto sum = std::accumulate(spins().begin(), spins().end(), std::int64_t{0});
  return {.count = count_,
          .m2 = static_cast<double>(squares) / (sites * sites),
          .m4 = static_cast<double>(3 * squares * squares - 2 * fourths) / (sites * sites * sites * sites),
          .mk2 = wave_power(),
          .abs_m = static_cast<double>(std::abs(sum)) / sites};
}

// |m_k|^2 averaged over the signs of the clusters is sum_c |sum_{i in c} exp(i k r_i)|^2 / N^2.
double SwendsenWangChain::wave_power() const {
  const auto& lattice = system_->lattice();
  double power = 0;
  for (int axis = 0; axis < lattice.dimension(); ++axis) {
    const auto& wave = system_->wave(axis);
    std::vector<std::array<std::int64_t, 2>> sums(system_->n_sites());
    std::size_t site = 0;
    for (int y = 0; y < lattice.ly(); ++y)
      for (int x = 0; x < lattice.lx(); ++x, ++site) {
        const auto& phase = wave[static_cast<std::size_t>(axis == 0 ? x : y)];
        auto& of_cluster = sums[cluster_[site]];
        of_cluster[0] += phase[0];
        of_cluster[1] += phase[1];
      }
    for (const auto& [re, im] : sums) {
      const auto c = static_cast<double>(re);
      const auto s = static_cast<double>(im);
      power += c * c + s * s;
    }
  }
  const auto sites = static_cast<double>(system_->n_sites());
  return power * 0x1.0p-60 / (sites * sites) / lattice.dimension();
}

namespace {

// Sites whose events are drawn together; their number is part of the random stream: never change it.
constexpr std::size_t block_sites = 128;

double events_per_site(const GraphSystem& system, double inverse_temperature, EventChain::Graph graph) {
  if (graph == EventChain::Graph::for_clusters) return system.events_per_site(inverse_temperature);
  return inverse_temperature * system.events()->total();
}

std::size_t rounds(double events_per_site) {
  return static_cast<std::size_t>(
      std::max(1.0, std::ceil(events_per_site * block_sites / kernels::PoissonTable::most_mean)));
}

}  // namespace

EventChain::EventChain(std::shared_ptr<const GraphSystem> system, double inverse_temperature, Graph graph,
                       base::RandomStream words)
    : SwendsenWangChain(std::move(system), inverse_temperature, words),
      graph_(graph),
      n_rounds_(rounds(events_per_site(*system_, inverse_temperature, graph))),
      block_events_(events_per_site(*system_, inverse_temperature, graph) / static_cast<double>(n_rounds_) *
                    static_cast<double>(system_->n_sites() < block_sites ? 0 : block_sites)),
      last_events_(events_per_site(*system_, inverse_temperature, graph) / static_cast<double>(n_rounds_) *
                   static_cast<double>(system_->n_sites() % block_sites)),
      hits_(std::max(block_events_.most(), last_events_.most()) + 1) {}

std::int64_t EventChain::connect() {
  const kernels::EventDraw events = system_->events()->draw();
  const std::size_t n = system_->n_sites();
  const bool both_signs = std::ranges::find(spins(), -spins_[0]) != spins().end();
  std::int64_t count = 0;
  // The rounds are the outer loop so that early ones reach every site.
  for (std::size_t round = 0; round < n_rounds_; ++round) {
    for (std::size_t first = 0; first < n; first += block_sites) {
      const std::size_t size = std::min(block_sites, n - first);
      const std::uint32_t n_events = (size == block_sites ? block_events_ : last_events_).draw(words_.next());
      const std::uint64_t* const words = words_.take(n_events);
      const std::int8_t* const spins = spins_.data();
      auto* const hits = hits_.data();
      std::size_t n_hits = 0;
      for (std::uint32_t event = 0; event < n_events; ++event) {
        const Wide product = static_cast<Wide>(words[event]) * size;
        const auto site = static_cast<std::uint32_t>(first + static_cast<std::size_t>(product >> 64));
        const std::uint32_t partner = events.partner(site, static_cast<std::uint64_t>(product));
        hits[n_hits] = {site, partner};  // no branch: no processor could predict it
        n_hits += spins[site] == spins[partner] ? 1 : 0;
      }
      count += static_cast<std::int64_t>(n_hits);
      for (std::size_t hit = 0; hit < n_hits; ++hit) sets_.join(hits[hit].first, hits[hit].second);
    }
    if (graph_ == Graph::for_clusters && sets_.n_sets() == (both_signs ? 2 : 1)) break;
  }
  return count;
}

BondChain::BondChain(std::shared_ptr<const GraphSystem> system, double inverse_temperature,
                     base::RandomStream words)
    : SwendsenWangChain(std::move(system), inverse_temperature, words),
      occupied_(static_cast<std::uint64_t>(
          (1.0 - kernels::exp_fixed(-2 * inverse_temperature * system_->coupling())) * 0x1.0p63)) {}

std::int64_t BondChain::connect() {
  const auto bonds = system_->lattice().bonds();
  const std::int8_t* const spins = spins_.data();
  std::array<std::pair<std::uint32_t, std::uint32_t>, kernels::RandomWords::most_taken> occupied;
  std::int64_t count = 0;
  for (std::size_t first = 0; first < bonds.size(); first += occupied.size()) {
    const std::size_t size = std::min(occupied.size(), bonds.size() - first);
    const std::uint64_t* const words = words_.take(size);
    std::size_t n = 0;
    for (std::size_t b = 0; b < size; ++b) {
      const auto i = static_cast<std::uint32_t>(bonds[first + b].first);
      const auto j = static_cast<std::uint32_t>(bonds[first + b].second);
      occupied[n] = {i, j};  // no branch: no processor could predict it
      n += static_cast<std::size_t>(spins[i] == spins[j]) &
           static_cast<std::size_t>((words[b] >> 1) < occupied_);
    }
    count += static_cast<std::int64_t>(n);
    for (std::size_t b = 0; b < n; ++b) sets_.join(occupied[b].first, occupied[b].second);
  }
  return count;
}

}  // namespace spinflow::samplers
