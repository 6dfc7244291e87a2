// SPDX-License-Identifier: Apache-2.0
// Part (b) of short-sighted: RBMs trained at T_c (reading i) or on a range (reading ii), and their flows.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "recipes/short_sighted/measurements.hpp"
#include "spinflow/flow/fixed_point.hpp"
#include "spinflow/studies/scaling.hpp"
#include "spinflow/thermometers/make.hpp"
#include "spinflow/trainers/trainer.hpp"
#include "spinflow/transformations/rbm_reconstruct.hpp"

namespace spinflow::recipes::short_sighted {

namespace {

using ensemble::Ensemble;

const ArmSettings& arm_of(const Settings& s, const std::string& arm) {
  return arm == "good" ? s.good : s.cheap;
}

/// The network in the file of that name; trained and written if it is not there. Nothing if the training
/// diverged, which then is missing in the tables.
std::optional<networks::Rbm> trained(const RunFolder& folder, const Settings& s, const std::string& name,
                                     const std::string& arm, const Ensemble& data, std::uint64_t seed) {
  const auto& a = arm_of(s, arm);
  const auto rows = static_cast<std::int64_t>(data.size());
  const std::int64_t batch = std::min(s.rbm.batch_size, rows);
  const auto hidden = std::max<std::int64_t>(1, std::llround(a.hidden_share * data.lattice.n_sites()));
  Listening listening(folder.observer());
  return kept_rbm(folder, name,
                  [&](const auto& savepoint) {
                    return trainers::registry().find("cd").train(
                        data,
                        {{"hidden", hidden},
                         {"k", a.k},
                         {"learning_rate", a.learning_rate},
                         {"final_learning_rate", a.final_learning_rate},
                         {"momentum", s.rbm.momentum},
                         {"weight_decay", 0.0},
                         {"batch_size", batch},
                         {"epochs", static_cast<double>(a.updates) / static_cast<double>(rows / batch)},
                         {"biases", false},
                         {"initial_sigma", s.rbm.initial_sigma}},
                        seed, listening, savepoint);
                  })
      .network;
}

/// One model, size and seed of reading (i).
std::vector<SizeReading> flows_of(const RunFolder& folder, const Settings& s, const Subject& subject,
                                  std::int64_t size, std::size_t seed) {
  const auto model = subject.on(size);
  const std::string name = fmt::format("{}-{}", subject.id, size);
  const double t_c = subject.critical_temperature();
  Listening listening(folder.observer());
  std::optional<Ensemble> made;
  // Training rows first, then the configurations that flow.
  const auto data = [&]() -> const Ensemble& {
    if (!made) {
      made = sampled(model, {t_c}, s.rbm.configurations + s.rbm.chains,
                     folder.seed("flow-data." + name, seed), listening);
    }
    return *made;
  };
  const auto training_rows = [&] {
    return first_rows(data(), static_cast<std::size_t>(s.rbm.configurations));
  };
  std::vector<SizeReading> readings;
  const auto kept = folder.kept_flows(fmt::format("flow-data-{}-{}", name, seed), *model, [&] {
    return std::vector{flow::iterate({}, training_rows(), "training data", t_c, {},
                                     {.steps = 0, .observables = studies::scaling_observables()}, listening)};
  });
  readings.push_back({subject.id, "data", size, seed,
                      studies::scaling_point(kept.front().steps.front(), static_cast<double>(size))});
  for (const auto& arm : s.rbm.arms) {
    const std::string id = fmt::format("{}-{}-{}", arm, name, seed);
    const auto flows = folder.kept_flows("flow-" + id, *model, [&] {
      std::vector<flow::Trajectory> starts;
      const auto rbm =
          trained(folder, s, "rbm-" + id, arm, training_rows(), folder.seed("rbm." + name, seed));
      if (!rbm) return starts;
      std::vector<std::size_t> rows(static_cast<std::size_t>(s.rbm.chains));
      for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i] = static_cast<std::size_t>(s.rbm.configurations) + i;
      const transformations::RbmReconstruct map(*rbm);
      starts.push_back(flow::iterate({map}, ensemble::select(data(), rows), "T_c", t_c, {},
                                     {.steps = static_cast<int>(s.rbm.steps),
                                      .seed = folder.seed("flow." + id),
                                      .observables = studies::scaling_observables()},
                                     listening));
      return starts;
    });
    if (flows.empty()) continue;
    const auto quarter = flow::averaged(flow::last_quarter(flows.front()));
    readings.push_back(
        {subject.id, arm, size, seed, studies::scaling_point(quarter, static_cast<double>(size))});
  }
  return readings;
}

/// One model, range and seed of reading (ii).
std::vector<flow::Trajectory> range_flows(
    const RunFolder& folder, const Settings& s, const Subject& subject, const std::string& range,
    const std::vector<std::unique_ptr<thermometers::Thermometer>>& gauges, std::size_t seed) {
  const auto model = subject.on(s.range.size);
  const std::string id = fmt::format("{}-{}-{}", range, subject.id, seed);
  const double t_c = subject.critical_temperature();
  Listening listening(folder.observer());
  const auto in_units = [&](const std::vector<double>& ratios) {
    std::vector<double> all;
    for (const double ratio : ratios) all.push_back(ratio * t_c);
    return all;
  };
  return folder.kept_flows("flow-" + id, *model, [&] {
    std::vector<flow::Trajectory> starts;
    const auto& ratios = range == "narrow" ? s.range.narrow : s.range.wide;
    const auto n = static_cast<std::int64_t>(ratios.size());
    const auto data = sampled(model, in_units(ratios), (s.rbm.configurations + n - 1) / n,
                              folder.seed("range-data." + range + subject.id, seed), listening);
    const auto rbm = trained(folder, s, "rbm-" + id, "good", data, folder.seed("rbm." + subject.id, seed));
    if (!rbm) return starts;
    const transformations::RbmReconstruct map(*rbm);
    const auto begins = sampled(model, in_units(s.range.starts), s.range.chains,
                                folder.seed("range-starts." + subject.id, seed), listening);
    std::vector<int> keep;
    for (const auto step : s.couplings.rbm_steps) keep.push_back(static_cast<int>(step));
    const bool drawn = range == "narrow" && !subject.long_range() && seed == 0;
    for (const double ratio : s.range.starts) {
      // Only the ends are asked for a fixed point; the others carry the fit of |m| after few steps.
      std::int64_t steps = s.range.early_steps;
      if (drawn) steps = std::max(steps, s.couplings.rbm_steps.back());
      if (ratio == s.range.starts.front() || ratio == s.range.starts.back()) steps = s.range.steps;
      starts.push_back(flow::iterate({map}, first_rows_at(begins, ratio * t_c, s.range.chains),
                                     fmt::format("T/T_c = {}", ratio), ratio * t_c, gauges,
                                     {.steps = static_cast<int>(steps),
                                      .seed = folder.seed("flow." + id, starts.size()),
                                      .keep = drawn ? keep : std::vector<int>{},
                                      .observables = {observables::abs_magnetization}},
                                     listening));
    }
    return starts;
  });
}

}  // namespace

