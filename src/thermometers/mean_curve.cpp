// SPDX-License-Identifier: Apache-2.0
#include "thermometers/mean_curve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "spinflow/base/parallel.hpp"
#include "spinflow/exact/chain.hpp"
#include "spinflow/exact/curie_weiss.hpp"
#include "spinflow/exact/enumeration.hpp"
#include "spinflow/exact/kaufman.hpp"
#include "spinflow/exact/magnetization.hpp"
#include "thermometers/calibration.hpp"
#include "thermometers/curve_cache.hpp"

namespace spinflow::thermometers {

namespace {

constexpr int most_enumerated = 16;
// The magnetization-resolved transfer matrix takes n^2 steps, the Curie-Weiss sum n.
constexpr int longest_chain = 1024;

bool is_periodic(const lattice::Lattice& lattice) {
  return lattice.boundary() == lattice::Boundary::periodic;
}

/// No coupling is below 0.
bool ferromagnetic(const models::Model& model) {
  const auto couplings = model.couplings_by_displacement();
  if (couplings.empty()) return model.nearest_neighbour_coupling().value_or(0) > 0;
  return std::ranges::all_of(couplings, [](double coupling) { return coupling >= 0; });
}

/// N times the coupling of any two spins, where all are the same and the sum over numbers of up spins, done
/// for every reading, is short.
std::optional<double> infinite_range_coupling(const models::Model& model) {
  const auto couplings = model.couplings_by_displacement();
  if (couplings.empty() || model.lattice().n_sites() > longest_chain) return std::nullopt;
  const double first = couplings[1];
  for (const double coupling : couplings.subspan(1))
    if (coupling != first) return std::nullopt;
  return first * model.lattice().n_sites();
}

double temperature_of(double inverse) {
  return inverse == 0 ? std::numeric_limits<double>::infinity() : 1 / inverse;
}

/// |m| of the square lattice: Chebyshev interpolation of ln(1 - |m|) in K on panels that are narrow around
/// T_c. The logarithm keeps its relative precision where |m| is close to 1, and |m| cannot exceed 1.
class ChebyshevTable {
 public:
  static constexpr std::array<double, 11> edges = {0, 0.2, 0.3, 0.38, 0.44, 0.5, 0.58, 0.7, 0.95, 1.6, 3.6};
  static constexpr std::size_t panels = edges.size() - 1;
  static constexpr std::size_t nodes = 14;

  ChebyshevTable(int lx, int ly, base::Observer& observer) {
    values_ = cached_numbers(
        fmt::format("ln(1 - <|m|>) of the periodic {}x{} square lattice, {} x {} nodes", lx, ly, panels,
                    nodes),
        panels * nodes, [&] {
          observer.begin("exact magnetization curve", panels * nodes, "temperatures");
          std::vector<double> made(panels * nodes);
          base::parallel_for(made.size(), [&](std::size_t i) {
            made[i] = log_of_missing(exact::up_spin_distribution(lx, ly, node(i / nodes, i % nodes)));
            observer.advance(1);
          });
          return made;
        });
  }

  [[nodiscard]] double at(double k) const {
    std::size_t panel = 0;
    while (panel + 1 < panels && k > edges[panel + 1]) ++panel;
    // Barycentric formula of the Chebyshev points of the first kind.
    double numerator = 0;
    double denominator = 0;
    for (std::size_t j = 0; j < nodes; ++j) {
      const double distance = k - node(panel, j);
      const double value = values_[panel * nodes + j];
      if (distance == 0) return -std::expm1(value);
      const double angle = (2.0 * static_cast<double>(j) + 1) * std::numbers::pi / (2.0 * nodes);
      const double weight = (j % 2 == 0 ? 1 : -1) * std::sin(angle) / distance;
      numerator += weight * value;
      denominator += weight;
    }
    return -std::expm1(numerator / denominator);
  }

