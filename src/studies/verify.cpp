// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>

#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/exact/chain.hpp"
#include "spinflow/exact/curie_weiss.hpp"
#include "spinflow/exact/enumeration.hpp"
#include "spinflow/exact/kaufman.hpp"
#include "spinflow/exact/magnetization.hpp"
#include "spinflow/exact/strip.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/samplers/graph_chain.hpp"
#include "spinflow/stats/distributions.hpp"
#include "spinflow/stats/small_samples.hpp"

namespace spinflow::studies {

namespace {

using lattice::Boundary;
using lattice::Lattice;

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

using ModelPointer = std::shared_ptr<const models::Model>;

ModelPointer nearest_neighbour(const Lattice& lattice, double coupling, double field) {
  return models::registry()
      .find(lattice.dimension() == 2 ? "ising-square" : "ising-chain")
      .make(lattice, {{"coupling", coupling}, {"field", field}});
}

ModelPointer power_law(const Lattice& lattice, double sigma, double coupling = 1, double field = 0) {
  return models::registry()
      .find("ising-power-law")
      .make(lattice, {{"dimension", std::int64_t{lattice.dimension()}},
                      {"sigma", sigma},
                      {"coupling", coupling},
                      {"field", field}});
}

ModelPointer infinite_range(int n, double coupling, double field) {
  return models::registry()
      .find("ising-infinite-range")
      .make(Lattice::chain(n), {{"coupling", coupling}, {"field", field}});
}

Case enumerated(ModelPointer model, std::vector<double> temperatures) {
  // Made when first asked: there may be no sampler for the model.
  const auto made = std::make_shared<std::optional<exact::Enumeration>>();
  const auto truth = [made, model](double temperature) {
    if (!*made) made->emplace(model);
    const auto& enumeration = *made;
    const double n = model->lattice().n_sites();
    const auto ground = enumeration->at(0);
    Truth result{.means = enumeration->at(temperature), .ground_energy = ground.energy, .excited = 0};
    if (temperature > 0)
      result.excited =
          -std::expm1(ground.log_partition - n * ground.energy / temperature - result.means.log_partition);
    return result;
  };
  return {"", std::move(model), std::move(temperatures), truth};
}

Case enumerated(const Lattice& lattice, double coupling, double field, std::vector<double> temperatures) {
  return enumerated(nearest_neighbour(lattice, coupling, field), std::move(temperatures));
}

// Couplings that decay with this sigma are those of nearest neighbours: the next ones are below 1e-9.
constexpr double short_ranged = 60;

// J = 1 between nearest neighbours, no field, periodic.
Case transferred_square(ModelPointer model, std::vector<double> temperatures) {
  const auto truth = [lattice = model->lattice()](double temperature) {
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
  return {"", std::move(model), std::move(temperatures), truth};
}

// Too large to enumerate, but narrow.
Case narrow(const Lattice& lattice, double coupling, double field, std::vector<double> temperatures) {
  const auto made = std::make_shared<std::optional<exact::NarrowLattice>>();
  const auto truth = [=](double temperature) {
    if (!*made) made->emplace(lattice);
    return Truth{.means = (*made)->at(temperature, coupling, field)};
  };
  return {"", nearest_neighbour(lattice, coupling, field), std::move(temperatures), truth};
}

Case transferred_chain(const Lattice& lattice, double coupling, double field,
                       std::vector<double> temperatures) {
  const auto truth = [=](double temperature) {
    return Truth{.means = exact::chain(lattice.n_sites(), coupling, field, temperature, lattice.boundary())};
  };
  return {"", nearest_neighbour(lattice, coupling, field), std::move(temperatures), truth};
}

// J = 1, no field.
Case short_ranged_chain(int n, std::vector<double> temperatures) {
  auto result = transferred_chain(Lattice::chain(n), 1, 0, std::move(temperatures));
  result.model = power_law(Lattice::chain(n), short_ranged);
  return result;
}

Case curie_weiss(int n, double coupling, double field, std::vector<double> temperatures) {
  const auto truth = [=](double temperature) {
    return Truth{.means = exact::curie_weiss(n, coupling, field, temperature)};
  };
  return {"", infinite_range(n, coupling, field), std::move(temperatures), truth};
}

// The model's name with what is not default about it.
std::string label_of(const models::Model& model) {
  std::string label(model.name());
  const auto options = model.options();
  const auto add = [&](std::string_view option, std::string_view symbol, double usual) {
    const auto found = options.find(option);
    if (found == options.end()) return;
    const double value = std::get<double>(found->second);
    if (value != usual) label += fmt::format(" {}={}", symbol, value);
  };
  add("sigma", "sigma", std::numeric_limits<double>::quiet_NaN());
  add("coupling", "J", 1);
  add("field", "h", 0);
  if (model.lattice().boundary() == Boundary::open) label += " open";
  return label;
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
      transferred_square(nearest_neighbour(Lattice::square(10, 10), 1, 0), {0.75, 1.5, 2.25, 2.5, 4}),
      transferred_square(nearest_neighbour(Lattice::square(16, 4), 1, 0), {1.5}),
      narrow(Lattice::square(15, 3), 1, 0, {1.35}),
      narrow(Lattice::square(12, 3, Boundary::open), 1, 0, {1.1}),
      narrow(Lattice::square(3, 12, Boundary::open), 1, 0.05, {1.2}),
      narrow(Lattice::square(14, 3), 1, 0.05, {1.5}),
      narrow(Lattice::square(12, 4), -1, 0, {1.5}),
      narrow(Lattice::square(12, 4), -1, 1.2, {1.35}),
      enumerated(Lattice::chain(10), 1, 0, {0, 0.3}),
      enumerated(Lattice::chain(8), -1, 0.2, {0, 1}),
      enumerated(Lattice::chain(9), -1, 0.2, {0.7}),
      transferred_chain(Lattice::chain(64), 1, 0, {0.8, 3}),
      transferred_chain(Lattice::chain(63), 1, 0.3, {1}),
      transferred_chain(Lattice::chain(50, Boundary::open), 1, 0.1, {1.5}),
      transferred_chain(Lattice::chain(50, Boundary::open), -1, 0, {1}),
      enumerated(power_law(Lattice::chain(12), 0.25), {0, 8}),
      enumerated(power_law(Lattice::chain(16), 0.75), {2.5}),
      enumerated(power_law(Lattice::chain(18), 1.5), {1.3}),
      enumerated(power_law(Lattice::square(4, 4), 0.8), {7}),
      enumerated(power_law(Lattice::square(4, 4), 1.25), {5}),
      enumerated(power_law(Lattice::square(3, 5), 1.25), {3, 12}),
      enumerated(power_law(Lattice::chain(13), 0.75, 0.8, 0.1), {1.5}),
      enumerated(power_law(Lattice::chain(13), 0.75, -1), {0.9}),
      enumerated(power_law(Lattice::square(3, 5), 1.25, -1, 0.5), {1.5}),
      short_ranged_chain(24, {1.2}),
      transferred_square(power_law(Lattice::square(12, 3), short_ranged), {1.7}),
      transferred_square(power_law(Lattice::square(8, 8), short_ranged), {2.4}),
      enumerated(infinite_range(16, 1, 0), {0.9}),
      curie_weiss(400, 1, 0, {1.1}),
      curie_weiss(100, 1, 0.05, {1}),
  };
  for (auto& entry : cases) entry.label = label_of(*entry.model);
  return cases;
}

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
void add_graph(VerifyRow row, const ModelPointer& model, const Truth& truth, std::uint64_t seed,
               std::vector<VerifyRow>& rows) {
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
  for (const auto& entry : all_cases()) {
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
