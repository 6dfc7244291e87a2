// SPDX-License-Identifier: Apache-2.0
#include "testing/testing.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/kernels/simd.hpp"

// The HDF5 library itself leaks what it could not write when the disk is full.
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }

namespace spinflow::testing {

double z_limit() { return 4.4171734134; }  // erfc(z / sqrt 2) = 1e-5

namespace {

// The chi^2 quantile that belongs to the normal one, by Wilson and Hilferty.
double chi2_quantile(int degrees, double z) {
  const double k = degrees;
  const double root = 1.0 - 2.0 / (9.0 * k) + z * std::sqrt(2.0 / (9.0 * k));
  return k * root * root * root;
}

constexpr double one_sided = 4.2648907939;  // erfc(z / sqrt 2) = 2e-5

}  // namespace

// Good to a per mille here; the lower limit to a few percent from ten degrees on.
double chi2_limit(int degrees) { return chi2_quantile(degrees, one_sided); }
double chi2_lower_limit(int degrees) { return chi2_quantile(degrees, -one_sided); }

void expect_within(double measured, double error, double exact, std::string_view what) {
  EXPECT_TRUE(std::isfinite(error) && error > 0) << what << ": error " << error;
  EXPECT_LE(std::abs(measured - exact), z_limit() * error)
      << what << ": measured " << measured << " +- " << error << ", exact " << exact << ", z "
      << (measured - exact) / error;
}

std::string refusal_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::input);
    return error.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

SimdLevelRestored::SimdLevelRestored() : level_(kernels::simd_level()) {}

SimdLevelRestored::~SimdLevelRestored() { kernels::force_simd_level(level_); }

void for_any_threads_and_simd_level(const std::function<void()>& check) {
  {
    struct ThreadsRestored {
      int threads = base::threads();
      ~ThreadsRestored() { base::set_threads(threads); }
    };
    const ThreadsRestored before;
    for (const int threads : {1, 2, 3}) {
      SCOPED_TRACE(std::to_string(threads) + " threads");
      base::set_threads(threads);
      check();
    }
  }
  const SimdLevelRestored before;
  for (const auto& level : kernels::simd_levels()) {
    SCOPED_TRACE(level);
    kernels::force_simd_level(level);
    check();
  }
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "spinflow-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

namespace {

std::string content(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

ProgramResult run_program(const std::string& arguments, const std::filesystem::path& folder) {
  const TemporaryFolder channel;
  const auto out = channel.path() / "out";
  const auto err = channel.path() / "err";
  const std::string line = "cd '" + folder.string() + "' && '" SPINFLOW_BINARY "' " + arguments + " >'" +
                           out.string() + "' 2>'" + err.string() + "' </dev/null";
  const int status = std::system(line.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), content(out), content(err)};
}

}  // namespace spinflow::testing
