// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "recipes/gong_xia/evidence.hpp"
#include "recipes/gong_xia/measurements.hpp"
#include "recipes/recipe_settings.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes {

namespace gong_xia {

namespace {

constexpr base::Work gong2022{.key = "gong2022",
                              .kind = "misc",
                              .author = "Gong, Fuzhou and Xia, Zigeng",
                              .title =
                                  "Interpreting deep learning by establishing a rigorous corresponding "
                                  "relationship with renormalization group",
                              .year = 2022,
                              .arxiv = "2212.00005"};

// Jackknife keeps the correlations of all pairs of hidden units 50 times.
constexpr std::int64_t most_units_read = 1024;

/// Refuses factors that leave no ring of two spins or more.
void expect_divides(std::string_view key, std::int64_t b, std::int64_t size) {
  if (size % b != 0 || size / b < 2)
    refuse(key, fmt::format("{} does not cut {} spins into two blocks or more", b, size),
           "give a factor that divides the number of spins");
}

void check_factors(std::string_view key, const std::vector<std::int64_t>& factors, std::int64_t size) {
  expect_ascending(key, factors, 1);
  for (const auto factor : factors) expect_divides(key, factor, size);
}

void check_updates(std::string_view key, const std::vector<std::int64_t>& updates, const Settings& s) {
  expect_ascending(key, updates, 1);
  if (updates.back() > s.network.updates)
    refuse(key, fmt::format("the training ends after {} updates", s.network.updates),
           "let the last one be at most network.updates");
}

/// Refuses a list that is empty or has a word twice, which would be the same nets again.
void expect_some(std::string_view key, const std::vector<std::string>& words) {
  if (words.empty()) refuse(key, "the list is empty", "give at least one");
  for (const auto& word : words)
    if (std::ranges::count(words, word) > 1)
      refuse(key, fmt::format("'{}' stands twice", word), "give it once");
}

void check_consistency(const Settings& s) {
  if (s.network.hidden.empty())
    refuse("network.hidden", "nets with another task are read at their hidden units",
           "give one layer or more; course.depths has nets without");
  if (s.network.hidden.back() < 2 || s.network.hidden.back() > most_units_read)
    refuse("network.hidden", "correlations between the units of the last layer are read",
           fmt::format("give it from 2 to {} units", most_units_read));
  if (s.network.patience != 0)
    refuse("network.patience", "nets are compared after the same number of updates", "make it 0");
  if (s.network.batch_size > s.cells.training)
    refuse("network.batch_size", "it exceeds cells.training", "make it smaller");
  expect_ascending("cells.couplings", s.cells.couplings, 1);
  check_factors("cells.decimation_factors", s.cells.decimation_factors, s.cells.decimation_size);
  check_factors("cells.majority_factors", s.cells.majority_factors, s.cells.majority_size);
  for (const auto b : s.cells.majority_factors)
    if (b % 2 == 0)
      refuse("cells.majority_factors", fmt::format("a block of {} spins can be tied", b), "give odd factors");
  std::int64_t left = s.depth.size;
  for (std::int64_t step = 0; step < s.depth.steps; ++step) {
    expect_divides("depth.factor", s.depth.factor, left);
    left /= s.depth.factor;
  }
  expect_divides("course.factor", s.course.factor, s.course.size);
  check_updates("course.updates", s.course.updates, s);
  expect_ascending("course.depths", s.course.depths, 1);
  expect_ascending("course.widths", s.course.widths, 1);
  expect_some("course.activations", s.course.activations);
  expect_some("course.optimizers", s.course.optimizers);
  expect_ascending("course.rows", s.course.rows, 1);
  if (s.course.rows.front() < s.network.batch_size)
    refuse("course.rows", fmt::format("{} rows are less than a batch", s.course.rows.front()),
           "let the first one be at least network.batch_size");
  expect_ascending("limits.sizes", s.limits.sizes, 1);
  for (const auto size : s.limits.sizes) expect_divides("limits.factor", s.limits.factor, size);
  check_factors("limits.factors", s.limits.factors, s.limits.size);
  // Pseudo-likelihood in a field needs a ring whose nearest neighbours are no images of each other.
  expect_divides("field.factor", s.field.factor, s.field.size);
  if (s.field.size / s.field.factor < 3)
    refuse("field.factor", "two spins are left", "let three or more stay");
  expect_ascending("field.couplings", s.field.couplings, 1);
  expect_ascending("field.fields", s.field.fields, 1);
  expect_ascending("generic.couplings", s.generic.couplings, 2);
  expect_some("generic.targets", s.generic.targets);
  check_updates("generic.updates", s.generic.updates, s);
}

}  // namespace

Settings settings_from(const io::Settings& settings) {
  Settings s;
  s.network = section(settings, "network", trainers::supervised_options());
  s.cells = section<CellSettings>(settings, "cells");
  s.depth = section<DepthSettings>(settings, "depth");
  s.course = section<CourseSettings>(settings, "course");
  s.limits = section<LimitSettings>(settings, "limits");
  s.field = section<FieldSettings>(settings, "field");
  s.generic = section<GenericSettings>(settings, "generic");
  s.criteria = Criteria(settings, "gong2022", "gong-xia");
  check_consistency(s);
  return s;
}

}  // namespace gong_xia

void register_gong_xia() {
  registry().add(
      {"gong-xia",
       "does the coupling of a trained dense net's output on the Ising chain follow the exact RG to K* = 0?",
       {gong_xia::gong2022, "ising1925", "kadanoff1966", "nelson1975", "kingma2014", "besag1975",
        "salmon2011"},
       gong_xia::evidence.names(),
       [](const io::Settings& settings) { (void)gong_xia::settings_from(settings); },
       [](const io::Settings& settings) { return gong_xia::pieces(gong_xia::settings_from(settings)); },
       [](const RunContext& context) {
         using namespace gong_xia;
         const RunFolder folder(context, "gong-xia");
         Measurements m{.settings = settings_from(context.settings)};
         folder.in_turn({[&] { m.cells = run_cells(folder, m.settings); },
                         [&] { m.depth = run_depth(folder, m.settings); },
                         [&] { m.limits = run_limits(folder, m.settings); },
                         [&] { m.fields = run_fields(folder, m.settings); },
                         [&] { m.course = run_course(folder, m.settings); },
                         [&] { m.generic = run_generic(folder, m.settings); }});
         m.matrices = run_matrices(folder, m.settings);
         results::Results results;
         add_rg_tables(m, results);
         add_training_tables(m, results);
         for (auto part : {claims_rg(m), claims_training(m)})
           std::ranges::move(part, std::back_inserter(results.claims));
         for (auto part : {rg_figures(m), training_figures(m)})
           std::ranges::move(part, std::back_inserter(results.figures));
         return results;
       }});
}

}  // namespace spinflow::recipes
