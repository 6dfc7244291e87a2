// SPDX-License-Identifier: Apache-2.0
#include "spinflow/analysis/critical_point.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "analysis/critical_point/critical_parts.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::analysis {

namespace {

constexpr auto where = "critical point";
/// A relative error of K_c above which the data are said not to show a critical point.
constexpr double largest_relative_error = 0.02;

void check(const CriticalData& data, const Universality& theory) {
  if (theory.regime == Regime::none)
    throw input_error(where, "the model has no transition above T = 0", "choose another model");
  if (data.sizes.size() < 3)
    throw input_error(where, fmt::format("{} sizes", data.sizes.size()),
                      "finite-size scaling needs three at least");
  const std::size_t n_batches = data.sizes.front().runs.size();
  if (n_batches < 4)
    throw input_error(where, fmt::format("{} batches", n_batches), "the errors need four at least");
  for (std::size_t i = 0; i < data.sizes.size(); ++i) {
    const auto& size = data.sizes[i];
    if (i > 0 && size.size <= data.sizes[i - 1].size)
      throw input_error(where, fmt::format("size {} after {}", size.size, data.sizes[i - 1].size),
                        "give the sizes in ascending order");
    if (size.runs.size() != n_batches)
      throw input_error(
          where,
          fmt::format("{} batches of size {}, {} of the first", size.runs.size(), size.size, n_batches),
          "give every size as many");
    if (size.couplings.size() < 2)
      throw input_error(where, fmt::format("{} coupling of size {}", size.couplings.size(), size.size),
                        "run every size at two at least");
  }
}

}  // namespace

CriticalValue with_systematic(const Sampled& value, std::span<const stats::Estimate> others) {
  const auto estimate = value.estimate();
  if (others.empty()) return without_systematic(value, no_other_fit);
  return {estimate.value, estimate.error, systematic_error(estimate, others)};
}

CriticalValue without_systematic(const Sampled& value, std::string reason) {
  const auto estimate = value.estimate();
  return {estimate.value, estimate.error, Universality::unknown, std::move(reason)};
}

double Correction::at(double size) const {
  return logarithmic ? std::pow(std::log(size), -omega) : std::pow(size, -omega);
}

std::vector<Correction> corrections_of(const CriticalInput& input) {
  if (input.theory.regime == Regime::logarithmic)
    // The quartic coupling falls like 1/ln L; it enters as its root (the shift of t) and its square.
    return {{"(ln L)^-1/2", 0.5, true}, {"(ln L)^-1", 1.0, true}};
  std::vector<Correction> result;
  for (const double omega : input.omegas) result.push_back({fmt::format("L^-{:g}", omega), omega, false});
  return result;
}

CriticalPoint critical_point(const CriticalData& data, const Universality& theory,
                             const CriticalOptions& options) {
  check(data, theory);
  CriticalInput input{data, theory, {}, theory.corrections, {}};
  if (std::isfinite(options.omega)) input.omegas = {options.omega};
  for (const auto& size : data.sizes) input.curves.emplace_back(size, data);

  CriticalPoint result;
  result.crossings = crossings_of(input.curves);
  bool crossed = false;
  for (const auto& crossing : result.crossings) crossed = crossed || std::isfinite(crossing.coupling.value);
  const bool kosterlitz_thouless = theory.regime == Regime::kosterlitz_thouless;
  if (!crossed && !kosterlitz_thouless)
    input.reasons.emplace_back("the curves of Q of no two sizes cross within reach of their runs");

  const auto critical =
      kosterlitz_thouless ? kosterlitz_thouless_fits(input) : q_fits(input, result.crossings);
  result.k_c = critical.coupling;
  result.t_c =
      without_systematic(transformed(critical.k_c, [](double k) { return 1 / k; }), result.k_c.unknown);
  result.t_c.systematic = result.k_c.systematic / (result.k_c.value * result.k_c.value);
  result.q_star = critical.q_star;
  if (std::isfinite(result.k_c.value) &&
      !(result.k_c.error < largest_relative_error * std::abs(result.k_c.value)))
    input.reasons.push_back(fmt::format("K_c = {:.4g} has an error of {:.2g}, more than 2 %",
                                        result.k_c.value, result.k_c.error));

  const auto exponents = exponent_fits(input, critical);
  result.y_t = exponents.y_t;
  result.delta_sigma = exponents.delta_sigma;
  if (theory.nu_measurable && !kosterlitz_thouless) {
    const auto& y = result.y_t;
    result.nu = {1 / y.value, y.error / (y.value * y.value), y.systematic / (y.value * y.value), y.unknown};
    result.delta_epsilon = {theory.dimension - y.value, y.error, y.systematic, y.unknown};
  }
  for (const auto& fit : critical.fits) result.fits.push_back(fit.fit);
  for (const auto& fit : exponents.fits) result.fits.push_back(fit.fit);
  result.collapse = collapse_of(input, critical);
  result.inconclusive = fmt::format("{}", fmt::join(input.reasons, "; "));
  return result;
}

}  // namespace spinflow::analysis