std::vector<SizeReading> run_flows(const RunFolder& folder, const Settings& s,
                                   const std::vector<Subject>& models) {
  struct Job {
    std::size_t model;
    std::int64_t size;
    std::size_t seed;
  };
  std::vector<Job> jobs;
  // Large lattices first: what is left for the end is short.
  for (auto size = s.rbm.sizes.rbegin(); size != s.rbm.sizes.rend(); ++size)
    for (std::size_t i = 0; i < models.size(); ++i)
      for (std::int64_t seed = 0; seed < s.rbm.seeds; ++seed)
        jobs.push_back({i, *size, static_cast<std::size_t>(seed)});
  return folder.each("training and flowing RBMs at T_c", "lattices", jobs,
                     [&](const Job& job, base::Observer&) {
                       return flows_of(folder, s, models[job.model], job.size, job.seed);
                     });
}

std::vector<RangeFlow> run_ranges(const RunFolder& folder, const Settings& s,
                                  const std::vector<Subject>& models) {
  std::vector<std::vector<std::unique_ptr<thermometers::Thermometer>>> gauges(models.size());
  for (std::size_t i = 0; i < models.size(); ++i)
    gauges[i] = thermometers::made({"bond-energy", "magnetization", "energy"}, models[i].on(s.range.size),
                                   folder.observer());
  std::vector<RangeFlow> flows;
  for (const auto& subject : models)
    for (const char* range : ranges)
      for (std::int64_t seed = 0; seed < s.range.seeds; ++seed)
        flows.push_back({subject.id, range, static_cast<std::size_t>(seed), {}});
  return folder.each(
      "training and flowing RBMs of a range", "networks", flows, [&](RangeFlow flow, base::Observer&) {
        const auto i =
            static_cast<std::size_t>(std::ranges::find(models, flow.model, &Subject::id) - models.begin());
        flow.starts = range_flows(folder, s, models[i], flow.range, gauges[i], flow.seed);
        return std::vector{flow};
      });
}

}  // namespace spinflow::recipes::short_sighted
