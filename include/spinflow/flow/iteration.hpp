// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "spinflow/flow/flow.hpp"

namespace spinflow::flow {

/// A flow that is made step by step, by whoever looks at every step; `iterate` makes all of them.
///
///     flow::Iteration flow({map}, data, {thermometer}, {.seed = 1});
///     while (flow.step().step < 100) flow.advance();
///     flow.ensemble();  // the configurations of step 100
class Iteration {
 public:
  /// Reads step 0. Maps and gauges must outlive the object. Error(input) as `iterate`; every step of
  /// `options.steps` must fit before the first is computed.
  Iteration(const Maps& maps, ensemble::Ensemble start, const Gauges& gauges, FlowOptions options);
  /// Makes and reads one more step. Error(input) if a map does not fit.
  void advance();
  [[nodiscard]] const FlowStep& step() const { return step_; }
  [[nodiscard]] const ensemble::Ensemble& ensemble() const { return current_; }

 private:
  void read(int step);

  Maps maps_;
  Gauges gauges_;
  FlowOptions options_;
  ensemble::Ensemble current_;
  std::uint64_t words_;
  std::uint64_t applied_ = 0;
  FlowStep step_;
};

}  // namespace spinflow::flow
