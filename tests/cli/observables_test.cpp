// SPDX-License-Identifier: Apache-2.0
// --observables of measure and flow, and every list in which an observable stands.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/cli_testing.hpp"
#include "spinflow/flow/flow_file.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::program_tests {
namespace {

using nlohmann::json;

json observables_answer(const std::string& line, const std::filesystem::path& folder = workshop()) {
  const auto result = shell("$SPINFLOW " + line + " --json", folder);
  EXPECT_EQ(result.status, 0) << result.err;
  return json::parse(result.out, nullptr, false);
}

std::set<std::string> keys_of(const json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

TEST(ObservablesCommand, MeasureReadsWhatItIsAskedFor) {
  const auto groups = observables_answer("measure s.h5 --observables clusters,energy").at("groups");
  ASSERT_EQ(groups.size(), 3U);
  for (const auto& group : groups)
    EXPECT_EQ(keys_of(group), (std::set<std::string>{"temperature", "n", "tau_int", "short_series", "energy",
                                                     "largest_cluster", "clusters_per_site"}));
  EXPECT_EQ(groups.at(0).at("energy"), observables_answer("measure s.h5").at("groups").at(0).at("energy"));
  // At T = 1 nearly every site lies in one cluster, at T = 3 there are more of them.
  EXPECT_GT(groups.at(0).at("largest_cluster").at("value"), 0.9);
  EXPECT_GT(groups.at(2).at("clusters_per_site").at("value"),
            groups.at(0).at("clusters_per_site").at("value"));
  const auto text = shell("$SPINFLOW measure s.h5 --observables clusters,correlation,mode_2", workshop()).out;
  for (const char* heading : {"largest cluster", "clusters/N", "G(1)", "|m_k|^2"})
    EXPECT_NE(text.find(heading), std::string::npos) << heading;
  EXPECT_EQ(text.find("Binder"), std::string::npos);
}

TEST(ObservablesCommand, FlowReadsWhatItIsAskedFor) {
  const testing::TemporaryFolder folder;
  std::filesystem::copy(workshop() / "s.h5", folder.path() / "s.h5");
  const std::string line =
      "flow block-majority --start s.h5 --start-temperature 3 --observables binder,clusters";
  const auto answer = observables_answer(line + " -o f.h5", folder.path());
  EXPECT_EQ(
      keys_of(answer.at("starts").at(0).at("steps").at(1)),
      (std::set<std::string>{"step", "n", "thermometers", "binder", "largest_cluster", "clusters_per_site"}));
  EXPECT_EQ(keys_of(answer.at("fixed_point")),
            (std::set<std::string>{"thermometers", "binder", "largest_cluster", "clusters_per_site"}));
  const auto start = flow::read(folder.path() / "f.h5").starts.at(0);
  EXPECT_EQ(start.at(1)["largest_cluster"].value,
            answer.at("starts").at(0).at("steps").at(1).at("largest_cluster").at("value"));
  EXPECT_FALSE(start.at(1).observed.contains("energy"));
  const auto text = shell("$SPINFLOW " + line, folder.path()).out;
  EXPECT_NE(text.find("largest cluster"), std::string::npos) << text;
  EXPECT_NE(text.find("by clusters_per_site"), std::string::npos) << text;
  EXPECT_EQ(text.find("by energy"), std::string::npos) << text;
}

TEST(ObservablesCommand, BadInput) {
  expect_refused({{"measure s.h5 --observables enrgy", "energy"},
                  {"flow block-majority --start s.h5 --observables energy,binde", "binder"},
                  {"measure s.h5 --observables chain", "not a chain"},
                  {"measure w.npy --observables specific_heat", "which Hamiltonian"},
                  {"flow block-majority --start w.npy --observables energy", "which Hamiltonian"}});
}

TEST(ObservablesCommand, EveryListKnowsEveryOne) {
  std::set<std::string> listed;
  const json models = observables_answer("models");
  for (const auto& entry : models.at("observables")) listed.insert(entry.at("name"));
  const auto measure = shell("$SPINFLOW measure --help", workshop()).out;
  const auto flow = shell("$SPINFLOW flow --help", workshop()).out;
  for (const auto& entry : observables::registry().entries()) {
    EXPECT_TRUE(listed.contains(entry.name)) << entry.name;
    EXPECT_NE(measure.find("  " + entry.name), std::string::npos) << entry.name;
    EXPECT_NE(flow.find("  " + entry.name), std::string::npos) << entry.name;
    EXPECT_GE(observables_answer("cite " + entry.name).at("citations").size(), entry.citations.size());
  }
  EXPECT_EQ(observables_answer("cite binder").at("citations").at(0).at("key"), "binder1981");
}

}  // namespace
}  // namespace spinflow::program_tests
