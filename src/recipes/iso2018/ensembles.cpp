// SPDX-License-Identifier: Apache-2.0
// What the flowed ensembles of iso2018 are: beside true Ising ensembles and product measures.
#include <numeric>

#include "recipes/figures.hpp"
#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/figures.hpp"
#include "spinflow/samplers/product_measure.hpp"
#include "spinflow/studies/ensemble_tests.hpp"
#include "studies/ensemble_numbers.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

using ensemble::Ensemble;
using studies::EnsembleBin;
using studies::NamedEnsemble;

/// Rows of each side of a two-sample test.
constexpr std::size_t most_test_rows = 2000;
constexpr double ruler_temperature = 2.5;

double to_grid(double x) { return std::round(x * 1e4) / 1e4; }

/// The last step of a training seed from all starts, the first `n` rows of each.
Ensemble last_step(const SeedResult& seed, std::size_t n) {
  std::vector<Ensemble> parts;
  for (const auto& start : seed.starts) parts.push_back(first_rows(start.kept.rbegin()->second, n));
  return ensemble::concatenated(parts);
}

/// Flowed configurations of a training seed, from all starts together.
std::int64_t flowed_rows(const Measurements& m) {
  return m.settings.flow.chains * static_cast<std::int64_t>(m.settings.flow.starts.size());
}

/// The part of a reference ensemble that belongs to a training seed: each seed meets other configurations, so
/// that the scatter over seeds has that of the reference in it.
Ensemble part_of(const Ensemble& reference, const Measurements& m, std::size_t seed) {
  const auto n = static_cast<std::size_t>(flowed_rows(m));
  std::vector<std::size_t> rows(std::min(n, most_test_rows));
  std::iota(rows.begin(), rows.end(), seed * n);
  return ensemble::select(reference, rows);
}

/// Flowed configurations of a type.
NamedEnsemble flowed_ensemble(std::string name, const VariantResult& type) {
  NamedEnsemble all{.name = std::move(name), .parts = {}, .of_seeds = true};
  for (const auto& seed : type.seeds)
    if (seed.failure.empty())
      all.parts.push_back(last_step(seed, seed.starts.front().kept.rbegin()->second.size()));
  return all;
}

std::string flowed_name(const VariantResult& type) { return fmt::format("type {}, flowed", type.variant.id); }

/// A flowed type with what it is compared with: a part for each training seed.
struct Subject {
  const VariantResult* type = nullptr;
  double temperature = 0;                   ///< read by energy, to four digits
  double m_of_energy = 0;                   ///< of the product measure with its e
  double m_of_abs_m = 0;                    ///< of the product measure with its <|m|>
  std::vector<NamedEnsemble> matched = {};  ///< true Ising there, and both product measures
};

Subject subject_of(const RunFolder& folder, const Measurements& m, const VariantResult& type) {
  const auto flow = flowed(type);
  const int sites = m.model->lattice().n_sites();
  const std::int64_t n = flowed_rows(m) * m.settings.train.seeds;
  const std::string& id = type.variant.id;
  Subject subject{
      .type = &type,
      .temperature = to_grid(m.base().from_energy({.value = flow.energy.value, .error = 0}).value),
      .m_of_energy = to_grid(exact::product_of_energy(flow.energy.value, sites).m),
      .m_of_abs_m = to_grid(exact::product_of_magnetization(flow.abs_magnetization.value, sites).m)};
  if (std::isfinite(subject.temperature))
    subject.matched.push_back({"Ising at the T it reads by energy", {folder.kept("ensemble-read-" + id, [&] {
                                 return folder.sampled(m.model, {subject.temperature}, n,
                                                       folder.seed("read." + id));
                               })}});
  for (const auto& [name, mean, stream] :
       {std::tuple{"product measure of its e", subject.m_of_energy, "product.energy."},
        std::tuple{"product measure of its <|m|>", subject.m_of_abs_m, "product.magnetization."}})
    subject.matched.push_back(
        {name, {samplers::product_measure(m.model, mean, n, folder.seed(stream + id))}});
  return subject;
}

void add_flowed_table(const Measurements& m, const Subject& v, results::Results& results) {
  std::vector<NamedEnsemble> all;
  for (const auto& result : m.variants)
    if (result.variant.id == result.variant.type && result.first_good())
      all.push_back(flowed_ensemble(flowed_name(result), result));
  all.push_back({"Ising at T_c", {m.critical}});
  for (const auto& one : v.matched) {
    all.push_back(one);
    all.back().name = fmt::format("V: {}{}", one.name,
                                  one.name.starts_with("Ising") ? fmt::format(", {}", v.temperature) : "");
  }
  results.tables[evidence.flowed_ensembles_table] = studies::ensemble_table(all);
}

