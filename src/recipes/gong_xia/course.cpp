// SPDX-License-Identifier: Apache-2.0
// Experiment C of gong-xia: the course of training, the architecture, the amount of data.
#include <fmt/format.h>

#include "recipes/gong_xia/nets.hpp"
#include "recipes/gong_xia/readings.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

bool same_net(const trainers::SupervisedOptions& a, const trainers::SupervisedOptions& b) {
  return a.hidden == b.hidden && a.activation == b.activation && a.optimizer == b.optimizer;
}

/// What is asked of every net of a study, for all seeds.
void add_plans(std::vector<NetPlan>& plans, const Settings& s, const NetPlan& plan) {
  for (std::int64_t seed = 0; seed < s.cells.seeds; ++seed) {
    plans.push_back(plan);
    plans.back().begin.seed = static_cast<std::size_t>(seed);
  }
}

/// The nets of one scheme: the course of those as in [network], and the ends of what differs from them.
void add_scheme(std::vector<NetPlan>& plans, const Settings& s, NetPlan plan) {
  const auto& course = s.course;
  for (const auto update : course.updates)
    if (update < s.network.updates) plan.updates.push_back(update);
  add_plans(plans, s, plan);
  plan.updates.clear();

  plan.begin.study = "architecture";
  const auto add_variant = [&](std::string name, const trainers::SupervisedOptions& options) {
    if (same_net(options, s.network)) return;
    plan.begin.variant = std::move(name);
    plan.options = options;
    add_plans(plans, s, plan);
  };
  const std::int64_t width = s.network.hidden.front();
  for (const auto depth : course.depths) {
    auto options = s.network;
    options.hidden.assign(static_cast<std::size_t>(depth), width);
    add_variant(fmt::format("{} hidden layer{}", depth, depth == 1 ? "" : "s"), options);
  }
  for (const auto units : course.widths) {
    auto options = s.network;
    options.hidden = {units};
    add_variant(fmt::format("width {}", units), options);
  }
  for (const auto& activation : course.activations) {
    auto options = s.network;
    options.activation = activation;
    add_variant(activation, options);
  }
  for (const auto& optimizer : course.optimizers) {
    auto options = s.network;
    options.optimizer = optimizer;
    if (optimizer == "sgd") {
      options.learning_rate = course.sgd_learning_rate;
      options.momentum = course.sgd_momentum;
    }
    add_variant(optimizer, options);
  }

  plan.begin.study = "data";
  plan.options = s.network;
  for (const auto rows : course.rows) {
    plan.begin.variant = rows_name(rows);
    plan.training = rows;
    if (plan.training != s.cells.training) add_plans(plans, s, plan);
  }
}

}  // namespace

std::vector<NetPlan> course_plans(const Settings& s) {
  std::vector<NetPlan> plans;
  add_scheme(plans, s,
             plan_of(s, "course", "decimation", s.course.coupling, s.course.size, s.course.factor, 0));
  // Odd blocks, which need no rule for ties.
  add_scheme(plans, s,
             plan_of(s, "course", "majority", s.course.coupling, s.cells.majority_size,
                     s.cells.majority_factors.front(), 0));
  return plans;
}

std::vector<NetReading> run_course(const RunFolder& folder, const Settings& s) {
  return read_nets(folder, course_plans(s));
}

}  // namespace spinflow::recipes::gong_xia
