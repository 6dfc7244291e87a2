// SPDX-License-Identifier: Apache-2.0
// Experiments A and B of gong-xia, the limits, and chains in a field.
#include <fmt/format.h>

#include <span>

#include "recipes/gong_xia/nets.hpp"
#include "spinflow/exact/chain_renormalization.hpp"
#include "spinflow/inference/pseudo_likelihood.hpp"
#include "spinflow/lattice/interactions.hpp"
#include "spinflow/studies/dense_targets.hpp"
#include "spinflow/trainers/net_score.hpp"
#include "spinflow/transformations/decimation.hpp"
#include "spinflow/transformations/dense_map.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

using ensemble::Ensemble;
using transformations::Decimation;
using transformations::DenseMap;

Ensemble through(const std::vector<DenseMap>& nets, Ensemble rows) {
  for (const auto& net : nets) rows = net.apply(rows, 0);
  return rows;
}

/// Experiment B for one arm and seed.
std::vector<DepthReading> composed(const RunFolder& folder, const Settings& s, const std::string& arm,
                                   std::size_t seed, base::Observer& observer) {
  const int b = static_cast<int>(s.depth.factor);
  const int steps = static_cast<int>(s.depth.steps);
  const auto exact = exact::chain_flow({.coupling = s.depth.coupling, .field = 0}, b, steps);
  const auto rows = rows_to_draw(s.cells.training, s.network.held_out);
  const std::string target = fmt::format("decimation:{}", b);
  std::vector<DenseMap> nets;
  std::vector<DepthReading> readings;
  std::int64_t size = s.depth.size;
  std::int64_t together = 1;
  for (int step = 1; step <= steps; ++step) {
    const std::string stream = fmt::format("depth.{}.{}", arm, step);
    // Every net has training chains of its own; those of "predecessor" pass the nets below first.
    const double below = exact[static_cast<std::size_t>(step - 1)].couplings.coupling;
    const Ensemble data = arm == "exact" ? chains(folder, size, {below}, 0, rows, "training." + stream, seed)
                                         : through(nets, chains(folder, s.depth.size, {s.depth.coupling}, 0,
                                                                rows, "training." + stream, seed));
    const auto targets = studies::dense_targets(data, target, "none", 0, stream);
    nets.emplace_back(
        trainers::train_supervised(data, targets, s.network, folder.seed("net." + stream, seed), observer)
            .net);
    size /= b;
    together *= b;
    const Ensemble start =
        chains(folder, s.depth.size, {s.depth.coupling}, 0, s.cells.test, "start." + stream, seed);
    const Ensemble wanted = Decimation({.factor = together}).apply(start, 0);
    const Ensemble outputs = through(nets, start);
    DepthReading r;
    r.arm = arm;
    r.seed = seed;
    r.step = step;
    r.size = size;
    r.accuracy = trainers::fraction_equal(outputs.spins, wanted.spins);
    r.output = *inference::chain_coupling(outputs);
    r.target = *inference::chain_coupling(wanted);
    r.expected = exact[static_cast<std::size_t>(step)].couplings.coupling;
    readings.push_back(std::move(r));
    observer.advance(0);
  }
  return readings;
}

/// One net on chains in a field.
FieldReading in_field(const RunFolder& folder, const Settings& s, FieldReading r, base::Observer& observer) {
  const std::string stream = fmt::format("field.K{}.h{}", r.coupling, r.field);
  const int b = static_cast<int>(s.field.factor);
  const auto drawn = [&](std::int64_t n, const std::string& purpose) {
    return chains(folder, s.field.size, {r.coupling}, r.field, n, purpose + "." + stream, r.seed);
  };
  const Ensemble data = drawn(rows_to_draw(s.cells.training, s.network.held_out), "training");
  const auto targets = studies::dense_targets(data, fmt::format("decimation:{}", b), "none", 0, stream);
  const DenseMap net(
      trainers::train_supervised(data, targets, s.network, folder.seed("net." + stream, r.seed), observer)
          .net);
  const Ensemble test = drawn(s.cells.test, "test");
  const Ensemble wanted = Decimation({.factor = b}).apply(test, 0);
  const Ensemble outputs = net.apply(test, 0);
  const std::vector<lattice::Interaction> basis = lattice::interactions_from("nearest,field", 1, stream);
  const auto read = inference::pseudo_likelihood_couplings(outputs, basis);
  const auto control = inference::pseudo_likelihood_couplings(wanted, basis);
  const auto exact = exact::decimated_chain({.coupling = r.coupling, .field = r.field}, b).couplings;
  r.coupling_out = read[0];
  r.field_out = read[1];
  r.coupling_target = control[0];
  r.field_target = control[1];
  r.expected_coupling = exact.coupling;
  r.expected_field = exact.field;
  r.accuracy = trainers::fraction_equal(outputs.spins, wanted.spins);
  return r;
}

}  // namespace

std::vector<NetReading> run_cells(const RunFolder& folder, const Settings& s) {
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
  auto readings = read_nets(folder, plans);
  for (auto& r : readings)
    if (r.update == 0) r.study = "untrained";
  return readings;
}

std::vector<NetReading> run_limits(const RunFolder& folder, const Settings& s) {
  std::vector<NetPlan> plans;
  for (std::int64_t seed = 0; seed < s.cells.seeds; ++seed) {
    for (const auto size : s.limits.sizes)
      plans.push_back(plan_of(s, "size", "decimation", s.limits.coupling, size, s.limits.factor, seed));
    for (const auto factor : s.limits.factors)
      plans.push_back(plan_of(s, "factor", "decimation", s.limits.coupling, s.limits.size, factor, seed));
  }
  return read_nets(folder, plans);
}

std::vector<DepthReading> run_depth(const RunFolder& folder, const Settings& s) {
  struct Job {
    std::string arm;
    std::size_t seed;
  };
  std::vector<Job> jobs;
  for (const char* arm : {"exact", "predecessor"})
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
