// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "critical_testing.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/exact/infinite.hpp"
#include "spinflow/exact/magnetization.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/stats/distributions.hpp"
#include "spinflow/stats/jackknife.hpp"
#include "spinflow/studies/critical_point.hpp"
#include "studies/critical_point/agreement.hpp"
#include "studies/critical_point/sampling.hpp"
#include "studies/critical_point/series.hpp"
#include "testing/testing.hpp"

namespace spinflow::studies {
namespace {

namespace fs = std::filesystem;

class Critical : public ::testing::Test {
 protected:
  testing::TemporaryFolder temporary_;
  fs::path folder_ = temporary_.path();
};

/// Stops the work after so many calls of advance, as Ctrl-C does.
class StopAfter final : public base::Observer {
 public:
  explicit StopAfter(int calls) : left_(calls) {}
  void advance(std::uint64_t /*n*/) override {
    if (--left_ < 0) throw Error(Fault::interrupted, "stopped");
  }

 private:
  std::atomic<int> left_;
};

std::string bytes(const fs::path& path) { return io::read_text(path, std::size_t{1} << 28); }

TEST_F(Critical, AgreementNeedsAnErrorSmallAgainstTheMargin) {
  using critical::agreement;
  EXPECT_EQ(agreement(1.006, 0.093, 1, 0.08), Status::open);  // would agree with anything
  EXPECT_EQ(agreement(1.006, 0.03, 1, 0.08), Status::met);
  EXPECT_EQ(agreement(0.95, 0.02, 1, 0.08), Status::open);  // within the margin, but not for certain
  EXPECT_EQ(agreement(0.9, 0.03, 1, 0.08), Status::violated);
  EXPECT_EQ(agreement(0.9, 0.04, 1, 0.08), Status::open);   // less than three errors
  EXPECT_EQ(agreement(0.93, 0.01, 1, 0.08), Status::open);  // seven errors, but within the margin
  EXPECT_EQ(agreement(0.93, 0.004, 1, 0.08), Status::met);
  EXPECT_EQ(agreement(1, std::nan(""), 1, 0.08), Status::open);
  EXPECT_EQ(agreement(std::nan(""), 0.01, 1, 0.08), Status::open);
  EXPECT_TRUE(std::isnan(critical::combined_error(0.1, std::nan(""))));
  EXPECT_DOUBLE_EQ(critical::combined_error(0.3, 0.4), 0.5);
}

TEST_F(Critical, ClaimsSayWhatIsNotKnownAndStayOpenWhereErrorsAreWide) {
  // A few records: y_t is right within an error that would fit many a number.
  const CriticalPlan plan = square_plan({4, 6, 8}, 25, 1);
  const auto results = run_critical(plan, "spinflow critical test", folder_ / "square");
  const auto claim = [](const results::Results& all, const std::string& begin) {
    const auto found = std::ranges::find_if(
        all.claims, [&](const results::Claim& c) { return c.statement.starts_with(begin); });
    return found == all.claims.end() ? results::Claim{} : *found;
  };
  const auto y_t = claim(results, "y_t");
  EXPECT_LT(std::abs(y_t.measured - 1), 3 * y_t.error);
  EXPECT_GT(y_t.error, 0.04);
  EXPECT_EQ(y_t.verdict, results::Verdict::inconclusive);
  EXPECT_NE(y_t.criterion.find("margin of 0.08"), std::string::npos);

  CriticalPlan boundary = square_plan({4, 6, 8, 12}, 25, 1);
  boundary.model = "ising-power-law";
  boundary.model_options = {{"dimension", std::int64_t{2}}, {"sigma", 1.75}};
  for (auto& k : boundary.couplings) k *= 0.205 / 0.44;
  const auto unknown = run_critical(boundary, "spinflow critical test", folder_ / "boundary");
  EXPECT_TRUE(std::isfinite(unknown.values.at("K_c").value));
  for (const auto& [name, value] : unknown.values) EXPECT_TRUE(std::isnan(value.systematic)) << name;
  EXPECT_NE(unknown.claims.front().qualification.find("systematic error of K_c"), std::string::npos);
}

TEST_F(Critical, APlanSurvivesItsRecipe) {
  CriticalPlan plan = square_plan({6, 8, 12}, 50, (std::uint64_t{1} << 60) + 3);
  plan.couplings[0] = 0.1 + 0.2;
  const CriticalPlan back = plan_from(io::settings_from_toml(io::to_toml(to_settings(plan)), "test"), "test");
  EXPECT_EQ(back.couplings, plan.couplings);
  EXPECT_EQ(back.seed, plan.seed);
  EXPECT_EQ(to_settings(back), to_settings(plan));

  const std::vector<std::pair<std::string, base::Value>> bad = {{"couplings", std::vector<double>{0.4}},
                                                                {"couplings", std::vector<double>(9, -1.0)},
                                                                {"couplings", std::vector<double>(9, 0.4)},
                                                                {"sizes", std::vector<double>{6, 12, 8}},
                                                                {"thinning", std::vector<double>{0, 1, 1}},
                                                                {"thinning", std::vector<double>{1, 1, 1e12}},
                                                                {"records", std::vector<double>{1.5, 10, 10}},
                                                                {"batches", std::int64_t{0}},
                                                                {"seed", 1.5}};
  for (const auto& [key, value] : bad) {
    auto settings = to_settings(plan);
    settings["critical"][key] = value;
    EXPECT_THROW((void)plan_from(settings, "test"), Error) << key;
  }
  // 100 bytes of each of 40 x 3 x 3 x 10^8 records.
  plan.records = {100'000'000, 100'000'000, 100'000'000};
  EXPECT_NEAR(memory_needed(plan), 3.6e12, 0.1e12);
}

TEST_F(Critical, APlanAroundAKnownPointHasCouplingsOnBothSides) {
  const auto model = models::registry().find("ising-square").make(lattice::Lattice::square(8, 8), {});
  const auto plan = plan_around(*model, 0.44, {8, 10}, 0.5);
  EXPECT_EQ(plan.model, "ising-square");
  const std::vector<double> expected = {0.44 * (1 - 1.1 * 0.5 / 8),  0.44, 0.44 * (1 + 1.1 * 0.5 / 8),
                                        0.44 * (1 - 0.8 * 0.5 / 10), 0.44, 0.44 * (1 + 0.8 * 0.5 / 10)};
  ASSERT_EQ(plan.couplings.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(plan.couplings[i], expected[i], 1e-12);
}

TEST_F(Critical, QuestionsThatHaveNoAnswerAreRefused) {
  const CriticalQuestion good{.model = "ising-square", .sizes = {8, 12, 16}, .budget = 10};
  EXPECT_NO_THROW(check(good));
  const auto refused = [&](auto change) {
    CriticalQuestion question = good;
    change(question);
    EXPECT_THROW(check(question), Error);
  };
  refused([](auto& q) { q.model = "ising-chain"; });
  refused([](auto& q) { q.sizes = {16}; });
  refused([](auto& q) { q.sizes = {}; });
  refused([](auto& q) { q.sizes = {16, 17, 18}; });
  refused([](auto& q) { q.sizes = {16, 8, 32}; });
  refused([](auto& q) { q.sizes = {2, 8, 16}; });
  refused([](auto& q) { q.budget = 0; });
  refused([](auto& q) { q.budget = std::nan(""); });
  refused([](auto& q) { q.precision = 0.5; });
  refused([](auto& q) { q.model_options = {{"coupling", -1.0}}; });
  refused([](auto& q) { q.model_options = {{"field", 0.1}}; });
}

TEST_F(Critical, SeriesSurviveTheirFileAndTheJoining) {
  const CriticalPlan plan = square_plan({4, 6, 8}, 7, 1);
  const auto filled = [&](std::size_t batches, std::size_t records, int salt) {
    critical::Series series;
    for (std::size_t s = 0; s < plan.sizes.size(); ++s) {
      auto& size = series.emplace_back(
          plan.sizes[s],
          std::vector<double>(plan.couplings.begin() + static_cast<std::ptrdiff_t>(3 * s),
                              plan.couplings.begin() + static_cast<std::ptrdiff_t>(3 * s + 3)),
          batches, records);
      for (std::size_t i = 0; i < size.count.size(); ++i) {
        size.count[i] = static_cast<std::int32_t>(salt + i);
        for (auto& column : size.values) column[i] = 1.0f / static_cast<float>(salt + i + 2);
      }
    }
    return series;
  };
  const auto one = filled(2, 7, 10);
  critical::write(one, plan, "test", folder_ / "s.h5");
  const auto back = critical::read(folder_ / "s.h5", plan);
  ASSERT_EQ(back.size(), 3u);
  for (std::size_t s = 0; s < 3; ++s) {
    EXPECT_EQ(back[s].count, one[s].count);
    for (std::size_t c = 0; c < critical::n_columns; ++c) EXPECT_EQ(back[s].values[c], one[s].values[c]);
  }
  const auto wide = critical::joined_batches({one, filled(1, 7, 500)});
  EXPECT_EQ(wide[1].batches, 3u);
  EXPECT_EQ(wide[1].counts(2, 0)[6], one[1].counts(2, 0)[6]);
  EXPECT_EQ(wide[1].counts(2, 2)[0], 500 + 14);
  const auto longer = critical::joined_rounds({one, filled(2, 3, 900)});
  EXPECT_EQ(longer[0].records, 10u);
  EXPECT_EQ(longer[0].counts(1, 1)[6], one[0].counts(1, 1)[6]);
  EXPECT_EQ(longer[0].counts(1, 1)[7], 900 + 9);

  CriticalPlan other = plan;
  other.couplings[0] = 0.3;
  EXPECT_THROW((void)critical::read(folder_ / "s.h5", other), Error);
  auto broken = one;
  broken[0].values[0][0] = std::nanf("");
  critical::write(broken, plan, "test", folder_ / "broken.h5");
  EXPECT_THROW((void)critical::read(folder_ / "broken.h5", plan), Error);
}

TEST_F(Critical, ItsMeansAreThoseOfTheExactDistribution) {
  const CriticalPlan plan = square_plan({4, 6, 8}, 400, 5);
  const auto series = critical::sampled(plan, "test", folder_, [](const auto&) { return true; },
                                        {.observer = base::silent()});
  std::vector<double> z;
  for (const auto& size : series)
    for (std::size_t p = 0; p < 3; ++p) {
      const auto exact = exact::magnetization_moments(static_cast<int>(size.size),
                                                      static_cast<int>(size.size), size.couplings[p]);
      std::vector<double> second;
      std::vector<double> fourth;
      std::vector<double> absolute;
      for (std::size_t b = 0; b < size.batches; ++b) {
        const auto mean = [&](critical::Column column) {
          double sum = 0;
          for (const float v : size.column(column, p, b)) sum += v;
          return sum / static_cast<double>(size.records);
        };
        second.push_back(mean(critical::Column::m2));
        fourth.push_back(mean(critical::Column::m4));
        absolute.push_back(mean(critical::Column::abs_m));
      }
      for (const auto& [values, truth] : {std::pair{second, exact.second}, std::pair{fourth, exact.fourth},
                                          std::pair{absolute, exact.abs}}) {
        const auto mean = stats::mean_of_pieces(values);
        z.push_back((mean.value - truth) / mean.error);
      }
    }
  // Errors from 40 batches: Student's t with 39 degrees of freedom.
  for (const double one : z)
    EXPECT_GT(2 * stats::student_survival(std::abs(one), 39), testing::false_alarm_rate);
}

TEST_F(Critical, AStoppedRunEndsInTheSameBytes) {
  const CriticalPlan plan = square_plan({4, 6, 8}, 60, 2);
  const auto whole = run_critical(plan, "spinflow critical test", folder_ / "whole");
  EXPECT_FALSE(fs::exists(folder_ / "whole" / "INCOMPLETE"));
  for (const int calls : {5, 90}) {
    const fs::path stopped = folder_ / fmt::format("stopped-{}", calls);
    StopAfter stop(calls);
    EXPECT_THROW((void)run_critical(plan, "spinflow critical test", stopped, {}, stop), Error);
    EXPECT_TRUE(fs::exists(stopped / "INCOMPLETE"));
    EXPECT_FALSE(fs::exists(stopped / "results.json"));
    base::set_threads(3);
    if (calls == 5)
      (void)run_critical(plan, "spinflow critical test", stopped, {.resume = true});
    else
      (void)kept_critical(plan, "spinflow critical test", stopped);
    base::set_threads(2);
    for (const char* file : {"results.json", "series.h5", "recipe.toml", "figures/q-curves.csv"})
      EXPECT_EQ(bytes(stopped / file), bytes(folder_ / "whole" / file)) << file << " after " << calls;
    for (const auto& entry : fs::directory_iterator(stopped))
      EXPECT_FALSE(entry.path().filename().string().starts_with("series-")) << entry.path();
  }
}

// So close that on common words nearly all records would be the same.
TEST_F(Critical, OtherCouplingsAndSizesAreOtherStreams) {
  const auto counts = [](const CriticalPlan& plan) {
    const testing::TemporaryFolder folder;
    return critical::sampled(plan, "", folder.path(), [](const critical::Series&) { return true; },
                             {.observer = base::silent()})
        .front()
        .count;
  };
  auto plan = square_plan({4, 6}, 40, 5);
  plan.batches = 8;
  const auto once = counts(plan);
  EXPECT_EQ(counts(plan), once);
  const auto equal_records = [&](const CriticalPlan& other) {
    const auto again = counts(other);
    std::size_t equal = 0;
    for (std::size_t i = 0; i < once.size(); ++i) equal += again[i] == once[i] ? 1 : 0;
    return static_cast<double>(equal) / static_cast<double>(once.size());
  };
  auto other = plan;
  for (double& k : other.couplings) k *= 1 + 1e-9;
  EXPECT_LT(equal_records(other), 0.3);
  EXPECT_LT(equal_records([&] {
              auto larger = square_plan({4, 8}, 40, 5);
              larger.batches = 8;
              return larger;
            }()),
            0.3);
}

// K_c J, exponents and Q* do not know the unit of energy.
TEST_F(Critical, AnyUnitOfEnergyGivesTheSameRun) {
  const auto found = [](double unit) {
    auto plan = square_plan({4, 6, 8}, 60, 5);
    plan.batches = 8;
    plan.model_options["coupling"] = unit;
    for (double& k : plan.couplings) k /= unit;
    const testing::TemporaryFolder folder;
    auto results = run_critical(plan, "", folder.path() / "run");
    std::map<std::string, double> values;
    for (const auto& [name, value] : results.values) values[name] = value.value;
    return std::pair{critical::read(folder.path() / "run" / critical::series_file, plan), values};
  };
  const auto [series, values] = found(1);
  for (const double unit : {1.6e-21, 1e9}) {
    const auto [again, scaled] = found(unit);
    for (std::size_t s = 0; s < series.size(); ++s) EXPECT_EQ(again[s].count, series[s].count) << unit;
    EXPECT_NEAR(scaled.at("K_c") * unit, values.at("K_c"), 1e-9);
    EXPECT_NEAR(scaled.at("T_c") / unit, values.at("T_c"), 1e-9);
    for (const char* name : {"y_t", "Delta_sigma", "Q_star"})
      if (values.contains(name)) {
        EXPECT_NEAR(scaled.at(name), values.at(name), 1e-6) << name;
      }
  }
}

TEST_F(Critical, PiecesOfAnOlderProgramAreNotGoneOnWith) {
  const testing::TemporaryFolder folder;
  {
    io::Hdf5Writer piece(folder.path() / "series-0-000.h5");
    io::write_header(piece, {.format = "spinflow/series", .version = 1});
    piece.commit();
  }
  const std::string refusal = testing::refusal_of([&] {
    (void)critical::sampled(square_plan({4, 6}, 40, 5), "", folder.path(),
                            [](const critical::Series&) { return true; }, {.observer = base::silent()});
  });
  EXPECT_NE(refusal.find("an older version of the program began this run"), std::string::npos) << refusal;
}

TEST_F(Critical, ReadAgainTheSeriesGiveTheSameNumbers) {
  const CriticalPlan plan = square_plan({4, 6, 8, 12}, 60, 3);
  auto first = run_critical(plan, "spinflow critical test", folder_ / "run");
  auto again = reanalyze_critical(folder_ / "run", {}, base::silent());
  again.scale = first.scale;
  EXPECT_EQ(results::to_json(again), results::to_json(first));
  auto kept = kept_critical(plan, "spinflow critical test", folder_ / "run");
  kept.scale = first.scale;
  EXPECT_EQ(results::to_json(kept), results::to_json(first));
  const auto fewer = reanalyze_critical(folder_ / "run", {.sizes = {6, 8, 12}}, base::silent());
  EXPECT_EQ(fewer.tables.at("runs").rows.size(), 9u);
  EXPECT_THROW((void)reanalyze_critical(folder_ / "run", {.sizes = {6, 8, 10}}, base::silent()), Error);
  EXPECT_THROW((void)reanalyze_critical(folder_ / "run", {.sizes = {6, 8}}, base::silent()), Error);
}

TEST_F(Critical, RunsOfOnePlanAndTwoSeedsAreReadTogether) {
  CriticalPlan plan = square_plan({4, 6, 8, 12}, 60, 3);
  const auto run = [&](const std::string& name) {
    return run_critical(plan, "spinflow critical test", folder_ / name).values.at("T_c");
  };
  const auto first = run("one");
  plan.seed = 4;
  const auto second = run("two");
  const auto both = merged_critical({folder_ / "one", folder_ / "two"}, {}).values.at("T_c");
  EXPECT_GT(both.value, std::min(first.value, second.value) - first.error);
  EXPECT_LT(both.value, std::max(first.value, second.value) + first.error);
  EXPECT_NEAR(both.error / std::hypot(first.error, second.error), 0.5, 0.2);
  const auto refusal = [&](const std::vector<std::string>& names) {
    std::vector<std::filesystem::path> folders;
    for (const auto& name : names) folders.push_back(folder_ / name);
    return testing::refusal_of([&] { (void)merged_critical(folders, {}); });
  };
  EXPECT_NE(refusal({"one"}).find("there is one run"), std::string::npos);
  EXPECT_NE(refusal({"one", "one"}).find("it has the seed of"), std::string::npos);
  plan.seed = 5;
  plan.records.back() *= 2;
  run("other");
  EXPECT_NE(refusal({"one", "other"}).find("its plan is not that of"), std::string::npos);
}

}  // namespace
}  // namespace spinflow::studies
