// SPDX-License-Identifier: Apache-2.0
#include "samplers/pilot_starts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "samplers/request.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/exact/infinite.hpp"
#include "spinflow/exact/strip.hpp"

namespace spinflow::samplers {

namespace {

using lattice::Boundary;
using lattice::Lattice;

int longer(const Lattice& lattice) { return std::max(lattice.lx(), lattice.ly()); }
int shorter(const Lattice& lattice) { return std::min(lattice.lx(), lattice.ly()); }

// |J|/T of the nearest-neighbour model. In an antiferromagnet it is reduced by the field, which works against
// the order and destroys it at h = z|J|.
double ordering_coupling(const models::Model& model, double temperature) {
  const double coupling = model.nearest_neighbour_coupling().value();
  double strength = std::abs(coupling);
  if (coupling < 0)
    strength = std::max(0.0, strength - std::abs(model.field()) / (2 * model.lattice().dimension()));
  // At T = 0 the limit: no walls with a coupling, no order without one.
  return strength == 0 ? 0 : strength / temperature;
}

// Probability of walls on a strip of `length` x `width` sites; `width` is 1 for a chain.
double probability_along(int length, int width, double coupling, Boundary boundary) {
  if (boundary == Boundary::open) {
    // A straight wall costs 2K for each of its bonds; in two dimensions its fluctuations lower the free
    // energy.
    const double tension = 2 * coupling + (width > 1 ? std::log(std::tanh(coupling)) : 0);
    return -std::expm1(-(length - 1) * std::log1p(std::exp(-width * tension)));
  }
  // With periodic edges the number of walls is even, 2k. Its weight is binomial(length, 2k) (1/(2 xi))^(2k),
  // and all weights add up to about cosh(x), x = length/(2 xi). The share of k > 0 is 1 - 1/cosh(x).
  const double x = std::min(0.5 * length / exact::strip_correlation_length(width, coupling), 700.0);
  const double half = std::sinh(0.5 * x);  // 1 - 1/cosh x, small ones too
  return 2 * half * half / std::cosh(x);
}

double nearest_neighbour_probability(const models::Model& model, double temperature) {
  const auto& lattice = model.lattice();
  const double coupling = ordering_coupling(model, temperature);
  if (lattice.dimension() == 1) return probability_along(lattice.lx(), 1, coupling, lattice.boundary());
  if (coupling <= 1 / exact::square_critical_temperature) return 1;
  return std::max(probability_along(lattice.lx(), lattice.ly(), coupling, lattice.boundary()),
                  probability_along(lattice.ly(), lattice.lx(), coupling, lattice.boundary()));
}

// The free energy of two walls is taken as half of the energy of two straight ones, which is accurate enough
// below 3/4 T_c.
double many_coupling_probability(const models::Model& model, double temperature) {
  const auto& lattice = model.lattice();
  std::vector<std::int8_t> state(static_cast<std::size_t>(lattice.n_sites()), 1);
  const auto pairs = [&] {
    const auto sum = static_cast<double>(std::accumulate(state.begin(), state.end(), std::int64_t{0}));
    return model.energy(state) + model.field() * sum;
  };
  const double ordered = pairs();
  const auto turned = turned_sites(lattice, Start::halves);
  for (std::size_t i = 0; i < state.size(); ++i)
    if (turned[i] != 0) state[i] = -1;
  const double places = 0.5 * longer(lattice) * longer(lattice) + 0.5 * shorter(lattice) * shorter(lattice);
  return std::min(1.0, places * std::exp(-0.5 * (pairs() - ordered) / temperature));
}

bool competing(const models::Model& model) {
  return std::ranges::any_of(model.couplings_by_displacement(), [](double coupling) { return coupling < 0; });
}

}  // namespace

double wall_probability(const models::Model& model, double temperature) {
  if (const auto coupling = model.nearest_neighbour_coupling()) {
    // Every configuration of a frustrated lattice has walls; below T = |J|/2 they do not move.
    if (frustrated(model)) return temperature < 0.5 * std::abs(*coupling) ? 0 : 1;
    return temperature == 0 ? 0 : nearest_neighbour_probability(model, temperature);
  }
  if (competing(model)) return 1;
  return temperature == 0 ? 0 : many_coupling_probability(model, temperature);
}

bool walls_matter(const models::Model& model, double temperature, std::size_t n) {
  constexpr double unseen = 0.01;
  constexpr double short_correlation = 4;  // in sites: forgotten in a few sweeps
  const auto couplings = model.couplings_by_displacement();
  if (!couplings.empty() && !competing(model)) {
    // Above the mean-field T_c there is no order.
    if (std::accumulate(couplings.begin(), couplings.end(), 0.0) < temperature) return false;
  } else if (model.nearest_neighbour_coupling() && !frustrated(model) && temperature > 0) {
    const double coupling = ordering_coupling(model, temperature);
    const double reach = coupling == 0                      ? 0
                         : model.lattice().dimension() == 1 ? -1 / std::log(std::tanh(coupling))
                         : coupling < 1 / exact::square_critical_temperature
                             ? exact::square_correlation_length(coupling)
                             : short_correlation;
    if (reach < short_correlation) return false;
  }
  return wall_probability(model, temperature) * static_cast<double>(n) > unseen;
}

bool ordered_strip(const models::Model& model, double temperature) {
  const auto& lattice = model.lattice();
  if (!model.nearest_neighbour_coupling() || frustrated(model) || lattice.dimension() != 2) return false;
  if (longer(lattice) < 2 * shorter(lattice)) return false;
  if (temperature == 0) return true;
  const double coupling = ordering_coupling(model, temperature);
  return coupling > 0 && exact::strip_correlation_length(shorter(lattice), coupling) > shorter(lattice);
}

std::vector<Start> pilot_starts(const models::Model& model, double temperature, std::size_t n, Moves moves) {
  if (moves == Moves::clusters) return {Start::ordered, Start::slabs};
  if (!walls_matter(model, temperature, n)) return {Start::ordered};
  return {Start::ordered, Start::halves, Start::random};
}

std::vector<std::uint8_t> turned_sites(const Lattice& lattice, Start start) {
  std::vector<std::uint8_t> turned(static_cast<std::size_t>(lattice.n_sites()));
  if (start != Start::halves && start != Start::slabs) return turned;
  const std::int64_t length = longer(lattice);
  const std::int64_t n_slabs =
      start == Start::halves ? 2
                             : 2 * std::max<std::int64_t>(1, length / (2 * std::max(shorter(lattice), 2)));
  std::size_t site = 0;
  for (int y = 0; y < lattice.ly(); ++y)
    for (int x = 0; x < lattice.lx(); ++x, ++site) {
      const std::int64_t along = lattice.lx() == length ? x : y;
      turned[site] = static_cast<std::uint8_t>(along * n_slabs / length % 2);
    }
  return turned;
}

void become(Start start, std::span<const std::uint8_t> turned, base::RandomStream& random,
            std::span<std::int8_t> state) {
  for (std::size_t i = 0; i < state.size(); ++i) {
    if (start == Start::random) state[i] = random.below(2) == 1 ? 1 : -1;
    if (turned[i] != 0) state[i] = static_cast<std::int8_t>(-state[i]);
  }
}

void refuse_slow(std::string_view sampler, const models::Model& model, double temperature,
                 std::int64_t sweeps, bool agreed) {
  std::vector<std::string> others;
  for (const auto* name : {"swendsen-wang", "wolff", "tempering"})
    if (name != sampler && registry().contains(name) && registry().find(name).refusal(model).empty())
      others.emplace_back(name);
  throw input_error(
      fmt::format("sampler {}", sampler),
      agreed
          ? fmt::format("at T = {} its autocorrelation time is too long to measure in {} sweeps", temperature,
                        sweeps)
          : fmt::format("at T = {} it does not reach equilibrium: after {} sweeps chains that began in order "
                        "and chains that began with walls across the lattice still differ",
                        temperature, sweeps),
      others.empty() ? "ask for a higher temperature or a smaller lattice"
                     : fmt::format("use --sampler {}", fmt::join(others, " or ")));
}

}  // namespace spinflow::samplers
