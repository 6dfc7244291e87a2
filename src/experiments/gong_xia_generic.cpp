// SPDX-License-Identifier: Apache-2.0
// Nets of gong-xia with another task, read at their hidden units, and the correlation matrices of nets.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "experiments/gong_xia.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/experiments/dense_targets.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::experiments::gong_xia {

namespace {

using ensemble::Ensemble;
using kernels::FloatMatrix;
using results::none;
using results::Table;

constexpr std::size_t most_units_drawn = 32;

/// Chains at each coupling, in equal parts.
Ensemble chains(std::int64_t size, std::vector<double> couplings, std::int64_t n, std::uint64_t seed,
                base::Observer& observer) {
  std::ranges::sort(couplings, std::greater<>());
  std::vector<double> temperatures;
  for (const double coupling : couplings) temperatures.push_back(1 / coupling);
  const auto model =
      models::registry().find("ising-chain").make(lattice::Lattice::chain(static_cast<int>(size)), {});
  const auto parts = static_cast<std::int64_t>(temperatures.size());
  return experiments::sampled(model, temperatures, (n + parts - 1) / parts, seed, observer);
}

/// What a net makes of the test chains.
struct Score {
  double loss = 0;  ///< as in training
  double accuracy = none;
};

Score score_of(const networks::DenseForward& net, const Ensemble& test, const trainers::Targets& targets) {
  const std::size_t n = test.size();
  double loss = 0;
  double right = 0;
  if (!targets.classes.empty()) {
    const auto p = net.probabilities(test.spins, 0, n);
    for (std::size_t r = 0; r < n; ++r) {
      const auto row = p.row(r);
      loss -= std::log(std::max(static_cast<double>(row[targets.classes[r]]), 1e-30));
      right += std::ranges::max_element(row) - row.begin() == targets.classes[r] ? 1 : 0;
    }
    return {loss / static_cast<double>(n), right / static_cast<double>(n)};
  }
  const auto y = net.outputs(test.spins, 0, n);
  const bool spins = targets.numbers.empty();
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t a = 0; a < targets.n_outputs; ++a) {
      const double output = y.row(r)[a];
      const double target = spins ? targets.spins.spin(r, a) : targets.numbers[r];
      loss += (output - target) * (output - target);
      right += (output >= 0) == (target > 0) ? 1 : 0;
    }
  const double all = static_cast<double>(n) * static_cast<double>(targets.n_outputs);
  return {loss / all, spins ? right / all : none};
}

/// The class of a classifier's row; of other nets the sign of M (0 counts as up), as sign-magnetization has
/// it.
std::vector<std::uint32_t> labels_of(const Ensemble& test, const trainers::Targets& targets) {
  if (!targets.classes.empty()) return targets.classes;
  std::vector<std::uint32_t> labels;
  for (const double m : test.magnetization) labels.push_back(m < 0 ? 0 : 1);
  return labels;
}

/// The first columns, as many as are drawn.
FloatMatrix first_units(const FloatMatrix& features) {
  FloatMatrix few(features.n_rows(), std::min(features.n_columns(), most_units_drawn));
  for (std::size_t r = 0; r < few.n_rows(); ++r)
    std::ranges::copy(features.row(r).first(few.n_columns()), few.row(r).begin());
  return few;
}

FloatMatrix signs(FloatMatrix values) {
  for (std::size_t r = 0; r < values.n_rows(); ++r)
    for (float& value : values.row(r)) value = value >= 0 ? 1.0F : -1.0F;
  return values;
}

/// Results files have no infinity of their own.
results::Cell cell(double value) {
  if (std::isinf(value)) return std::string("infinity");
  return value;
}
double number(const results::Cell& cell) {
  if (const auto* value = std::get_if<double>(&cell)) return *value;
  return std::numeric_limits<double>::infinity();
}

Table generic_table() {
  return {
      .columns = {"target", "seed", "update", "loss", "accuracy", "unconditional", "unconditional error",
                  "conditional covariance", "conditional covariance error", "normalised", "normalised error"},
      .rows = {}};
}

void add_row(Table& table, const GenericReading& r) {
  const auto& f = r.features;
  table.rows.push_back({r.target, static_cast<double>(r.seed), static_cast<double>(r.update), r.loss,
                        r.accuracy, cell(f.unconditional.value), f.unconditional.error,
                        f.conditional_covariance.value, f.conditional_covariance.error, f.normalised.value,
                        f.normalised.error});
}

GenericReading reading_of(const std::vector<results::Cell>& row) {
  const auto estimate = [&](std::size_t k) {
    return stats::Estimate{.value = number(row[k]), .error = number(row[k + 1])};
  };
  return {
      .target = std::get<std::string>(row[0]),
      .seed = static_cast<std::size_t>(number(row[1])),
      .update = static_cast<std::int64_t>(number(row[2])),
      .loss = number(row[3]),
      .accuracy = number(row[4]),
      .features = {
          .unconditional = estimate(5), .conditional_covariance = estimate(7), .normalised = estimate(9)}};
}

Table matrix_table() { return {.columns = {"net", "units", "value"}, .rows = {}}; }

void add_matrix(Table& table, const std::string& net, const FloatMatrix& features) {
  const auto units = static_cast<double>(features.n_columns());
  for (const double value : analysis::correlation_matrix(features)) table.rows.push_back({net, units, value});
}

