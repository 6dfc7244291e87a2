// SPDX-License-Identifier: Apache-2.0
// Nets of gong-xia with another task, read at their hidden units, and the correlation matrices of nets.
#include <fmt/format.h>

#include <algorithm>

#include "recipes/gong_xia/nets.hpp"
#include "spinflow/studies/dense_targets.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

using ensemble::Ensemble;
using studies::CorrelationEntry;

/// The updates before the last at which to look.
std::vector<std::int64_t> looks(const Settings& s) {
  std::vector<std::int64_t> updates;
  for (const auto update : s.generic.updates)
    if (update < s.network.updates) updates.push_back(update);
  return updates;
}

/// A net with another task: its readings, and the correlations of its hidden units before the first update
/// (if that is looked at) and after the last.
struct Generic {
  std::vector<GenericReading> readings;
  std::vector<CorrelationEntry> matrices;
};

results::Records<Generic> generic_records() {
  return results::Records<Generic>()
      .add("readings", &Generic::readings, generic_record())
      .add("matrix", &Generic::matrices, studies::correlation_entry_record());
}

void add(Generic& made, const CorrelationMatrix& matrix) {
  std::ranges::move(studies::entries_of(matrix), std::back_inserter(made.matrices));
}

std::vector<CorrelationMatrix> matrices_of(const RunFolder& folder, const std::string& name,
                                           const Generic& kept) {
  auto all = studies::matrices_of(kept.matrices);
  for (const auto& matrix : all) folder.expect_size(name, matrix.values.size(), matrix.units * matrix.units);
  return all;
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
    Generic made;
    const auto read = [&](std::int64_t update, const networks::Dense& net, const char* drawn_as) {
      const auto found = studies::hidden_units(net, test, test_targets);
      made.readings.push_back({target, seed, update, found.loss, found.accuracy, found.couplings});
      if (drawn_as != nullptr)
        add(made,
            studies::hidden_correlations(fmt::format("hidden units, {}, {}", target, drawn_as), net, test));
    };
    const auto trained = trainers::train_supervised(
        data, targets_of(data), s.network, folder.seed("generic-net." + target, seed), listening,
        {.updates = looks(s), .at = [&](std::int64_t update, const networks::Dense& net) {
           read(update, net, update == 0 ? "untrained" : nullptr);
         }});
    read(trained.updates, trained.net, "trained");
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
    const auto read = [&](const char* name, const networks::Dense& net) {
      add(made, studies::output_correlations(name, net, test));
    };
    const auto trained = trainers::train_supervised(
        data, targets, s.network, folder.seed("matrix-net"), listening,
        {.updates = {0},
         .at = [&](std::int64_t, const networks::Dense& net) { read("decimation, untrained", net); }});
    read("decimation, trained", trained.net);
    return made;
  };
  return matrices_of(folder, "matrices", folder.kept_records<Generic>("matrices", generic_records(), make));
}

}  // namespace

std::string generic_name(const std::string& target, std::size_t seed) {
  std::string name = fmt::format("generic-{}-{}", target, seed);
  std::ranges::replace(name, ':', '-');
  return name;
}

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
  std::ranges::move(matrices_of(folder, generic_name(target, 0), generic_net(folder, s, target, 0)),
                    std::back_inserter(matrices));
  return matrices;
}

}  // namespace spinflow::recipes::gong_xia
