// SPDX-License-Identifier: Apache-2.0
// What the flowed ensembles of iso2018 are: beside true Ising ensembles and product measures.
#include <numeric>

#include "recipes/figures.hpp"
#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/figures.hpp"
#include "spinflow/ensemble/clusters.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/exact/magnetization.hpp"
#include "spinflow/observables/observable.hpp"
#include "spinflow/samplers/product_measure.hpp"
#include "spinflow/studies/ensemble_tests.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

using ensemble::Ensemble;

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

/// A flowed type with what it is compared with: a part for each training seed.
struct Subject {
  const VariantResult* type = nullptr;
  double temperature = 0;  ///< read by energy, to four digits
  exact::ProductMeasure same_energy;
  exact::ProductMeasure same_magnetization;
  std::vector<std::pair<std::string, Ensemble>> matched;  ///< true Ising there, and both product measures
};

Subject subject_of(const RunFolder& folder, const Measurements& m, const VariantResult& type) {
  Subject subject{.type = &type};
  const auto flow = flowed(type);
  const int sites = m.model->lattice().n_sites();
  const std::int64_t n = flowed_rows(m) * m.settings.train.seeds;
  const std::string& id = type.variant.id;
  subject.temperature = to_grid(m.base().from_energy({.value = flow.energy.value, .error = 0}).value);
  subject.same_energy =
      exact::product_measure(to_grid(exact::product_of_energy(flow.energy.value, sites).m), sites);
  subject.same_magnetization = exact::product_measure(
      to_grid(exact::product_of_magnetization(flow.abs_magnetization.value, sites).m), sites);
  if (std::isfinite(subject.temperature))
    subject.matched.emplace_back("Ising at the T it reads by energy", folder.kept("ensemble-read-" + id, [&] {
      return folder.sampled(m.model, {subject.temperature}, n, folder.seed("read." + id));
    }));
  subject.matched.emplace_back(
      "product measure of its e",
      samplers::product_measure(m.model, subject.same_energy.m, n, folder.seed("product.energy." + id)));
  subject.matched.emplace_back("product measure of its <|m|>",
                               samplers::product_measure(m.model, subject.same_magnetization.m, n,
                                                         folder.seed("product.magnetization." + id)));
  return subject;
}

/// e, sd(e), N Var(e), <|m|>, largest cluster, clusters per site, G(1), G(2), ...
std::vector<stats::Estimate> ensemble_numbers(const Ensemble& ensemble) {
  const auto read = observables::read(
      ensemble, {observables::energy, observables::sd_energy, observables::abs_magnetization,
                 observables::clusters, observables::correlation});
  const auto& sd = read[observables::sd_energy];
  const double n = ensemble.lattice.n_sites();
  std::vector<stats::Estimate> numbers = {
      read[observables::energy],
      sd,
      {.value = n * sd.value * sd.value, .error = 2 * n * sd.value * sd.error},
      read[observables::abs_magnetization],
      read[observables::largest_cluster],
      read[observables::clusters_per_site]};
  for (const auto& g : read.list(observables::correlation)) numbers.push_back(g);
  return numbers;
}

/// The numbers of a type: mean and error over training seeds.
std::vector<stats::Estimate> flowed_numbers(
    const VariantResult& type, const std::function<std::vector<stats::Estimate>(const Ensemble&)>& of) {
  std::vector<std::vector<stats::Estimate>> by_number;
  for (const auto& seed : type.seeds) {
    if (!seed.failure.empty()) continue;
    const auto numbers = of(last_step(seed, seed.starts.front().kept.rbegin()->second.size()));
    by_number.resize(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) by_number[i].push_back(numbers[i]);
  }
  std::vector<stats::Estimate> means;
  for (const auto& values : by_number) means.push_back(over_seeds(values));
  return means;
}

/// A row of a table about ensembles.
struct EnsembleNumbers {
  std::string ensemble;
  std::vector<stats::Estimate> values;
};

void add_flowed_table(const Measurements& m, const Subject& v, results::Results& results) {
  std::vector<EnsembleNumbers> rows;
  for (const auto& result : m.variants)
    if (result.variant.id == result.variant.type && result.first_good())
      rows.push_back(
          {fmt::format("type {}, flowed", result.variant.id), flowed_numbers(result, ensemble_numbers)});
  rows.push_back({"Ising at T_c", ensemble_numbers(m.critical)});
  for (const auto& [name, ensemble] : v.matched)
    rows.push_back(
        {fmt::format("V: {}{}", name, name.starts_with("Ising") ? fmt::format(", {}", v.temperature) : ""),
         ensemble_numbers(ensemble)});
  std::vector<std::string> names = {observables::energy,
                                    observables::sd_energy,
                                    "N_var_energy",
                                    observables::abs_magnetization,
                                    observables::largest_cluster,
                                    observables::clusters_per_site};
  for (std::size_t r = 1; names.size() < rows.back().values.size(); ++r)
    names.push_back(fmt::format("G({})", r));
  results::Record<EnsembleNumbers> record;
  record.add("ensemble", &EnsembleNumbers::ensemble);
  for (std::size_t i = 0; i < names.size(); ++i)
    record.show(names[i], [i](const EnsembleNumbers& row) { return row.values[i]; });
  results.tables[evidence.flowed_ensembles_table] = record.table(rows);
}

