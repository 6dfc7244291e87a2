// SPDX-License-Identifier: Apache-2.0
// The scripts around the benchmarks, with a program that pretends to have measured.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "cli/cli_testing.hpp"

namespace spinflow::program_tests {
namespace {

const std::filesystem::path source = SPINFLOW_SOURCE;

/// Times of 100 us for whatever it is asked for, those that begin with $SLOW longer by $FACTOR; where there
/// is a file `busy`, it takes that away and everything takes twice as long.
constexpr const char* pretended_program = R"(#!/usr/bin/python3
import json, os, sys
options = dict(word.split("=", 1) for word in sys.argv[1:])
hour = 1
if os.path.exists("busy"):
    os.remove("busy")
    hour = 2
runs = []
for index, pattern in enumerate(options["--benchmark_filter"].split("|")):
    name = pattern.strip("^$")
    time = 100 * hour * (float(os.environ["FACTOR"]) if name.startswith(os.environ["SLOW"]) else 1)
    runs.append({"name": name, "run_type": "iteration", "family_index": index, "per_family_instance_index": 0,
                 "time_unit": "us", "cpu_time": time, "real_time": time})
context = {"date": "2026-01-01T00:00:00+00:00", "simd": "avx2", "host_name": "h"}
with open(options["--benchmark_out"], "w") as out:
    json.dump({"context": context, "benchmarks": runs}, out)
)";

/// Keeps what the program measures as the result of this processor.
constexpr const char* keep = R"(
import json, runpy, sys
sys.path.insert(0, "scripts")
import benchmark_results as results
check = runpy.run_path("scripts/check-benchmarks.py")
pattern = "|".join(f"^{name}$" for name in [check["DIVISOR"], *check["WATCHED"]])
result = results.measure(results.benchmark_program("build"), [f"--benchmark_filter={pattern}"])
assert "host_name" not in result["context"]
result["context"].update(results.machine(), commit="0123456789")
results.RESULTS.mkdir(parents=True)
(results.RESULTS / "kept.json").write_text(json.dumps(result))
)";

void write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

/// A result of one benchmark.
std::string result_of(const std::string& commit_date, const std::string& time) {
  return R"({"context": {"processor": "p", "commit": "c", "date": "d", "simd": "s", "commit_date": )" +
         commit_date + R"(}, "benchmarks": [{"name": "n", "time_unit": "ns", "cpu_time": )" + time + "}]}";
}

/// A source tree with nothing but the scripts and the pretended program.
class Tree : public ::testing::Test {
 protected:
  Tree() {
    std::filesystem::create_directories(path() / "benchmarks");
    std::filesystem::copy(source / "scripts", path() / "scripts");
    std::filesystem::copy(source / "benchmarks" / "compare", path() / "benchmarks" / "compare");
    const auto program = path() / "build" / "bin" / "spinflow_benchmarks";
    write(program, pretended_program);
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    write(path() / "keep.py", keep);
    write(path() / "damaged.json", "{\"context\":");
    write(path() / "foreign.json", "{\"context\": {}, \"benchmarks\": [1]}");
    write(path() / "deep.json", std::string(100000, '['));
    write(path() / "huge.json", result_of("\"d\"", "1" + std::string(400, '0')));
  }
  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

 private:
  testing::TemporaryFolder folder_;
};

using BenchmarkScripts = Tree;

TEST_F(BenchmarkScripts, RefuseInOneSentence) {
  for (const std::string line :
       {"scripts/run-benchmarks.py", "scripts/run-benchmarks.py nowhere", "scripts/check-benchmarks.py",
        "scripts/check-benchmarks.py nowhere", "scripts/report-benchmarks.py",
        "scripts/report-benchmarks.py damaged.json out", "scripts/report-benchmarks.py foreign.json out",
        "scripts/report-benchmarks.py deep.json out", "scripts/report-benchmarks.py huge.json out",
        "scripts/report-benchmarks.py none.json out", "scripts/report-benchmarks.py build out",
        "benchmarks/compare/compare.py", "benchmarks/compare/compare.py nowhere",
        "benchmarks/compare/compare.py build damaged.json"}) {
    const auto result = shell(line, path());
    EXPECT_EQ(result.status, 2) << line;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << line << ": " << result.err;
    EXPECT_EQ(result.out, "") << line;
  }
  EXPECT_FALSE(std::filesystem::exists(path() / "out"));
}

TEST_F(BenchmarkScripts, SayHowTheyAreUsed) {
  for (const std::string script : {"scripts/run-benchmarks.py", "scripts/check-benchmarks.py",
                                   "scripts/report-benchmarks.py", "benchmarks/compare/compare.py"}) {
    const auto result = shell(script + " --help", path());
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_NE(result.out.find("usage: " + script), std::string::npos) << result.out;
  }
}

TEST_F(BenchmarkScripts, LeaveNothingHalfWritten) {
  write(path() / "fill.py",
        "import sys\nsys.path.insert(0, 'scripts')\nimport benchmark_results as results\n"
        "results.begin(lambda: results.write('whole.json', 'x' * 10**6))\n");
  write(path() / "whole.json", "{}");
  const auto result = shell("trap '' XFSZ; ulimit -f 1; /usr/bin/python3 fill.py", path());
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.err, "whole.json: file too large\n");
  EXPECT_EQ(std::filesystem::file_size(path() / "whole.json"), 2U);
  EXPECT_FALSE(std::filesystem::exists(path() / "whole.json.part"));
}

TEST_F(BenchmarkScripts, CheckFindsWhatFellAndNothingElse) {
  const auto check = [this](const std::string& surroundings) {
    const auto result = shell(surroundings + " scripts/check-benchmarks.py build", path());
    EXPECT_EQ(result.status, 0) << result.err;
    return result.out;
  };
  const auto nothing_kept = check("SLOW=none FACTOR=1");
  EXPECT_NE(nothing_kept.find("nothing was compared"), std::string::npos) << nothing_kept;
  ASSERT_EQ(shell("SLOW=none FACTOR=1 /usr/bin/python3 keep.py", path()).status, 0);

  const auto same = check("SLOW=none FACTOR=1");
  EXPECT_EQ(same.find("0 of "), 0U) << same;
  const auto tolerated = check("SLOW=metropolis FACTOR=1.17");  // 14.5 % of the speed
  EXPECT_EQ(tolerated.find("0 of "), 0U) << tolerated;
  const auto slower = check("SLOW=metropolis FACTOR=1.25");
  EXPECT_EQ(slower.find("metropolis/side:32/lanes:512/threads:1: 20 % slower than at 0123456789\n1 of "), 0U)
      << slower;
  const auto all_slower = check("SLOW= FACTOR=2");  // the calibration loop too: a slow hour
  EXPECT_EQ(all_slower.find("0 of "), 0U) << all_slower;
  write(path() / "busy", "");  // when the first look is taken, and over at the second
  const auto calmer = check("SLOW=metropolis FACTOR=1.25");
  EXPECT_NE(calmer.find("\n1 of "), std::string::npos) << calmer;

  write(path() / "benchmarks" / "results" / "z.json",
        result_of("\"2027-01-01\"", "1"));  // of another processor
  EXPECT_EQ(check("SLOW=none FACTOR=1").find("0 of "), 0U);
  for (const std::string& damaged : {std::string("{"), result_of("null", "1")}) {
    write(path() / "benchmarks" / "results" / "z.json", damaged);
    EXPECT_EQ(shell("scripts/check-benchmarks.py build", path()).status, 2) << damaged;
  }
}

}  // namespace
}  // namespace spinflow::program_tests