 private:
  /// ln(1 - <|m|>), without cancellation, of the distribution of the number of up spins.
  static double log_of_missing(const std::vector<double>& up) {
    const auto n = static_cast<double>(up.size() - 1);
    double missing = 0;
    for (std::size_t k = 0; k < up.size(); ++k) {
      const auto of_fewer = static_cast<double>(std::min(k, up.size() - 1 - k));
      missing += up[k] * 2 * of_fewer / n;
    }
    return std::log(missing);
  }

  static double node(std::size_t panel, std::size_t j) {
    const double angle = (2.0 * static_cast<double>(j) + 1) * std::numbers::pi / (2.0 * nodes);
    return 0.5 * (edges[panel] + edges[panel + 1]) +
           0.5 * (edges[panel + 1] - edges[panel]) * std::cos(angle);
  }

  std::vector<double> values_;
};

MeanCurve exact_curve(std::function<double(double)> mean, double coldest, bool rises_cold,
                      double one_excitation) {
  return {[mean = std::move(mean)](double inverse) {
            return stats::Estimate{.value = mean(inverse), .error = 0};
          },
          coldest, rises_cold, one_excitation};
}

}  // namespace

double coupling_scale(const models::Model& model) {
  double scale = std::abs(model.nearest_neighbour_coupling().value_or(0));
  for (const double coupling : model.couplings_by_displacement()) scale += 0.25 * std::abs(coupling);
  if (!(scale > 0))
    throw input_error("thermometer", fmt::format("{} without couplings has no temperature", model.name()),
                      "use a coupling other than 0");
  return scale;
}

double energy_of_one_flip(const models::Model& model) {
  double bonds = 4;
  // An open lattice has its corners or ends there, a periodic one has all sites alike.
  if (model.nearest_neighbour_coupling()) bonds = static_cast<double>(model.lattice().neighbours(0).size());
  return 2 * (bonds * coupling_scale(model) + (ferromagnetic(model) ? std::abs(model.field()) : 0));
}

MeanCurve energy_curve(const std::shared_ptr<const models::Model>& model, base::Observer& observer) {
  const auto& lattice = model->lattice();
  const double scale = coupling_scale(*model);
  const double h = model->field();
  const double coldest = 40 / scale;
  const double excitation = energy_of_one_flip(*model) / lattice.n_sites();
  const auto neighbours = model->nearest_neighbour_coupling();
  if (neighbours && lattice.dimension() == 1) {
    const int n = lattice.lx();
    const auto boundary = lattice.boundary();
    return exact_curve(
        [=, j = *neighbours](double inverse) {
          return inverse == 0 ? 0.0 : exact::chain_energy(n, j, h, 1 / inverse, boundary);
        },
        coldest, false, excitation);
  }
  if (neighbours && h == 0 && is_periodic(lattice) && (*neighbours > 0 || lattice.bipartite())) {
    const int lx = lattice.lx();
    const int ly = lattice.ly();
    return exact_curve([=](double inverse) { return scale * exact::kaufman(lx, ly, scale * inverse).energy; },
                       coldest, false, excitation);
  }
  if (const auto j = infinite_range_coupling(*model)) {
    const int n = lattice.n_sites();
    return exact_curve(
        [=](double inverse) { return exact::curie_weiss(n, *j, h, temperature_of(inverse)).energy; }, coldest,
        false, excitation);
  }
  if (lattice.n_sites() <= most_enumerated) {
    auto sums = std::make_shared<exact::Enumeration>(model);
    return exact_curve([sums](double inverse) { return sums->at(temperature_of(inverse)).energy; }, coldest,
                       false, excitation);
  }
  return calibrated_curve(model, CalibratedMean::energy, observer);
}

MeanCurve magnetization_curve(const std::shared_ptr<const models::Model>& model, base::Observer& observer) {
  const auto& lattice = model->lattice();
  const double scale = coupling_scale(*model);
  const double h = model->field();
  if (!ferromagnetic(*model))
    throw input_error("thermometer magnetization",
                      "the magnetization of an antiferromagnet tells no temperature",
                      "use the energy thermometer");
  const double coldest = 18 / scale;
  const double excitation = 2.0 / lattice.n_sites();
  const int n = lattice.n_sites();
  const bool neighbours = model->nearest_neighbour_coupling().has_value();
  if (neighbours && lattice.dimension() == 2 && h == 0 && is_periodic(lattice) &&
      std::min(lattice.lx(), lattice.ly()) <= exact::widest_exact_magnetization) {
    auto table = std::make_shared<ChebyshevTable>(lattice.lx(), lattice.ly(), observer);
    return exact_curve([table, scale](double inverse) { return table->at(scale * inverse); },
                       ChebyshevTable::edges.back() / scale, true, excitation);
  }
  if (neighbours && lattice.dimension() == 1 && n <= longest_chain) {
    const auto boundary = lattice.boundary();
    return exact_curve(
        [=](double inverse) {
          const auto up = exact::chain_distribution(n, scale * inverse, h * inverse, boundary).up;
          double mean = 0;
          for (int k = 0; k <= n; ++k) mean += up[static_cast<std::size_t>(k)] * std::abs(2.0 * k / n - 1);
          return mean;
        },
        coldest, true, excitation);
  }
  if (const auto j = infinite_range_coupling(*model))
    return exact_curve(
        [=](double inverse) {
          return exact::curie_weiss(n, *j, h, temperature_of(inverse)).abs_magnetization;
        },
        coldest, true, excitation);
  if (n <= most_enumerated) {
    auto sums = std::make_shared<exact::Enumeration>(model);
    return exact_curve([sums](double inverse) { return sums->at(temperature_of(inverse)).abs_magnetization; },
                       coldest, true, excitation);
  }
  return calibrated_curve(model, CalibratedMean::abs_magnetization, observer);
}

namespace {

/// <E_b>/N by enumeration.
std::function<double(double)> enumerated_bonds(const std::shared_ptr<const models::Model>& model) {
  const auto& lattice = model->lattice();
  std::vector<int> bonds(std::size_t{1} << lattice.n_sites());  // by bit pattern
  for (std::size_t pattern = 0; pattern < bonds.size(); ++pattern)
    for (const auto& [i, j] : lattice.bonds())
      bonds[pattern] += ((pattern >> i) & 1) == ((pattern >> j) & 1) ? 1 : -1;
  return [sums = std::make_shared<exact::Enumeration>(model), bonds = std::move(bonds),
          n = lattice.n_sites()](double inverse) {
    const auto p = sums->probabilities(temperature_of(inverse));
    double mean = 0;
    for (std::size_t pattern = 0; pattern < p.size(); ++pattern) mean += p[pattern] * bonds[pattern];
    return mean / n;
  };
}

}  // namespace

MeanCurve bond_curve(const std::shared_ptr<const models::Model>& model, base::Observer& observer) {
  const auto& lattice = model->lattice();
  const double h = model->field();
  const auto neighbours = model->nearest_neighbour_coupling();
  if (neighbours && h == 0 && *neighbours != 0) {
    const double j = *neighbours;
    MeanCurve curve = energy_curve(model, observer);
    curve.at = [energy = std::move(curve.at), j](double inverse) {
      const auto e = energy(inverse);
      return stats::Estimate{.value = -e.value / j, .error = e.error / std::abs(j)};
    };
    curve.rises_cold = j > 0;
    curve.one_excitation /= std::abs(j);
    return curve;
  }
  const double coldest = 40 / coupling_scale(*model);
  const int n = lattice.n_sites();
  const double excitation = 2.0 * static_cast<double>(lattice.neighbours(0).size()) / n;
  const auto uniform = infinite_range_coupling(*model);
  if (!ferromagnetic(*model) && !(uniform && h == 0))
    throw input_error("thermometer bond-energy",
                      fmt::format("<s_i s_j> of neighbours need not fall with T in {} with these couplings "
                                  "and this field",
                                  model->name()),
                      "use the energy thermometer");
  if (uniform) {
    const double per_site = static_cast<double>(lattice.bonds().size()) / n;
    return exact_curve(
        [=, j = *uniform](double inverse) {
          const double m2 = exact::curie_weiss(n, j, h, temperature_of(inverse)).magnetization_2;
          return per_site * (n * m2 - 1) / (n - 1);
        },
        coldest, *uniform > 0, excitation);
  }
  if (neighbours && lattice.dimension() == 1 && is_periodic(lattice))
    return exact_curve(
        [=, j = *neighbours](double inverse) {
          return inverse == 0 ? 0.0 : exact::ring_correlation(n, j, h, 1 / inverse).front();
        },
        coldest, true, excitation);
  if (n <= most_enumerated) return exact_curve(enumerated_bonds(model), coldest, true, excitation);
  return calibrated_curve(model, CalibratedMean::bonds, observer);
}

namespace {

/// 1/T of a mean strictly inside the curve, by bisection: the curve is monotone, and a few dozen evaluations
/// are cheap.
double inverse_temperature(const MeanCurve& curve, double mean) {
  double low = 0;
  double high = curve.coldest;
  for (int i = 0; i < 100 && high - low > 1e-15 * high; ++i) {
    const double middle = 0.5 * (low + high);
    ((curve.at(middle).value < mean) == curve.rises_cold ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

/// 1/T of any sign. Beyond T = infinity the curve is continued by its reflection in its hot end: noise about
/// that end then has no bias in 1/T.
stats::Estimate signed_inverse(const MeanCurve& curve, const stats::Estimate& mean) {
  const double hot = curve.at(0).value;
  const bool beyond = (mean.value < hot) == curve.rises_cold;
  const double inverse = inverse_temperature(curve, beyond ? 2 * hot - mean.value : mean.value);
  const double d = std::max(1e-4 * inverse, 1e-7 * curve.coldest);
  const double colder = inverse + d;
  const double hotter = std::max(inverse - d, 0.0);
  const double slope = (curve.at(colder).value - curve.at(hotter).value) / (colder - hotter);
  return {.value = beyond ? -inverse : inverse,
          .error = std::hypot(mean.error, curve.at(inverse).error) / std::abs(slope)};
}

}  // namespace

Reading invert(const MeanCurve& curve, const stats::Estimate& mean, std::size_t n) {
  if (!std::isfinite(mean.value)) return {};
  const double sign = curve.rises_cold ? 1 : -1;  // sign * mean grows with 1/T
  const double hot = curve.at(0).value;
  const double cold = curve.at(curve.coldest).value;
  const double resolution = std::max(std::isfinite(mean.error) ? mean.error : 0.0,
                                     curve.one_excitation / static_cast<double>(std::max<std::size_t>(n, 1)));
  const double rounding = 1e-12 * std::abs(cold - hot);
  // At the cold end, to rounding. The upper limit is the T at which one excitation is expected among all
  // configurations: if that were T, none would be found with probability 1/e, so the confidence is 63 %.
  if (sign * mean.value >= sign * cold - rounding) {
    const double inside = cold - sign * std::min(resolution, 0.5 * std::abs(cold - hot));
    return {.value = 0, .error = 1 / inverse_temperature(curve, inside), .censored = true};
  }
  const bool beyond = sign * mean.value <= sign * hot + rounding;
  const stats::Estimate inverse = signed_inverse(curve, mean);
  Reading reading{.value = beyond ? std::numeric_limits<double>::infinity() : 1 / inverse.value,
                  .censored = beyond};
  // If the interval of the mean includes T = infinity, the reading has a limit and no error.
  const double at_hot = curve.at(0).error;
  const double reach = one_sided_normal * std::hypot(std::isfinite(mean.error) ? mean.error : 0.0,
                                                     std::isfinite(at_hot) ? at_hot : 0.0);
  if (beyond || sign * mean.value - reach <= sign * hot) {
    const double colder = mean.value + sign * reach;
    if (sign * colder > sign * hot && sign * colder < sign * cold)
      reading.limit = 1 / inverse_temperature(curve, colder);
    reading.inverse = inverse;
    return reading;
  }
  // The error is carried over to 1/T and converted last.
  reading.error = inverse.error / (inverse.value * inverse.value);
  return reading;
}

}  // namespace spinflow::thermometers
