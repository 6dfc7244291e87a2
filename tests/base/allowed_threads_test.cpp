// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/allowed_threads.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/processor_limits.hpp"
#include "spinflow/base/parallel.hpp"
#include "testing/testing.hpp"

namespace spinflow::base {
namespace {

namespace fs = std::filesystem;

void write_group_file(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text << '\n';
}

TEST(AllowedThreads, IsTheLeastOfWhatWasGiven) {
  EXPECT_EQ(least_of({.cores = 8, .affinity = 8}).number, 8);
  EXPECT_EQ(least_of({.cores = 8, .affinity = 8}).rule, "all cores");
  EXPECT_EQ(least_of({.cores = 8, .affinity = 3}).number, 3);
  EXPECT_EQ(least_of({.cores = 8, .affinity = 3}).rule, "the CPU affinity of the process");
  // Half a processor is one thread, two and a bit are three.
  EXPECT_EQ(least_of({.cores = 8, .affinity = 8, .quota = 0.5}).number, 1);
  EXPECT_EQ(least_of({.cores = 8, .affinity = 8, .quota = 2.01}).number, 3);
  EXPECT_EQ(least_of({.cores = 8, .affinity = 8, .quota = 2.0}).number, 2);
  EXPECT_EQ(least_of({.cores = 8, .affinity = 2, .quota = 4.0}).number, 2);
  const auto job = least_of({.cores = 8, .affinity = 8, .per_task = "4", .on_node = "2"});
  EXPECT_EQ(job.number, 4);
  EXPECT_EQ(job.rule, "SLURM_CPUS_PER_TASK");
  EXPECT_EQ(least_of({.cores = 8, .affinity = 8, .on_node = "2"}).number, 2);
  // A job of more processors than it can use gets those.
  EXPECT_EQ(least_of({.cores = 8, .affinity = 2, .per_task = "4"}).number, 2);
}

TEST(AllowedThreads, PassesOverWhatIsNoNumberAndSaysSo) {
  for (const char* text : {"abc", "", "0", "-2", "2.5", "4x", " 4", "99999999999"}) {
    EXPECT_FALSE(count_of(text)) << text;
    const auto allowed = least_of({.cores = 8, .affinity = 8, .per_task = text, .on_node = "2"});
    EXPECT_EQ(allowed.number, 2) << text;
    EXPECT_NE(allowed.passed_over.find("SLURM_CPUS_PER_TASK"), std::string::npos);
  }
  EXPECT_EQ(count_of("12"), 12);
}

TEST(AllowedThreads, ReadsQuotasOfNestedGroups) {
  const testing::TemporaryFolder folder;
  const fs::path& mount = folder.path();
  const std::string groups = "0::/job/step\n";
  EXPECT_FALSE(cgroup_quota(groups, mount));
  write_group_file(mount / "job/step/cpu.max", "max 100000");
  EXPECT_FALSE(cgroup_quota(groups, mount));
  write_group_file(mount / "job/cpu.max", "150000 100000");
  EXPECT_EQ(cgroup_quota(groups, mount), 1.5);
  write_group_file(mount / "job/step/cpu.max", "800000 100000");
  EXPECT_EQ(cgroup_quota(groups, mount), 1.5);
  // The path may be that outside of the container, whose own group is then at the top.
  EXPECT_FALSE(cgroup_quota("0::/docker/abc\n", mount));
  write_group_file(mount / "cpu.max", "50000 100000");
  EXPECT_EQ(cgroup_quota("0::/docker/abc\n", mount), 0.5);
  EXPECT_EQ(cgroup_quota(groups, mount), 0.5);
}

TEST(AllowedThreads, ReadsQuotasOfVersionOne) {
  const testing::TemporaryFolder folder;
  const fs::path& mount = folder.path();
  const std::string groups = "9:name=systemd:/\n3:cpuset:/other\n1:cpu,cpuacct:/a/b\n0::/\n";
  write_group_file(mount / "cpu/a/b/cpu.cfs_quota_us", "-1");
  write_group_file(mount / "cpu/a/b/cpu.cfs_period_us", "100000");
  EXPECT_FALSE(cgroup_quota(groups, mount));
  write_group_file(mount / "cpu/a/cpu.cfs_quota_us", "250000");
  write_group_file(mount / "cpu/a/cpu.cfs_period_us", "100000");
  EXPECT_EQ(cgroup_quota(groups, mount), 2.5);
  // Both versions at once: the second one's groups have a mount of their own.
  write_group_file(mount / "unified/cpu.max", "200000 100000");
  EXPECT_EQ(cgroup_quota(groups, mount), 2.0);
}

TEST(AllowedThreads, FilesThatAreNoQuotasAreNone) {
  const testing::TemporaryFolder folder;
  for (const char* text : {"", "max", "x y", "100000", "1 0", "-5 100000", "nan 1", "inf 100000"}) {
    write_group_file(folder.path() / "cpu.max", text);
    EXPECT_FALSE(cgroup_quota("0::/\n", folder.path())) << text;
  }
  EXPECT_FALSE(cgroup_quota("no colons\n0:\n::\n0::/../../..\n", folder.path()));
}

TEST(AllowedThreads, AreThoseOfParallelLoops) { EXPECT_EQ(threads(), allowed_threads().number); }

}  // namespace
}  // namespace spinflow::base
