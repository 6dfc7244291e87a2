// SPDX-License-Identifier: Apache-2.0
// Experiments A and B of gong-xia, the limits, and chains in a field.
#include <fmt/format.h>

#include "recipes/gong_xia/nets.hpp"
#include "spinflow/studies/dense_targets.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

/// A net as in [network] that is asked to decimate by b. `stream`: of its training.
networks::Dense decimating(const RunFolder& folder, const Settings& s, const ensemble::Ensemble& data,
                           std::int64_t b, const std::string& stream, std::size_t seed,
                           base::Observer& observer) {
  const auto targets = studies::dense_targets(data, fmt::format("decimation:{}", b), "none", 0, stream);
  return trainers::train_supervised(data, targets, s.network, folder.seed("net." + stream, seed), observer)
      .net;
}

/// Experiment B for one arm and seed.
std::vector<DepthReading> composed(const RunFolder& folder, const Settings& s, const std::string& arm,
                                   std::size_t seed, base::Observer& observer) {
  const auto rows = rows_to_draw(s.cells.training, s.network.held_out);
  const auto stream = [&](int step) { return fmt::format("depth.{}.{}", arm, step); };
  const auto steps = studies::compose_nets(
      {.size = s.depth.size,
       .coupling = s.depth.coupling,
       .factor = s.depth.factor,
       .steps = s.depth.steps,
       .exact_chains = arm == "exact",
       .chains =
           [&](std::int64_t size, double coupling, int step, bool training) {
             return chains(folder, size, {coupling}, 0, training ? rows : s.cells.test,
                           (training ? "training." : "start.") + stream(step), seed);
           },
       .trained =
           [&](const ensemble::Ensemble& data, int step) {
             return decimating(folder, s, data, s.depth.factor, stream(step), seed, observer);
           }},
      observer);
  std::vector<DepthReading> readings;
  for (const auto& step : steps) readings.push_back({step, arm, seed});
  return readings;
}

/// One net on chains in a field.
FieldReading in_field(const RunFolder& folder, const Settings& s, FieldReading r, base::Observer& observer) {
  const std::string stream = fmt::format("field.K{}.h{}", r.coupling, r.field);
  const auto drawn = [&](std::int64_t n, const std::string& purpose) {
    return chains(folder, s.field.size, {r.coupling}, r.field, n, purpose + "." + stream, r.seed);
  };
  const auto net =
      decimating(folder, s, drawn(rows_to_draw(s.cells.training, s.network.held_out), "training"),
                 s.field.factor, stream, r.seed, observer);
  static_cast<studies::FieldNetReading&>(r) = studies::field_reading(
      net, drawn(s.cells.test, "test"), r.coupling, r.field, static_cast<int>(s.field.factor));
  return r;
}

}  // namespace

std::vector<NetPlan> cell_plans(const Settings& s) {
  std::vector<NetPlan> plans;
  const auto add = [&](const char* scheme, std::int64_t size, const std::vector<std::int64_t>& factors) {
    for (const double coupling : s.cells.couplings)
      for (const auto factor : factors)
        for (std::int64_t seed = 0; seed < s.cells.seeds; ++seed) {
          plans.push_back(plan_of(s, "cells", scheme, coupling, size, factor, seed));
          plans.back().updates = {0};
        }
  };
  add("decimation", s.cells.decimation_size, s.cells.decimation_factors);
  add("majority", s.cells.majority_size, s.cells.majority_factors);
  return plans;
}

std::vector<NetReading> run_cells(const RunFolder& folder, const Settings& s) {
  auto readings = read_nets(folder, cell_plans(s));
  for (auto& r : readings)
    if (r.update == 0) r.study = "untrained";
  return readings;
}

std::vector<NetPlan> limit_plans(const Settings& s) {
  std::vector<NetPlan> plans;
  for (std::int64_t seed = 0; seed < s.cells.seeds; ++seed) {
    for (const auto size : s.limits.sizes)
      plans.push_back(plan_of(s, "size", "decimation", s.limits.coupling, size, s.limits.factor, seed));
    for (const auto factor : s.limits.factors)
      plans.push_back(plan_of(s, "factor", "decimation", s.limits.coupling, s.limits.size, factor, seed));
  }
  return plans;
}

std::vector<NetReading> run_limits(const RunFolder& folder, const Settings& s) {
  return read_nets(folder, limit_plans(s));
}

std::vector<DepthReading> run_depth(const RunFolder& folder, const Settings& s) {
  struct Job {
    std::string arm;
    std::size_t seed;
  };
  std::vector<Job> jobs;
  for (const char* arm : depth_arms)
    for (std::int64_t seed = 0; seed < s.cells.seeds; ++seed)
      jobs.push_back({arm, static_cast<std::size_t>(seed)});
  return folder.each("training nets on top of each other", "stacks", jobs,
                     [&](const Job& job, base::Observer& observer) {
                       return folder.kept_records<DepthReading>(
                           fmt::format("depth-{}-{}", job.arm, job.seed), depth_record(),
                           static_cast<std::size_t>(s.depth.steps),
                           [&] { return composed(folder, s, job.arm, job.seed, observer); });
                     });
}

std::vector<FieldReading> run_fields(const RunFolder& folder, const Settings& s) {
  std::vector<FieldReading> all;
  for (const double coupling : s.field.couplings)
    for (const double field : s.field.fields)
      for (std::int64_t seed = 0; seed < s.cells.seeds; ++seed) {
        auto& r = all.emplace_back();
        r.coupling = coupling;
        r.field = field;
        r.seed = static_cast<std::size_t>(seed);
      }
  return folder.each("training nets on chains in a field", "nets", all,
                     [&](const FieldReading& r, base::Observer& observer) {
                       return folder.kept_records<FieldReading>(
                           fmt::format("field-K{}-h{}-{}", r.coupling, r.field, r.seed), field_record(), 1,
                           [&] { return std::vector{in_field(folder, s, r, observer)}; });
                     });
}

}  // namespace spinflow::recipes::gong_xia