void add_magnetization_histogram(const Measurements& m, const Subject& v, results::Results& results) {
  auto figure = texts().begin<LineFigure>(evidence.magnetization_histogram);
  const auto& lattice = m.model->lattice();
  std::vector<EnsembleBin> bins;
  const auto add = [&](const std::vector<EnsembleBin>& here, Mark mark) {
    results::add(figure, series_by(here, "", &EnsembleBin::ensemble, &EnsembleBin::least, &EnsembleBin::share,
                                   {.mark = mark}));
    bins.insert(bins.end(), here.begin(), here.end());
  };
  add(studies::magnetization_bins(flowed_ensemble(flowed_name(*v.type), *v.type)), Mark::points);
  add(studies::magnetization_bins_of_ising("Ising at T_c", lattice, square_critical_temperature),
      Mark::curve);
  if (v.temperature > 0 && std::isfinite(v.temperature))
    add(studies::magnetization_bins_of_ising(fmt::format("Ising at T = {}", v.temperature), lattice,
                                             v.temperature),
        Mark::curve);
  for (const auto& [name, mean] : {std::pair{"product measure of its e", v.m_of_energy},
                                   std::pair{"product measure of its <|m|>", v.m_of_abs_m}})
    add(studies::magnetization_bins_of_product(name, mean, lattice.n_sites()), Mark::curve);
  results.tables[evidence.magnetization_histogram_table] = studies::magnetization_bin_record().table(bins);
  results.figures.push_back(results::line_figure(figure));
}

void add_cluster_sizes(const Measurements& m, const Subject& v, results::Results& results) {
  std::vector<NamedEnsemble> all = {flowed_ensemble(flowed_name(*v.type), *v.type),
                                    {"Ising at T_c", {m.critical}}};
  std::ranges::copy(v.matched, std::back_inserter(all));
  std::vector<EnsembleBin> bins;
  for (const auto& one : all) std::ranges::move(studies::cluster_bins(one), std::back_inserter(bins));
  results.tables[evidence.cluster_sizes_table] = studies::cluster_bin_record().table(bins);
  auto figure = texts().begin<LineFigure>(evidence.cluster_sizes);
  // Not joined: a line would bridge the empty bins.
  figure.series = series_by(bins, "", &EnsembleBin::ensemble,
                            [](const EnsembleBin& bin) { return std::sqrt(bin.least * bin.most); },
                            &EnsembleBin::share, {.mark = Mark::points});
  results.figures.push_back(results::line_figure(figure));
}

std::vector<studies::EnsemblePair> test_pairs(const RunFolder& folder, const Measurements& m,
                                              const std::vector<Subject>& subjects) {
  const auto ruler = folder.sampled(m.model, {ruler_temperature}, flowed_rows(m) * m.settings.train.seeds,
                                    folder.seed("ruler"));
  std::vector<studies::EnsemblePair> jobs;
  const auto seeds = static_cast<std::size_t>(m.settings.train.seeds);
  for (std::size_t s = 0; s < seeds; ++s)
    jobs.push_back(
        {"Ising at T_c", "Ising at T_c", s, part_of(m.critical, m, s), part_of(m.critical, m, s + 1)});
  for (std::size_t s = 0; s < seeds; ++s)
    jobs.push_back({"Ising at T_c", fmt::format("Ising at T = {}", ruler_temperature), s,
                    part_of(m.critical, m, s), part_of(ruler, m, s)});
  for (const auto& subject : subjects)
    for (std::size_t s = 0; s < seeds; ++s) {
      if (!subject.type->seeds[s].failure.empty()) continue;
      const auto flowed = last_step(subject.type->seeds[s], most_test_rows / m.settings.flow.starts.size());
      const std::string name = flowed_name(*subject.type);
      jobs.push_back({name, "Ising at T_c", s, flowed, part_of(m.critical, m, s)});
      for (const auto& matched : subject.matched)
        jobs.push_back({name, matched.name, s, flowed, part_of(matched.parts.front(), m, s)});
    }
  return jobs;
}

void add_two_sample(const RunFolder& folder, const Measurements& m, const std::vector<Subject>& subjects,
                    results::Results& results) {
  const auto tests =
      folder.kept_records<studies::EnsembleTest>("study-two-sample", studies::ensemble_test_record(), [&] {
        return studies::test_ensembles(
            test_pairs(folder, m, subjects), static_cast<std::size_t>(m.settings.study.permutations),
            [&](std::size_t i) { return folder.seed("two-sample", i); }, folder.observer());
      });
  const auto all = studies::compared(tests);
  results.tables[evidence.two_sample_table] = studies::ensemble_comparison_record().table(all);
  auto figure =
      texts().begin<CategoryFigure>(evidence.two_sample, {{"permutations", m.settings.study.permutations}});
  for (const auto& c : all) figure.points.push_back({c.second, c.first, c.effect().value, c.effect().error});
  results.figures.push_back(results::category_figure(figure));
}

}  // namespace

void study_ensembles(const RunContext& context, const Measurements& m, results::Results& results) {
  const RunFolder folder = run_folder(context);
  folder.observer().begin("studying the flowed ensembles", 0, "ensembles");
  std::vector<Subject> subjects;
  for (const char* id : {"V", "gap", "C"})
    if (const auto* type = m.find(id); type != nullptr && type->first_good())
      subjects.push_back(subject_of(folder, m, *type));
  const Subject& v = subjects.front();
  add_flowed_table(m, v, results);
  add_two_sample(folder, m, subjects, results);
  add_magnetization_histogram(m, v, results);
  add_cluster_sizes(m, v, results);
}

}  // namespace spinflow::recipes::iso2018
