// SPDX-License-Identifier: Apache-2.0
#include "spinflow/analysis/universality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace spinflow::analysis {

namespace {

// Kamieniarz and Bloete 1993, periodic square.
constexpr double ising_square_q = 0.856216;
// 8 pi^2 / Gamma(1/4)^4 (Brezin and Zinn-Justin 1985; long range: Luijten and Bloete 1997).
constexpr double mean_field_q = 0.456946581044;
// 2 - eta of the nearest-neighbour model in two dimensions.
constexpr double short_range_decay = 1.75;

Universality no_transition(int dimension, std::string explanation) {
  return {.regime = Regime::none, .dimension = dimension, .explanation = std::move(explanation)};
}

/// The two-dimensional Ising class. `long_range`: sigma of a tail, infinite without one.
Universality ising_class(double long_range) {
  Universality u{.regime = Regime::short_range, .dimension = 2};
  u.nu = 1;
  u.y_t = 1;
  u.delta_sigma = 0.125;
  u.delta_epsilon = 1;
  u.q_star = ising_square_q;
  // chi = A L^(7/4) + a constant: the analytic part is L^(-7/4) of the whole. 2: the leading irrelevant
  // field, by which the lattice breaks the symmetry under rotations. A tail of couplings is a perturbation of
  // dimension 7/4 - sigma (Sak 1973).
  u.corrections = {7.0 / 4, 2};
  if (std::isfinite(long_range)) u.corrections.push_back(long_range - short_range_decay);
  std::ranges::sort(u.corrections);
  u.corrections.resize(2);
  return u;
}

Universality mean_field(int dimension, Regime regime) {
  Universality u{.regime = regime, .dimension = dimension};
  u.y_t = 0.5 * dimension;
  u.q_star = mean_field_q;
  u.nu_measurable = false;
  return u;
}

/// d/2 < sigma below the crossover.
Universality non_classical(int d, double sigma) {
  Universality u{.regime = Regime::non_classical, .dimension = d};
  u.delta_sigma = 0.5 * (d - sigma);
  // The irrelevant field closes in on marginal at both ends of the regime: 2 sigma - d to one loop (Fisher,
  // Ma and Nickel 1972), to first order at the other end 7/4 - sigma in two dimensions (Behan et al. 2017),
  // sqrt(2 (1 - sigma)) in one: the negative eigenvalue of the flow of which 1/nu is the positive one
  // (Kosterlitz 1976).
  const double other_end = d == 2 ? short_range_decay - sigma : std::sqrt(2 * (1 - sigma));
  const double omega = std::min(2 * sigma - d, other_end);
  // Then the analytic part of chi ~ L^sigma, and k^2 beside k^sigma in the couplings.
  u.corrections = {omega, std::min(sigma, 2 - sigma)};
  u.explanation = fmt::format(
      "power law with d/2 < sigma = {} below the crossover to short range: Delta_sigma = (d - sigma)/2 is "
      "exact, nu is not known; the correction exponent {:.3g} is right to first order only",
      sigma, omega);
  return u;
}

Universality power_law(int d, double sigma, double coupling) {
  // A sigma that was meant to be d/2 or 1 may have been computed.
  const auto is = [&](double value) { return std::abs(sigma - value) < 1e-9; };
  const double half = 0.5 * d;
  if (is(half)) {
    auto u = mean_field(d, Regime::logarithmic);
    u.nu = 1 / sigma;
    u.delta_sigma = 0.5 * (d - sigma);
    u.delta_epsilon = d - sigma;
    u.explanation = fmt::format(
        "power law with sigma = d/2 = {}: mean-field exponents (1/nu = sigma, Delta_epsilon = d - sigma) "
        "with factors of logarithms of L, which no fit of powers sees; nu and Delta_epsilon are not measured",
        sigma);
    return u;
  }
  if (sigma < half) {
    auto u = mean_field(d, Regime::mean_field);
    u.nu = 1 / sigma;
    u.delta_sigma = 0.5 * (d - sigma);
    u.delta_epsilon = d - sigma;
    // The coupling u of m^4 scales with 2 sigma - d; it also shifts t by u L^(sigma - d), which is
    // L^(sigma - d/2) in t L^(d/2) (Luijten and Bloete 1997).
    u.corrections = {half - sigma, d - 2 * sigma};
    u.explanation = fmt::format(
        "power law with sigma = {} < d/2: mean-field; a dangerous irrelevant field makes finite sizes show "
        "y_t* = d/2 = {} in place of 1/nu = sigma, so that nu and Delta_epsilon = d - sigma are not measured",
        sigma, half);
    return u;
  }
  if (d == 1 && sigma > 1 && !is(1))
    return no_transition(
        1, fmt::format("a power law in one dimension with sigma = {} > 1 has no transition", sigma));
  if (d == 1 && is(1)) {
    Universality u{.regime = Regime::kosterlitz_thouless, .dimension = 1};
    u.delta_sigma = 0;
    u.jump = 0.5 / coupling;
    u.nu_measurable = false;
    u.explanation = fmt::format(
        "power law in one dimension with sigma = 1: as in the Kosterlitz-Thouless transition the correlation "
        "length grows faster than any power, there is no nu, and m jumps: K_c <m^2> = {:g} for L -> infinity "
        "(Kosterlitz 1976)",
        u.jump);
    return u;
  }
  if (d == 1 || sigma < 1.6) return non_classical(d, sigma);
  if (sigma <= 2) {
    Universality u{.regime = Regime::boundary, .dimension = 2};
    u.explanation = fmt::format(
        "power law in two dimensions with 1.6 <= sigma = {} <= 2: where the crossover to short range "
        "lies (7/4 after Sak 1973) and how slowly it shows is disputed; numbers are given, nothing is tested",
        sigma);
    return u;
  }
  auto u = ising_class(sigma);
  u.explanation = fmt::format(
      "power law in two dimensions with sigma = {} > 2: the short-range Ising class, K_c is not "
      "known exactly",
      sigma);
  return u;
}

Universality infinite_range(double coupling) {
  auto u = mean_field(1, Regime::mean_field);
  u.critical_coupling = 1 / coupling;
  // -ln P(m) = N (m^4/12 + m^6/30 + ...) at K_c with m ~ N^(-1/4): powers of N^(-1/2).
  u.corrections = {0.5, 1};
  u.explanation =
      "infinite range: mean-field with y_t* = 1/2 in the number of spins N; there is no distance, so that "
      "m_k does not depend on k, and Delta_sigma, nu and Delta_epsilon have no meaning";
  return u;
}

// Of the models without field and with J > 0.
Universality of_ferromagnet(const models::Model& model, double coupling) {
  const int d = model.lattice().dimension();
  const base::Values options = model.options();
  if (model.name() == "ising-chain")
    return no_transition(1, "the nearest-neighbour chain has no transition at T > 0");
  if (model.name() == "ising-infinite-range") return infinite_range(coupling);
  if (model.name() == "ising-square") {
    auto u = ising_class(std::numeric_limits<double>::infinity());
    u.critical_coupling = std::log(1 + std::numbers::sqrt2) / (2 * coupling);
    u.explanation = "nearest neighbours in two dimensions: everything is known (Onsager 1944)";
    return u;
  }
  if (model.name() == "ising-power-law") {
    auto u = power_law(d, std::get<double>(options.at("sigma")), coupling);
    if (std::get<std::string>(options.at("images")) == "sum") return u;
    if (u.regime == Regime::mean_field || u.regime == Regime::logarithmic)
      return no_transition(
          d,
          "with the minimum image the critical point of a finite size is off by L^-sigma, more than the "
          "width L^-d/2 of its transition where sigma <= d/2: sizes show no common point; use images = sum");
    if (u.regime != Regime::none && u.regime != Regime::short_range) {
      // Missing images are a part of the couplings at the scale of L itself: another finite-size scaling.
      u.q_star = Universality::unknown;
      u.corrections.clear();
      u.explanation +=
          "; with the minimum image finite sizes lack couplings of order L^-sigma: Q* and corrections "
          "are others and not known";
    }
    return u;
  }
  return no_transition(d, fmt::format("nothing is known about a transition of {}", model.name()));
}

}  // namespace

