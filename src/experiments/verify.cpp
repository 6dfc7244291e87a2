// SPDX-License-Identifier: Apache-2.0
#include "spinflow/experiments/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "spinflow/base/random.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/exact/chain.hpp"
#include "spinflow/exact/enumeration.hpp"
#include "spinflow/exact/kaufman.hpp"
#include "spinflow/exact/magnetization.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/stats/distributions.hpp"

namespace spinflow::experiments {

namespace {

using lattice::Boundary;
using lattice::Lattice;

constexpr std::size_t rows_per_ensemble = 20000;
// Below this many expected rows above the ground state, their number is tested, by its Poisson distribution.
constexpr double fewest_excited_for_z = 100;

struct Truth {
  exact::ExactMeans means;
  double ground_energy = 0;  // per site
  double excited = 1;  // probability not to be in a ground state; left at 1 where it is anything but small
};

struct Case {
  std::string label;  // what is not default about the model
  std::shared_ptr<const models::Model> model;
  std::vector<double> temperatures;
  std::function<Truth(double temperature)> truth;
};

std::shared_ptr<const models::Model> make_model(const Lattice& lattice, double coupling, double field) {
  return models::registry()
      .find(lattice.dimension() == 2 ? "ising-square" : "ising-chain")
      .make(lattice, {{"coupling", coupling}, {"field", field}});
}

Case enumerated(const Lattice& lattice, double coupling, double field, std::vector<double> temperatures) {
  auto model = make_model(lattice, coupling, field);
  const auto enumeration = std::make_shared<exact::Enumeration>(model);
  const auto truth = [enumeration, n = lattice.n_sites()](double temperature) {
    const auto ground = enumeration->at(0);
    Truth result{.means = enumeration->at(temperature), .ground_energy = ground.energy, .excited = 0};
    if (temperature > 0)
      result.excited =
          -std::expm1(ground.log_partition - n * ground.energy / temperature - result.means.log_partition);
    return result;
  };
  return {"", std::move(model), std::move(temperatures), truth};
}

// J = 1, no field, periodic.
Case transferred_square(const Lattice& lattice, std::vector<double> temperatures) {
  const auto truth = [lattice](double temperature) {
    const auto thermodynamics = exact::kaufman(lattice.lx(), lattice.ly(), 1 / temperature);
    const auto moments = exact::magnetization_moments(lattice.lx(), lattice.ly(), 1 / temperature);
    Truth result;
    result.means.energy = thermodynamics.energy;
    result.means.specific_heat = thermodynamics.specific_heat;
    result.means.abs_magnetization = moments.abs;
    result.means.magnetization_2 = moments.second;
    result.means.magnetization_4 = moments.fourth;
    result.ground_energy = -2;
    result.excited =
        -std::expm1(std::log(2) + 2 * lattice.n_sites() / temperature - thermodynamics.log_partition);
    return result;
  };
  return {"", make_model(lattice, 1, 0), std::move(temperatures), truth};
}

Case transferred_chain(const Lattice& lattice, double coupling, double field,
                       std::vector<double> temperatures) {
  const auto truth = [=](double temperature) {
    return Truth{.means = exact::chain(lattice.n_sites(), coupling, field, temperature, lattice.boundary())};
  };
  return {"", make_model(lattice, coupling, field), std::move(temperatures), truth};
}

std::vector<Case> all_cases() {
  std::vector<Case> cases = {
      enumerated(Lattice::square(4, 4), 1, 0, {0, 0.5, 1, 2.27, 5}),
      enumerated(Lattice::square(3, 5), 1, 0, {0.7, 2.27}),
      enumerated(Lattice::square(3, 5), 0.8, 0.3, {1.5}),
      enumerated(Lattice::square(4, 4), -1, 0, {0, 2.27}),
      enumerated(Lattice::square(4, 4), -1, 1.2, {0, 0.8, 2}),
      enumerated(Lattice::square(3, 5), -1, 0, {2}),
      enumerated(Lattice::square(4, 3, Boundary::open), 1, 0.1, {0, 0.9, 2}),
      transferred_square(Lattice::square(10, 10), {0.75, 1.5, 2.25, 2.5, 4}),
      enumerated(Lattice::chain(10), 1, 0, {0, 0.3}),
      enumerated(Lattice::chain(8), -1, 0.2, {0, 1}),
      enumerated(Lattice::chain(9), -1, 0.2, {0.7}),
      transferred_chain(Lattice::chain(64), 1, 0, {0.8, 3}),
      transferred_chain(Lattice::chain(63), 1, 0.3, {1}),
      transferred_chain(Lattice::chain(50, Boundary::open), 1, 0.1, {1.5}),
      transferred_chain(Lattice::chain(50, Boundary::open), -1, 0, {1}),
  };
  for (auto& entry : cases) {
    entry.label = std::string(entry.model->name());
    const double coupling = *entry.model->nearest_neighbour_coupling();
    if (coupling != 1) entry.label += fmt::format(" J={}", coupling);
    if (entry.model->field() != 0) entry.label += fmt::format(" h={}", entry.model->field());
    if (entry.model->lattice().boundary() == Boundary::open) entry.label += " open";
  }
  return cases;
}

// The normal deviate as unlikely as Student's t with that many degrees of freedom (Wallace, Ann. Math. Stat.
// 30, 1121 (1959)).
double normal_deviate(double t, double degrees) {
  return std::copysign(
      (8 * degrees + 1) / (8 * degrees + 3) * std::sqrt(degrees * std::log1p(t * t / degrees)), t);
}

// The mean of one number per row against its exact value. Independent rows have the exact standard error,
// sqrt(variance/n); correlated ones that of the jackknife over chains.
void add_mean(VerifyRow row, const ensemble::Ensemble& ensemble, const std::vector<double>& values,
              double exact, double variance, std::vector<VerifyRow>& rows) {
  const auto mean = ensemble::mean(ensemble, values);
  row.method = std::string("z");
  row.measured = mean.value;
  row.exact = exact;
  double degrees = std::numeric_limits<double>::infinity();
  // Rounding in the exact variance must not count as one.
  const bool constant = variance < 1e-14;
  if (constant) {
    row.error = 0;
  } else if (ensemble.independent_pieces == ensemble::IndependentPieces::sample) {
    row.error = std::sqrt(variance / static_cast<double>(values.size()));
  } else {
    row.error = mean.error;
    degrees = static_cast<double>(ensemble.sampling.front().chains - 1);
  }
  const double difference = row.measured - row.exact;
  if (std::abs(difference) < 1e-11) {
    row.z = 0;
  } else if (!(row.error > 0)) {
    row.z = std::copysign(std::numeric_limits<double>::infinity(), difference);
  } else {
    row.z = std::isinf(degrees) ? difference / row.error : normal_deviate(difference / row.error, degrees);
  }
  row.p = std::min(1.0, 2 * stats::normal_survival(std::abs(row.z)));
  rows.push_back(std::move(row));
}

void add_excited(VerifyRow row, const ensemble::Ensemble& ensemble, const Truth& truth,
                 std::vector<VerifyRow>& rows) {
  const auto excited = static_cast<std::uint64_t>(
      std::ranges::count_if(ensemble.energy, [&](double e) { return e > truth.ground_energy + 1e-9; }));
  const double expected = static_cast<double>(ensemble.size()) * truth.excited;
  row.method = "poisson";
  row.observable = "excited";
  row.measured = static_cast<double>(excited);
  row.error = std::sqrt(expected);
  row.exact = expected;
  row.z = std::numeric_limits<double>::quiet_NaN();
  row.p = std::min(1.0, 2 * std::min(stats::poisson_at_least(excited, expected),
                                     stats::poisson_at_most(excited, expected)));
  rows.push_back(std::move(row));
}

// One ensemble against the truth.
void compare(VerifyRow row, const ensemble::Ensemble& ensemble, const Truth& truth,
             std::vector<VerifyRow>& rows) {
  const auto& means = truth.means;
  const double n_sites = ensemble.lattice.n_sites();
  const bool rarely_excited = static_cast<double>(ensemble.size()) * truth.excited < fewest_excited_for_z;
  const auto mean = [&](std::string observable, const auto& of_m, double exact, double variance) {
    std::vector<double> values;
    for (const double m : ensemble.magnetization) values.push_back(of_m(m));
    row.observable = std::move(observable);
    add_mean(row, ensemble, values, exact, variance, rows);
  };
  if (rarely_excited) {
    add_excited(row, ensemble, truth, rows);
  } else {
    row.observable = "energy";
    const double variance = means.specific_heat * row.temperature * row.temperature / n_sites;
    add_mean(row, ensemble, ensemble.energy, means.energy, variance, rows);
  }
  mean(
      "magnetization", [](double m) { return m; }, means.magnetization,
      means.magnetization_2 - means.magnetization * means.magnetization);
  // Functions of |m| are as rarely different from their ground-state value as the energy is.
  if (rarely_excited && truth.excited > 0) return;
  mean(
      "abs_magnetization", [](double m) { return std::abs(m); }, means.abs_magnetization,
      means.magnetization_2 - means.abs_magnetization * means.abs_magnetization);
  mean(
      "magnetization_2", [](double m) { return m * m; }, means.magnetization_2,
      means.magnetization_4 - means.magnetization_2 * means.magnetization_2);
}

void judge(VerifyReport& report) {
  double smallest = 1;
  for (const auto& row : report.rows) {
    smallest = std::min(smallest, row.p);
    if (row.observable != "energy" || row.error == 0) continue;
    report.statistic += row.z * row.z;
    ++report.degrees;
  }
  const double of_rows = std::min(1.0, smallest * static_cast<double>(report.rows.size()));
  const double of_energies =
      report.degrees == 0 ? 1.0 : stats::chi2_survival(report.statistic, report.degrees);
  report.p_value = std::min(1.0, 2 * std::min(of_rows, of_energies));
  report.passed = report.p_value >= report.false_alarm_rate;
}

}  // namespace

VerifyReport verify(std::uint64_t seed, base::Observer& observer,
                    const std::vector<samplers::SamplerEntry>& entries) {
  VerifyReport report;
  std::uint64_t index = 0;
  for (const auto& entry : all_cases()) {
    std::vector<Truth> truths;
    for (const double temperature : entry.temperatures) truths.push_back(entry.truth(temperature));
    for (const auto& sampler : entries) {
      if (!sampler.refusal(*entry.model).empty()) continue;
      for (std::size_t t = 0; t < truths.size(); ++t) {
        const samplers::SampleRequest request{.model = entry.model,
                                              .temperatures = {entry.temperatures[t]},
                                              .samples_per_temperature = rows_per_ensemble,
                                              .seed = base::derived_seed(seed, "verify", index++)};
        const auto ensemble = sampler.sample(request, observer);
        const VerifyRow row{.model = entry.label,
                            .sampler = sampler.name,
                            .size = entry.model->lattice().text(),
                            .temperature = entry.temperatures[t]};
        compare(row, ensemble, truths[t], report.rows);
      }
    }
  }
  judge(report);
  return report;
}

VerifyReport verify(std::uint64_t seed, base::Observer& observer) {
  return verify(seed, observer, samplers::registry().entries());
}

}  // namespace spinflow::experiments
