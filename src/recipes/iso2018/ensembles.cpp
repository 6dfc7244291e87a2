// SPDX-License-Identifier: Apache-2.0
// What the flowed ensembles of iso2018 are: beside true Ising ensembles and product measures.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/figures.hpp"
#include "recipes/iso2018/folder.hpp"
#include "spinflow/analysis/configuration_test.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/ensemble/clusters.hpp"
#include "spinflow/exact/magnetization.hpp"
#include "spinflow/observables/observable.hpp"
#include "spinflow/results/series_by.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

using ensemble::Ensemble;
using results::Mark;

/// Rows of each side of a two-sample test.
constexpr std::size_t most_test_rows = 2000;
constexpr double ruler_temperature = 2.5;

double to_grid(double x) { return std::round(x * 1e4) / 1e4; }

/// Independent spins of mean m or -m, one sign per configuration.
Ensemble product_ensemble(const Measurements& m, double mean, std::int64_t n, std::uint64_t seed) {
  const auto& lattice = m.model->lattice();
  kernels::PackedSpins spins(static_cast<std::size_t>(n), static_cast<std::size_t>(lattice.n_sites()));
  base::RandomStream stream(seed, "product_measure");
  for (std::size_t row = 0; row < spins.n_rows(); ++row) {
    const double up = 0.5 * (1 + (stream.uniform() < 0.5 ? mean : -mean));
    for (std::size_t site = 0; site < spins.n_columns(); ++site)
      spins.set(row, site, stream.uniform() < up ? 1 : -1);
  }
  return ensemble::from_spins(std::move(spins), lattice, m.model);
}

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
      product_ensemble(m, subject.same_energy.m, n, folder.seed("product.energy." + id)));
  subject.matched.emplace_back(
      "product measure of its <|m|>",
      product_ensemble(m, subject.same_magnetization.m, n, folder.seed("product.magnetization." + id)));
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
  results.tables[evidence::flowed_ensembles_table] = record.table(rows);
}

/// P(|m|) at every value that |m| can take.
std::vector<stats::Estimate> magnetization_histogram(const Ensemble& ensemble) {
  const auto n = static_cast<std::size_t>(ensemble.lattice.n_sites());
  std::vector<stats::Estimate> p(n / 2 + 1, {.value = 0, .error = 0});
  const double share = 1 / static_cast<double>(ensemble.size());
  for (const double m : ensemble.magnetization) {
    const auto sum = static_cast<std::size_t>(std::llround(std::abs(m) * static_cast<double>(n)));
    p[sum / 2].value += share;
  }
  for (auto& cell : p) cell.error = std::sqrt(cell.value * (1 - cell.value) * share);
  return p;
}

/// The same from the distribution of the number of up spins.
std::vector<stats::Estimate> folded(const std::vector<double>& up) {
  const std::size_t n = up.size() - 1;
  std::vector<stats::Estimate> p(n / 2 + 1, {.value = 0, .error = 0});
  for (std::size_t k = 0; k <= n; ++k) p[(2 * k > n ? 2 * k - n : n - 2 * k) / 2].value += up[k];
  return p;
}

/// A probability of one ensemble.
struct Bin {
  std::string ensemble;
  double least = 0;
  double most = 0;
  stats::Estimate share;
};

void add_magnetization_histogram(const Measurements& m, const Subject& v, results::Results& results) {
  auto figure = texts().begin<results::LineFigure>(evidence::magnetization_histogram);
  figure.x = {.title = "|m|", .least = 0, .most = 1};
  figure.y = {.title = "probability"};
  const auto& lattice = m.model->lattice();
  const auto sites = static_cast<std::size_t>(lattice.n_sites());
  std::vector<Bin> bins;
  const auto add = [&](const std::string& name, const std::vector<stats::Estimate>& p, Mark mark) {
    std::vector<Bin> here;
    for (std::size_t i = 0; i < p.size(); ++i) {
      const double x = static_cast<double>(2 * i + sites % 2) / static_cast<double>(sites);
      here.push_back({name, x, x, p[i]});
    }
    results::add(figure,
                 results::series_by(here, "", &Bin::ensemble, &Bin::least, &Bin::share, {.mark = mark}));
    std::ranges::move(here, std::back_inserter(bins));
  };
  add("type V, flowed", flowed_numbers(*v.type, magnetization_histogram), Mark::points);
  if (std::min(lattice.lx(), lattice.ly()) <= exact::widest_exact_magnetization) {
    const auto ising = [&](double t) {
      return folded(exact::up_spin_distribution(lattice.lx(), lattice.ly(), 1 / t));
    };
    add("Ising at T_c", ising(square_critical_temperature), Mark::curve);
    if (v.temperature > 0 && std::isfinite(v.temperature))
      add(fmt::format("Ising at T = {}", v.temperature), ising(v.temperature), Mark::curve);
  }
  const auto product = [&](const exact::ProductMeasure& p) {
    return folded(exact::independent_up_spins(p.m, lattice.n_sites()));
  };
  add("product measure of its e", product(v.same_energy), Mark::curve);
  add("product measure of its <|m|>", product(v.same_magnetization), Mark::curve);
  results.tables[evidence::magnetization_histogram_table] = results::Record<Bin>()
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
  results.tables[evidence::cluster_sizes_table] = results::Record<Bin>()
                                                      .add("ensemble", &Bin::ensemble)
                                                      .add("least", &Bin::least)
                                                      .add("most", &Bin::most)
                                                      .add("share", &Bin::share, "error")
                                                      .table(bins);
  auto figure = texts().begin<results::LineFigure>(evidence::cluster_sizes);
  figure.x = {.title = "sites in the cluster", .scale = results::Scale::log};
  figure.y = {.title = "share of the sites", .scale = results::Scale::log};
  // Not joined: a line would bridge the empty bins.
  figure.series = results::series_by(bins, "", &Bin::ensemble,
                                     [](const Bin& bin) { return std::sqrt(bin.least * bin.most); },
                                     &Bin::share, {.mark = Mark::points});
  results.figures.push_back(results::line_figure(figure));
}

