// SPDX-License-Identifier: Apache-2.0
// What every recipe's runs must do: the same bits for any number of threads, and after any interruption.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "spinflow/base/error.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "testing/testing.hpp"

namespace spinflow::recipes {

/// The smoke scale with one and with three threads ends in the same results.json.
inline void expect_same_for_threads(const std::string& recipe, const std::vector<std::string>& overrides) {
  const int before = base::threads();
  std::vector<std::string> texts;
  for (const int threads : {1, 3}) {
    base::set_threads(threads);
    const testing::TemporaryFolder folder;
    (void)run(recipe, "smoke", resolve(recipe, "smoke", overrides), 1, folder.path() / "run", false,
              base::silent());
    texts.push_back(io::read_text(folder.path() / "run" / "results.json"));
  }
  base::set_threads(before);
  EXPECT_EQ(texts[0], texts[1]);
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

/// The smoke scale, stopped after `first_calls` calls of the observer, resumed and stopped after `factor`
/// times as many, and so on, ends in the files of a run that was never stopped. It must be stopped
/// `least_stops` times.
inline void expect_resumes(const std::string& recipe, const std::vector<std::string>& overrides,
                           int first_calls, int factor, int least_stops) {
  namespace fs = std::filesystem;
  const testing::TemporaryFolder folder;
  const auto settings = resolve(recipe, "smoke", overrides);
  (void)run(recipe, "smoke", settings, 1, folder.path() / "whole", false, base::silent());
  const fs::path path = folder.path() / "parts";
  bool resume = false;
  int stops = 0;
  for (int calls = first_calls; calls < 1000000; calls *= factor) {
    StopsAfter observer(calls);
    try {
      (void)run(recipe, "smoke", settings, 1, path, resume, observer);
      break;
    } catch (const Error& error) {
      ASSERT_EQ(error.fault(), Fault::interrupted) << error.what();
      EXPECT_TRUE(fs::exists(path / "INCOMPLETE"));
      resume = true;
      ++stops;
    }
  }
  EXPECT_GE(stops, least_stops);
  EXPECT_EQ(io::read_text(path / "results.json"), io::read_text(folder.path() / "whole" / "results.json"));
  for (const auto& entry : fs::directory_iterator(folder.path() / "whole" / "figures"))
    EXPECT_EQ(io::read_text(entry.path()), io::read_text(path / "figures" / entry.path().filename()))
        << entry.path();
}

}  // namespace spinflow::recipes
