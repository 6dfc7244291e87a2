// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "kernels/dense/elementary.hpp"
#include "samplers/request.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"

namespace spinflow::samplers {

namespace {

// factor exp(-energy/T): sums of Boltzmann weights that neither overflow nor vanish, down to T = 0, where the
// factor counts the states of lowest energy.
struct Weight {
  double energy = 0;
  double factor = 0;  // 0: no state at all
};

Weight operator*(const Weight& a, const Weight& b) { return {a.energy + b.energy, a.factor * b.factor}; }

class Sum {
 public:
  // Energies that differ by less than `resolution` are the same level at T = 0.
  // T = -0 is T = 0.
  Sum(double temperature, double resolution) : temperature_(temperature + 0.0), resolution_(resolution) {}

  // exp(-(energy - lowest)/T) for energy >= lowest.
  [[nodiscard]] double relative(double difference) const {
    if (difference <= resolution_ && temperature_ == 0) return 1;
    return kernels::exp_fixed(-std::max(difference, 0.0) / temperature_);
  }

  [[nodiscard]] Weight operator()(const Weight& a, const Weight& b) const {
    if (a.factor == 0) return b;
    if (b.factor == 0) return a;
    const Weight& low = a.energy <= b.energy ? a : b;
    const Weight& high = a.energy <= b.energy ? b : a;
    return {low.energy, low.factor + high.factor * relative(high.energy - low.energy)};
  }

  // P(a) of a and b, as a threshold for uniform 63-bit numbers.
  [[nodiscard]] std::uint64_t share(const Weight& a, const Weight& b) const {
    if (a.factor == 0) return 0;
    if (b.factor == 0) return std::uint64_t{1} << 63;
    const double lowest = std::min(a.energy, b.energy);
    const double wa = a.factor * relative(a.energy - lowest);
    const double wb = b.factor * relative(b.energy - lowest);
    return static_cast<std::uint64_t>(wa / (wa + wb) * 0x1.0p63);
  }

 private:
  double temperature_;
  double resolution_;
};

/// Draws a chain from left to right. With T(s, s') = exp((J s s' + h (s + s')/2)/T) and the messages
/// B_k(s; s_0) = (T^(N-1-k) c)(s) from the right, where c closes the ring (T(s_(N-1), s_0)) or the line
/// (half the field of both ends): P(s_k = s | s_(k-1), s_0) is proportional to T(s_(k-1), s) B_k(s; s_0).
class ChainTables {
 public:
  ChainTables(const models::Model& model, double temperature)
      : n_(static_cast<std::size_t>(model.lattice().n_sites())),
        ring_(model.lattice().boundary() == lattice::Boundary::periodic) {
    const double coupling = model.nearest_neighbour_coupling().value();
    const double field = model.field();
    const Sum sum(temperature, 1e-9 * (std::abs(coupling) + std::abs(field)));
    const auto spin = [](std::size_t s) { return s == 1 ? 1.0 : -1.0; };
    const auto step = [&](std::size_t a, std::size_t b) {
      return Weight{-coupling * spin(a) * spin(b) - 0.5 * field * (spin(a) + spin(b)), 1};
    };
    std::array<std::array<Weight, 2>, 2> message;  // [s_0][s]
    for (std::size_t s0 = 0; s0 < 2; ++s0)
      for (std::size_t s = 0; s < 2; ++s)
        message[s0][s] = ring_ ? step(s, s0) : Weight{-0.5 * field * (spin(s) + spin(s0)), 1};
    up_.resize(n_);
    for (std::size_t k = n_ - 1; k > 0; --k) {
      std::array<std::array<Weight, 2>, 2> previous;
      for (std::size_t s0 = 0; s0 < 2; ++s0)
        for (std::size_t s = 0; s < 2; ++s) {
          const Weight down = step(s, 0) * message[s0][0];
          const Weight up = step(s, 1) * message[s0][1];
          up_[k][s0][s] = sum.share(up, down);
          previous[s0][s] = sum(up, down);
        }
      normalise(previous);
      message = previous;
    }
    first_up_ = sum.share(message[1][1], message[0][0]);
  }

  void draw(base::RandomStream random, kernels::PackedSpins& rows, std::size_t row) const {
    const auto words = rows.row(row);
    const std::size_t first = (random.next() >> 1) < first_up_ ? 1 : 0;
    std::size_t spin = first;
    words[0] = spin;
    for (std::size_t k = 1; k < n_; ++k) {
      spin = (random.next() >> 1) < up_[k][first][spin] ? 1 : 0;
      words[k / 64] |= std::uint64_t{spin} << (k % 64);
    }
  }

 private:
  // Divides all messages by one weight: it cancels in every probability, also in P(s_0), which compares them.
  static void normalise(std::array<std::array<Weight, 2>, 2>& message) {
    double energy = message[0][0].energy;
    double factor = 0;
    for (const auto& line : message)
      for (const auto& weight : line) {
        energy = std::min(energy, weight.energy);
        factor = std::max(factor, weight.factor);
      }
    for (auto& line : message)
      for (auto& weight : line) {
        weight.energy -= energy;
        weight.factor /= factor;
      }
  }

  std::size_t n_;
  bool ring_;
  std::uint64_t first_up_ = 0;
  std::vector<std::array<std::array<std::uint64_t, 2>, 2>> up_;  // (n)[s_0][s_(k-1)]: threshold of s_k = up
};

std::string chain_refusal(const models::Model& model) {
  if (auto general = nearest_neighbour_refusal(model); !general.empty()) return general;
  if (model.lattice().dimension() != 1) return "it samples chains only";
  return {};
}

ensemble::Ensemble sample_chains(const SampleRequest& request, base::Observer& observer) {
  ensemble::Ensemble result = blank_ensemble(request);
  const std::size_t n = request.samples_per_temperature;
  observer.begin(fmt::format("sampling {} {} exactly", request.model->name(), result.lattice.text()),
                 result.size(), "configurations");
  // Rows from one sign of life to the next: about a million spins.
  const std::size_t piece_rows =
      (std::size_t{1} << 20) / static_cast<std::size_t>(result.lattice.n_sites()) + 1;
  for (std::size_t t = 0; t < request.temperatures.size(); ++t) {
    const ChainTables tables(*request.model, request.temperatures[t]);
    base::parallel_for_rows(n, piece_rows, [&](std::size_t, std::size_t first, std::size_t last) {
      for (std::size_t row = t * n + first; row < t * n + last; ++row)
        tables.draw(base::RandomStream(request.seed, "exact-chain", row), result.spins, row);
      observer.advance(last - first);
    });
    result.sampling.push_back({.temperature = request.temperatures[t],
                               .sampler = "exact-chain",
                               .chains = static_cast<std::int64_t>(n)});
  }
  std::iota(result.chain.begin(), result.chain.end(), 0);
  ensemble::measure_rows(result);
  return result;
}

}  // namespace

void register_exact_chain() {
  SamplerEntry entry;
  entry.name = "exact-chain";
  entry.help = "draws a chain spin by spin from its exact distribution (transfer matrix)";
  entry.citations = {"ising1925"};
  entry.update = "configuration";
  entry.refusal = chain_refusal;
  entry.sample = sample_chains;
  add_sampler(std::move(entry));
}

}  // namespace spinflow::samplers
