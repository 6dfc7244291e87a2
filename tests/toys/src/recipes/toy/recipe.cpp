// SPDX-License-Identifier: Apache-2.0
// A recipe of one folder.
#include <cmath>

#include "recipes/frame.hpp"
#include "recipes/recipe_settings.hpp"

namespace spinflow::recipes {

namespace toy {

constexpr Evidence magnet{"magnet"};

struct MagnetSettings : Section {
  using Section::Section;
  std::int64_t side = setting("side", {.least = 2, .most = 64});
  std::int64_t samples = setting("samples", {.least = 2, .most = 1e6});
  std::vector<double> temperatures = setting("temperatures", {.least = 0.1});
};

struct Settings {
  MagnetSettings magnet;
  Criteria criteria;
};

Settings settings_from(const io::Settings& settings) {
  Settings s;
  s.magnet = section<MagnetSettings>(settings, "magnet");
  s.criteria = Criteria(settings, "toy2002");
  return s;
}

results::Results answer(const RunContext& context) {
  const Settings s = settings_from(context.settings);
  const RunFolder folder(context, "toy");
  const auto model = models::registry().find("toy-magnet").make(square(s.magnet.side), {});
  const auto data = folder.kept("magnet", [&] {
    return folder.sampled(model, s.magnet.temperatures, s.magnet.samples, folder.seed("magnet"));
  });
  results::Results results;
  results::Table table{.columns = {"row", "m"}, .rows = {}};
  double sum = 0;
  for (std::size_t row = 0; row < data.size(); ++row) {
    sum += data.magnetization[row];
    table.rows.push_back({static_cast<double>(row), data.magnetization[row]});
  }
  const auto n = static_cast<double>(data.size());
  double squares = 0;
  for (const double m : data.magnetization) squares += (m - sum / n) * (m - sum / n);
  const stats::Estimate mean{.value = sum / n, .error = std::sqrt(squares) / n};
  Trial trial(s.criteria, "a", {magnet});
  trial.measured(mean);
  const bool within_errors = std::abs(mean.value) <= trial.number("errors") * mean.error;
  trial.decide(within_errors ? results::Verdict::supported : results::Verdict::contradicted,
               "the mean of m is " + text(mean));
  trial.control = "there is none";
  results.claims.push_back(trial.judged());
  results.tables[magnet] = std::move(table);
  return results;
}

}  // namespace toy

void register_toy() {
  static constexpr base::Work toy2002{
      .key = "toy2002", .kind = "misc", .author = "Toy, B.", .title = "A recipe of one folder", .year = 2002};
  registry().add({.name = "toy",
                  .help = "a recipe that a test adds",
                  .citations = {toy2002, "toy2001"},
                  .evidence = {toy::magnet},
                  .check = [](const io::Settings& settings) { (void)toy::settings_from(settings); },
                  .run = toy::answer});
}

}  // namespace spinflow::recipes