/// P(|m|) from that of the number of up spins.
std::vector<stats::Estimate> without_errors(const std::vector<double>& up) {
  std::vector<stats::Estimate> all;
  for (const double p : exact::abs_magnetization_distribution(up)) all.push_back({.value = p, .error = 0});
  return all;
}

/// A probability of one ensemble.
struct Bin {
  std::string ensemble;
  double least = 0;
  double most = 0;
  stats::Estimate share;
};

void add_magnetization_histogram(const Measurements& m, const Subject& v, results::Results& results) {
  auto figure = texts().begin<LineFigure>(evidence.magnetization_histogram);
  const auto& lattice = m.model->lattice();
  const auto sites = static_cast<std::size_t>(lattice.n_sites());
  std::vector<Bin> bins;
  const auto add = [&](const std::string& name, const std::vector<stats::Estimate>& p, Mark mark) {
    std::vector<Bin> here;
    for (std::size_t i = 0; i < p.size(); ++i) {
      const double x = static_cast<double>(2 * i + sites % 2) / static_cast<double>(sites);
      here.push_back({name, x, x, p[i]});
    }
    results::add(figure, series_by(here, "", &Bin::ensemble, &Bin::least, &Bin::share, {.mark = mark}));
    std::ranges::move(here, std::back_inserter(bins));
  };
  add("type V, flowed", flowed_numbers(*v.type, ensemble::abs_magnetization_histogram), Mark::points);
  if (std::min(lattice.lx(), lattice.ly()) <= exact::widest_exact_magnetization) {
    const auto ising = [&](double t) {
      return without_errors(exact::up_spin_distribution(lattice.lx(), lattice.ly(), 1 / t));
    };
    add("Ising at T_c", ising(square_critical_temperature), Mark::curve);
    if (v.temperature > 0 && std::isfinite(v.temperature))
      add(fmt::format("Ising at T = {}", v.temperature), ising(v.temperature), Mark::curve);
  }
  const auto product = [&](const exact::ProductMeasure& p) {
    return without_errors(exact::independent_up_spins(p.m, lattice.n_sites()));
  };
  add("product measure of its e", product(v.same_energy), Mark::curve);
  add("product measure of its <|m|>", product(v.same_magnetization), Mark::curve);
  results.tables[evidence.magnetization_histogram_table] = results::Record<Bin>()
                                                               .add("ensemble", &Bin::ensemble)
                                                               .add("abs_m", &Bin::least)
                                                               .add("probability", &Bin::share, "error")
                                                               .table(bins);
  results.figures.push_back(results::line_figure(figure));
}

void add_cluster_sizes(const Measurements& m, const Subject& v, results::Results& results) {
  const auto shares = [](const Ensemble& ensemble) {
    std::vector<stats::Estimate> all;
    for (const auto& bin : ensemble::clusters(ensemble).sizes) all.push_back(bin.share);
    return all;
  };
  const auto sizes = ensemble::clusters(m.critical).sizes;
  std::vector<Bin> bins;
  const auto add = [&](const std::string& name, const std::vector<stats::Estimate>& p) {
    for (std::size_t i = 0; i < p.size(); ++i)
      bins.push_back({name, static_cast<double>(sizes[i].least), static_cast<double>(sizes[i].most), p[i]});
  };
  add("type V, flowed", flowed_numbers(*v.type, shares));
  add("Ising at T_c", shares(m.critical));
  for (const auto& [name, ensemble] : v.matched) add(name, shares(ensemble));
  results.tables[evidence.cluster_sizes_table] = results::Record<Bin>()
                                                     .add("ensemble", &Bin::ensemble)
                                                     .add("least", &Bin::least)
                                                     .add("most", &Bin::most)
                                                     .add("share", &Bin::share, "error")
                                                     .table(bins);
  auto figure = texts().begin<LineFigure>(evidence.cluster_sizes);
  // Not joined: a line would bridge the empty bins.
  figure.series =
      series_by(bins, "", &Bin::ensemble, [](const Bin& bin) { return std::sqrt(bin.least * bin.most); },
                &Bin::share, {.mark = Mark::points});
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
      const std::string name = fmt::format("type {}, flowed", subject.type->variant.id);
      jobs.push_back({name, "Ising at T_c", s, flowed, part_of(m.critical, m, s)});
      for (const auto& [matched, ensemble] : subject.matched)
        jobs.push_back({name, matched, s, flowed, part_of(ensemble, m, s)});
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
