// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/verify.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/ensemble/rows.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/samplers/graph_chain.hpp"
#include "spinflow/stats/distributions.hpp"
#include "spinflow/stats/small_samples.hpp"
#include "studies/verify_cases.hpp"

namespace spinflow::studies {

namespace {

using verification::Truth;

constexpr std::size_t rows_per_ensemble = 16000;
// A row of a ladder costs as much as its rungs together.
constexpr std::size_t rows_per_ladder_ensemble = 2000;
// Single flips take long to meet the walls across a strip.
constexpr std::size_t rows_of_strips = 2000;
// A sweep of many spins that are all coupled is slow, too.
constexpr std::size_t rows_of_large_systems = 3000;
constexpr int large_system = 100;
// Below this many expected rows above the ground state, their number is tested, by its Poisson distribution.
constexpr double fewest_excited_for_z = 100;

std::size_t rows_for(const models::Model& model, const samplers::SamplerEntry& sampler) {
  if (sampler.name == "tempering") return rows_per_ladder_ensemble;
  const auto& lattice = model.lattice();
  const bool strip = std::max(lattice.lx(), lattice.ly()) >= 2 * std::min(lattice.lx(), lattice.ly());
  if (lattice.dimension() == 2 && strip) return rows_of_strips;
  return !model.nearest_neighbour_coupling() && model.lattice().n_sites() >= large_system
             ? rows_of_large_systems
             : rows_per_ensemble;
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
  const auto mean = ensemble::Rows(ensemble).mean(values);
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
    // Errors over chains are Student's already; his t takes the standard error.
    row.z = std::isinf(degrees)
                ? difference / row.error
                : normal_deviate(difference / row.error * stats::student_width(degrees), degrees);
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

// <e> from the number of events or bonds and <m^2> from the clusters of Swendsen-Wang sweeps.
void add_graph(VerifyRow row, const std::shared_ptr<const models::Model>& model, const Truth& truth,
               std::uint64_t seed, std::vector<VerifyRow>& rows) {
  constexpr std::size_t n_chains = 32;
  constexpr int burn_in = 100;
  constexpr int sweeps = 400;
  const double inverse_temperature = 1 / row.temperature;
  const auto system = samplers::graph_system(model);
  std::vector<double> energies(n_chains);
  std::vector<double> squares(n_chains);
  base::parallel_for(n_chains, [&](std::size_t c) {
    const auto chain =
        samplers::graph_chain(system, inverse_temperature, base::RandomStream(seed, "verify graph", c));
    chain->start();
    for (int i = 0; i < burn_in; ++i) chain->sweep();
    double count = 0;
    for (int i = 0; i < sweeps; ++i) {
      chain->sweep();
      const auto measured = chain->measured();
      count += static_cast<double>(measured.count) / sweeps;
      squares[c] += measured.m2 / sweeps;
    }
    energies[c] = samplers::energy_from_count(*model, inverse_temperature, count);
  });
  const auto add = [&](std::string observable, const std::vector<double>& values, double exact) {
    const auto mean = stats::mean_of_pieces(values);
    row.method = std::string("z");
    row.observable = std::move(observable);
    row.measured = mean.value;
    row.error = mean.error;
    row.exact = exact;
    row.z = normal_deviate((mean.value - exact) / mean.error, n_chains - 1);
    row.p = std::min(1.0, 2 * stats::normal_survival(std::abs(row.z)));
    rows.push_back(row);
  };
  add("energy_of_graph", energies, truth.means.energy);
  add("magnetization_2_of_graph", squares, truth.means.magnetization_2);
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
  const base::StopScope scope(observer);
  VerifyReport report;
  std::uint64_t index = 0;
  for (const auto& entry : verification::all_cases()) {
    const auto takes = [&](const samplers::SamplerEntry& sampler) {
      return sampler.refusal(*entry.model).empty();
    };
    if (std::ranges::none_of(entries, takes)) continue;
    std::vector<Truth> truths;
    for (const double temperature : entry.temperatures) truths.push_back(entry.truth(temperature));
    for (const auto& sampler : entries) {
      if (!takes(sampler)) continue;
      for (std::size_t t = 0; t < truths.size(); ++t) {
        const samplers::SampleRequest request{.model = entry.model,
                                              .temperatures = {entry.temperatures[t]},
                                              .samples_per_temperature = rows_for(*entry.model, sampler),
                                              .seed = base::derived_seed(seed, "verify", index++)};
        const auto ensemble = sampler.sample(request, observer);
        const VerifyRow row{.model = entry.label,
                            .sampler = sampler.name,
                            .size = entry.model->lattice().text(),
                            .temperature = entry.temperatures[t]};
        compare(row, ensemble, truths[t], report.rows);
        if (sampler.name == "swendsen-wang" && row.temperature > 0 && truths[t].excited > 0.1 &&
            samplers::graph_refusal(*entry.model).empty())
          add_graph(row, entry.model, truths[t], base::derived_seed(seed, "verify graph", index),
                    report.rows);
      }
    }
  }
  judge(report);
  return report;
}

VerifyReport verify(std::uint64_t seed, base::Observer& observer) {
  return verify(seed, observer, samplers::registry().entries());
}

}  // namespace spinflow::studies