/// Two ensembles to be told apart.
struct TestJob {
  std::string first;
  std::string second;
  std::size_t seed;
  Ensemble a;
  Ensemble b;
};

struct TestResult {
  std::string first;
  std::string second;
  std::size_t seed = 0;
  double energy_distance = 0;
  double effect = 0;
  double p_value = 1;
};

results::Record<TestResult> test_record() {
  return results::Record<TestResult>()
      .add("first", &TestResult::first)
      .add("second", &TestResult::second)
      .add("seed", &TestResult::seed)
      .add("energy_distance", &TestResult::energy_distance)
      .add("effect", &TestResult::effect)
      .add("p_value", &TestResult::p_value);
}

std::vector<TestJob> test_jobs(const RunFolder& folder, const Measurements& m,
                               const std::vector<Subject>& subjects) {
  const auto ruler = folder.sampled(m.model, {ruler_temperature}, flowed_rows(m) * m.settings.train.seeds,
                                    folder.seed("ruler"));
  std::vector<TestJob> jobs;
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

std::vector<TestResult> run_tests(const RunFolder& folder, const Measurements& m,
                                  const std::vector<Subject>& subjects) {
  const auto jobs = test_jobs(folder, m, subjects);
  std::vector<TestResult> found(jobs.size());
  folder.observer().begin("two-sample tests", jobs.size(), "tests");
  base::parallel_for(jobs.size(), [&](std::size_t i) {
    const auto test = analysis::configuration_test(jobs[i].a, jobs[i].b,
                                                   static_cast<std::size_t>(m.settings.study.permutations),
                                                   folder.seed("two-sample", i));
    found[i] = {jobs[i].first, jobs[i].second, jobs[i].seed, test.energy_distance, test.effect, test.p_value};
    folder.observer().advance(1);
  });
  return found;
}

/// All seeds of one comparison.
struct Comparison {
  std::string first;
  std::string second;
  std::vector<double> effects;
  double smallest_p = 1;
  double largest_p = 0;

  [[nodiscard]] stats::Estimate effect() const { return over_seeds(effects); }
};

std::vector<Comparison> comparisons(const std::vector<TestResult>& tests) {
  std::vector<Comparison> all;
  for (const auto& test : tests) {
    auto found = std::ranges::find_if(
        all, [&](const Comparison& c) { return c.first == test.first && c.second == test.second; });
    if (found == all.end())
      found = all.insert(found, {.first = test.first, .second = test.second, .effects = {}});
    found->effects.push_back(test.effect);
    found->smallest_p = std::min(found->smallest_p, test.p_value);
    found->largest_p = std::max(found->largest_p, test.p_value);
  }
  return all;
}

void add_two_sample(const RunFolder& folder, const Measurements& m, const std::vector<Subject>& subjects,
                    results::Results& results) {
  const auto all = comparisons(folder.kept_records<TestResult>(
      "study-two-sample", test_record(), [&] { return run_tests(folder, m, subjects); }));
  results.tables[evidence::two_sample_table] =
      results::Record<Comparison>()
          .add("first", &Comparison::first)
          .add("second", &Comparison::second)
          .show("seeds", [](const Comparison& c) { return c.effects.size(); })
          .show("effect", &Comparison::effect)
          .add("smallest_p", &Comparison::smallest_p)
          .add("largest_p", &Comparison::largest_p)
          .table(all);
  auto figure = texts().begin<results::CategoryFigure>(evidence::two_sample,
                                                       {{"permutations", m.settings.study.permutations}});
  figure.value.title = "effect size";
  figure.category_title = "compared with";
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