std::vector<CorrelationMatrix> matrices_of(const Table& table) {
  std::vector<CorrelationMatrix> all;
  for (const auto& row : table.rows) {
    const auto& net = std::get<std::string>(row[0]);
    if (all.empty() || all.back().net != net)
      all.push_back({.net = net, .units = static_cast<std::size_t>(number(row[1]))});
    all.back().values.push_back(number(row[2]));
  }
  return all;
}

/// The updates before the last at which to look.
std::vector<std::int64_t> looks(const Settings& s) {
  std::vector<std::int64_t> updates;
  for (const double update : s.generic.updates)
    if (update < static_cast<double>(s.network.updates)) updates.push_back(static_cast<std::int64_t>(update));
  return updates;
}

/// A net with another task: its readings and the correlations of its hidden units after the last update.
RunFolder::Tables generic_tables(const RunFolder& folder, const Settings& s, const std::string& target,
                                 std::size_t seed) {
  std::string name = fmt::format("generic-{}-{}", target, seed);
  std::ranges::replace(name, ':', '-');
  return folder.kept_tables(name, [&] {
    Listening listening(folder.observer());
    const auto sample = [&](const char* purpose, std::int64_t n) {
      return chains(s.generic.size, s.generic.couplings, n,
                    folder.seed(fmt::format("{}.{}", purpose, target), seed), listening);
    };
    const auto targets_of = [&](const Ensemble& data) {
      return dense_targets(data, target, "none", 0, "generic.targets");
    };
    const Ensemble data = sample("generic-data", s.cells.training);
    const Ensemble test = sample("generic-test", s.cells.test);
    const auto test_targets = targets_of(test);
    const auto labels = labels_of(test, test_targets);
    RunFolder::Tables tables{{"readings", generic_table()}, {"matrix", matrix_table()}};
    const auto read = [&](std::int64_t update, const networks::Dense& net) {
      const networks::DenseForward forward(net);
      const auto features = forward.features(test.spins, 0, test.size());
      const auto score = score_of(forward, test, test_targets);
      add_row(tables["readings"], {.target = target,
                                   .seed = seed,
                                   .update = update,
                                   .loss = score.loss,
                                   .accuracy = score.accuracy,
                                   .features = analysis::feature_couplings(features, labels)});
      return features;
    };
    const auto trained = trainers::train_supervised(
        data, targets_of(data), s.network, folder.seed("generic-net." + target, seed), listening,
        {.updates = looks(s),
         .at = [&](std::int64_t update, const networks::Dense& net) { (void)read(update, net); }});
    add_matrix(tables["matrix"], fmt::format("hidden units of {}", target),
               first_units(read(trained.updates, trained.net)));
    return tables;
  });
}

/// Signs of the outputs before the first and after the last update.
RunFolder::Tables decimation_tables(const RunFolder& folder, const Settings& s) {
  return folder.kept_tables("matrices", [&] {
    Listening listening(folder.observer());
    const auto sample = [&](const char* purpose, std::int64_t n) {
      return chains(s.course.size, {s.course.coupling}, n, folder.seed(purpose), listening);
    };
    const Ensemble data = sample("matrix-data", s.cells.training);
    const Ensemble test = sample("matrix-test", s.cells.test);
    const auto targets =
        dense_targets(data, fmt::format("decimation:{}", s.course.factor), "none", 0, "course.factor");
    RunFolder::Tables tables{{"matrix", matrix_table()}};
    const auto add = [&](const char* net, const networks::Dense& of) {
      const auto outputs = networks::DenseForward(of).outputs(test.spins, 0, test.size());
      add_matrix(tables["matrix"], fmt::format("decimation, {}", net), first_units(signs(outputs)));
    };
    const auto trained = trainers::train_supervised(
        data, targets, s.network, folder.seed("matrix-net"), listening,
        {.updates = {0}, .at = [&](std::int64_t, const networks::Dense& net) { add("untrained", net); }});
    add("trained", trained.net);
    return tables;
  });
}

}  // namespace

std::vector<GenericReading> run_generic(const RunFolder& folder, const Settings& s) {
  struct Job {
    std::string target;
    std::size_t seed;
  };
  std::vector<Job> jobs;
  for (const auto& target : s.generic.targets)
    for (std::int64_t seed = 0; seed < s.cells.seeds; ++seed)
      jobs.push_back({target, static_cast<std::size_t>(seed)});
  std::vector<RunFolder::Tables> found(jobs.size());
  folder.observer().begin("training nets with another task", jobs.size(), "nets");
  base::parallel_for(jobs.size(), [&](std::size_t j) {
    found[j] = generic_tables(folder, s, jobs[j].target, jobs[j].seed);
    folder.observer().advance(1);
  });
  std::vector<GenericReading> readings;
  for (const auto& tables : found)
    for (const auto& row : tables.at("readings").rows) readings.push_back(reading_of(row));
  return readings;
}

std::vector<CorrelationMatrix> run_matrices(const RunFolder& folder, const Settings& s) {
  auto matrices = matrices_of(decimation_tables(folder, s).at("matrix"));
  if (s.generic.targets.empty()) return matrices;
  // That of a net which run_generic has kept.
  const auto& known = s.generic.targets;
  const auto found = std::ranges::find(known, "sign-magnetization");
  const auto hidden =
      generic_tables(folder, s, found == known.end() ? known.front() : *found, 0).at("matrix");
  std::ranges::move(matrices_of(hidden), std::back_inserter(matrices));
  return matrices;
}

}  // namespace spinflow::experiments::gong_xia
