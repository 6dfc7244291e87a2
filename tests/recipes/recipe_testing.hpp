// SPDX-License-Identifier: Apache-2.0
// What tests of recipes share.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "spinflow/base/error.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "testing/testing.hpp"

namespace spinflow::recipes {

/// Overrides with which a recipe's smoke scale takes seconds; none for a recipe that needs none.
inline std::vector<std::string> tiny_settings(const std::string& recipe) {
  if (recipe == "iso2018")
    return {"ensemble.samples_per_temperature=10",
            "train.epochs=1",
            "flow.steps=4",
            "flow.chains=10",
            "classifier.samples_small=10",
            "classifier.samples_large=10",
            "rg.samples=20",
            "train.seeds=2"};
  if (recipe == "short-sighted")
    return {"rbm.configurations=200",
            "rbm.chains=20",
            "range.chains=20",
            "stack.configurations=200",
            "good.updates=10",
            "cheap.updates=10",
            "stack.updates=20",
            "correlators.configurations=50",
            "couplings.configurations=20"};
  return {};
}

/// Stops the run after a number of calls, as Ctrl-C would.
class StopsAfter final : public base::Observer {
 public:
  explicit StopsAfter(int calls) : left_(calls) {}
  void advance(std::uint64_t) override {
    if (--left_ < 0) throw Error(Fault::interrupted, "stopped");
  }

 private:
  std::atomic<int> left_;
};

}  // namespace spinflow::recipes
