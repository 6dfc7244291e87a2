// SPDX-License-Identifier: Apache-2.0
// Nets of gong-xia with another task, read at their hidden units, and the correlation matrices of nets.
#include <fmt/format.h>

#include <algorithm>

#include "recipes/gong_xia/nets.hpp"
#include "spinflow/studies/dense_targets.hpp"
#include "spinflow/trainers/net_score.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

using ensemble::Ensemble;
using kernels::FloatMatrix;

constexpr std::size_t most_units_drawn = 32;

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

/// The updates before the last at which to look.
std::vector<std::int64_t> looks(const Settings& s) {
  std::vector<std::int64_t> updates;
  for (const auto update : s.generic.updates)
    if (update < s.network.updates) updates.push_back(update);
  return updates;
}

/// A row of the table that a matrix is kept in.
struct Entry {
  std::string net;
  std::size_t units = 0;
  double value = 0;
};

results::Record<Entry> entry_record() {
  return results::Record<Entry>()
      .add("net", &Entry::net)
      .add("units", &Entry::units)
      .add("value", &Entry::value);
}

void add_entries(std::vector<Entry>& entries, const std::string& net, const FloatMatrix& features) {
  for (const double value : analysis::correlation_matrix(features))
    entries.push_back({net, features.n_columns(), value});
}

std::vector<CorrelationMatrix> matrices_of(const RunFolder& folder, const std::string& name,
                                           const std::vector<Entry>& entries) {
  std::vector<CorrelationMatrix> all;
  for (const auto& [net, units, value] : entries) {
    if (all.empty() || all.back().net != net) all.push_back({.net = net, .units = units});
    all.back().values.push_back(value);
  }
  for (const auto& matrix : all) folder.expect_size(name, matrix.values.size(), matrix.units * matrix.units);
  return all;
}

/// A net with another task: its readings, and the correlations of its hidden units before the first update
/// (if that is looked at) and after the last.
struct Generic {
  std::vector<GenericReading> readings;
  std::vector<Entry> matrices;
};

results::Records<Generic> generic_records() {
  return results::Records<Generic>()
      .add("readings", &Generic::readings, generic_record())
      .add("matrix", &Generic::matrices, entry_record());
}

std::string generic_name(const std::string& target, std::size_t seed) {
  std::string name = fmt::format("generic-{}-{}", target, seed);
  std::ranges::replace(name, ':', '-');
  return name;
}

Generic generic_net(const RunFolder& folder, const Settings& s, const std::string& target, std::size_t seed) {
  const auto make = [&] {
    Listening listening(folder.observer());
    const auto sample = [&](const char* purpose, std::int64_t n) {
      return chains(folder, s.generic.size, s.generic.couplings, 0, n,
                    fmt::format("{}.generic.{}", purpose, target), seed);
    };
    const auto targets_of = [&](const Ensemble& data) {
      return studies::dense_targets(data, target, "none", 0, "generic.targets");
    };
    const Ensemble data = sample("training", rows_to_draw(s.cells.training, s.network.held_out));
    const Ensemble test = sample("test", s.cells.test);
    const auto test_targets = targets_of(test);
    const auto labels = labels_of(test, test_targets);
    Generic made;
    const auto read = [&](std::int64_t update, const networks::Dense& net) {
      const networks::DenseForward forward(net);
      const auto features = forward.features(test.spins, 0, test.size());
      const auto score = trainers::score_of(forward, test.spins, test_targets);
      made.readings.push_back({.target = target,
                               .seed = seed,
                               .update = update,
                               .loss = score.loss,
                               .accuracy = score.accuracy,
                               .features = analysis::feature_couplings(features, labels)});
      return features;
    };
    const auto add = [&](const char* net, const FloatMatrix& features) {
      add_entries(made.matrices, fmt::format("hidden units, {}, {}", target, net), first_units(features));
    };
    const auto trained = trainers::train_supervised(
        data, targets_of(data), s.network, folder.seed("generic-net." + target, seed), listening,
        {.updates = looks(s), .at = [&](std::int64_t update, const networks::Dense& net) {
           const auto features = read(update, net);
           if (update == 0) add("untrained", features);
         }});
    add("trained", read(trained.updates, trained.net));
    return made;
  };
  const std::string name = generic_name(target, seed);
  auto found = folder.kept_records<Generic>(name, generic_records(), make);
  folder.expect_size(name, found.readings.size(), looks(s).size() + 1);
  return found;
}

/// Signs of the outputs before the first and after the last update.
std::vector<CorrelationMatrix> decimation_matrices(const RunFolder& folder, const Settings& s) {
  const auto make = [&] {
    Listening listening(folder.observer());
    const auto sample = [&](const char* purpose, std::int64_t n) {
      return chains(folder, s.course.size, {s.course.coupling}, 0, n, fmt::format("{}.matrices", purpose), 0);
    };
    const Ensemble data = sample("training", rows_to_draw(s.cells.training, s.network.held_out));
    const Ensemble test = sample("test", s.cells.test);
    const auto targets = studies::dense_targets(data, fmt::format("decimation:{}", s.course.factor), "none",
                                                0, "course.factor");
    Generic made;
    const auto add = [&](const char* net, const networks::Dense& of) {
      const auto outputs = networks::DenseForward(of).outputs(test.spins, 0, test.size());
      add_entries(made.matrices, fmt::format("decimation, {}", net), first_units(signs(outputs)));
    };
    const auto trained = trainers::train_supervised(
        data, targets, s.network, folder.seed("matrix-net"), listening,
        {.updates = {0}, .at = [&](std::int64_t, const networks::Dense& net) { add("untrained", net); }});
    add("trained", trained.net);
    return made;
  };
  return matrices_of(folder, "matrices",
                     folder.kept_records<Generic>("matrices", generic_records(), make).matrices);
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
  return folder.each("training nets with another task", "nets", jobs, [&](const Job& job, base::Observer&) {
    return generic_net(folder, s, job.target, job.seed).readings;
  });
}

std::vector<CorrelationMatrix> run_matrices(const RunFolder& folder, const Settings& s) {
  auto matrices = decimation_matrices(folder, s);
  // Those of a net which run_generic has kept.
  const auto& known = s.generic.targets;
  const auto found = std::ranges::find(known, "sign-magnetization");
  const auto& target = found == known.end() ? known.front() : *found;
  std::ranges::move(matrices_of(folder, generic_name(target, 0), generic_net(folder, s, target, 0).matrices),
                    std::back_inserter(matrices));
  return matrices;
}

}  // namespace spinflow::recipes::gong_xia
