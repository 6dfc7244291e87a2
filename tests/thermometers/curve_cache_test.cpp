// SPDX-License-Identifier: Apache-2.0
#include "thermometers/curve_cache.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

#include "spinflow/models/model.hpp"
#include "spinflow/thermometers/magnetization.hpp"
#include "testing/testing.hpp"

namespace spinflow::thermometers {
namespace {

/// Curves are kept in this folder until the end of the test.
class CacheFolder {
 public:
  explicit CacheFolder(const std::filesystem::path& folder) {
    if (const char* before = std::getenv(name)) before_ = before;
    use(folder);
  }
  ~CacheFolder() { before_ ? setenv(name, before_->c_str(), 1) : unsetenv(name); }
  CacheFolder(const CacheFolder&) = delete;
  CacheFolder& operator=(const CacheFolder&) = delete;

  static void use(const std::filesystem::path& folder) { setenv(name, folder.c_str(), 1); }

 private:
  static constexpr const char* name = "SPINFLOW_CACHE_DIR";
  std::optional<std::string> before_;
};

TEST(CurveCache, HitMissDamageAndNoFolderGiveTheSameBits) {
  const testing::TemporaryFolder folder;
  const CacheFolder cache("/dev/null/nowhere");
  const auto square = models::registry().find("ising-square").make(lattice::Lattice::square(6, 6), {});
  const auto read = [&] {
    return MagnetizationThermometer(square, base::silent()).from_mean({.value = 0.7, .error = 0}).value;
  };
  const double none = read();
  CacheFolder::use(folder.path());
  const double miss = read();
  std::filesystem::path entry;
  for (const auto& file : std::filesystem::directory_iterator(folder.path())) entry = file.path();
  ASSERT_FALSE(entry.empty());
  const double hit = read();
  {
    std::fstream damage(entry, std::ios::in | std::ios::out);
    damage.seekp(-40, std::ios::end);
    damage << "f";
  }
  const double damaged = read();
  EXPECT_EQ(none, miss);
  EXPECT_EQ(miss, hit);
  EXPECT_EQ(miss, damaged);
}

TEST(CurveCache, OneMakesAnEntryAndTheOthersWaitForIt) {
  const testing::TemporaryFolder folder;
  const CacheFolder cache(folder.path() / "new");
  std::atomic<int> made = 0;
  const auto ask = [&] {
    const auto numbers = cached_numbers("soup", 2, [&] {
      ++made;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      return std::vector<double>{0.5, 3};
    });
    EXPECT_EQ(numbers, (std::vector<double>{0.5, 3}));
  };
  {
    std::vector<std::jthread> others;
    for (int i = 0; i < 4; ++i) others.emplace_back(ask);
  }
  EXPECT_EQ(made, 1);
  // One that fails leaves the next one free to make it.
  const auto failing = [] { (void)cached_numbers("stew", 1, []() -> std::vector<double> { throw 1; }); };
  EXPECT_THROW(failing(), int);
  EXPECT_EQ(cached_numbers("stew", 1, [] { return std::vector<double>{2}; }), std::vector<double>{2});
}

}  // namespace
}  // namespace spinflow::thermometers