std::string to_string(Regime regime) {
  switch (regime) {
    case Regime::none:
      return "none";
    case Regime::short_range:
      return "short-range";
    case Regime::boundary:
      return "boundary";
    case Regime::non_classical:
      return "non-classical";
    case Regime::logarithmic:
      return "logarithmic";
    case Regime::mean_field:
      return "mean-field";
    case Regime::kosterlitz_thouless:
      return "kosterlitz-thouless";
  }
  return "";
}

Universality universality_of(const models::Model& model) {
  const auto& lattice = model.lattice();
  const int d = lattice.dimension();
  const base::Values options = model.options();
  const auto found = options.find("coupling");
  const double coupling = found == options.end() ? 1 : std::get<double>(found->second);
  if (model.field() != 0)
    return no_transition(d, fmt::format("in a field h = {} there is no transition", model.field()));
  if (!(coupling > 0))
    return no_transition(d, fmt::format("with J = {} the magnetization does not order: it is the order "
                                        "parameter of ferromagnets, J > 0",
                                        coupling));
  auto u = of_ferromagnet(model, coupling);
  if (d == 2 && u.regime != Regime::none &&
      (lattice.lx() != lattice.ly() || lattice.boundary() != lattice::Boundary::periodic))
    u.q_star = Universality::unknown;  // it depends on shape and boundary
  return u;
}

}  // namespace spinflow::analysis
