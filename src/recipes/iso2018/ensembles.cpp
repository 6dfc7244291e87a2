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
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/exact/magnetization.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

using ensemble::Ensemble;
using results::Mark;
using results::Series;

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
  ProductMeasure same_energy;
  ProductMeasure same_magnetization;
  std::vector<std::pair<std::string, Ensemble>> matched;  ///< true Ising there, and both product measures
};

Subject subject_of(const RunFolder& folder, const Measurements& m, const VariantResult& type) {
  Subject subject{.type = &type};
  const auto flow = flowed(type);
  const int sites = m.model->lattice().n_sites();
  const std::int64_t n = flowed_rows(m) * m.settings.train.seeds;
  const std::string& id = type.variant.id;
  subject.temperature = to_grid(m.base().from_energy({.value = flow.energy.value, .error = 0}).value);
  subject.same_energy = product_measure(to_grid(product_of_energy(flow.energy.value, sites).m), sites);
  subject.same_magnetization =
      product_measure(to_grid(product_of_magnetization(flow.abs_magnetization.value, sites).m), sites);
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
std::vector<stats::Estimate> numbers_of(const Ensemble& ensemble) {
  const auto sd = ensemble::sd_energy(ensemble);
  const double n = ensemble.lattice.n_sites();
  const auto clusters = ensemble::clusters(ensemble);
  std::vector<stats::Estimate> numbers = {
      ensemble::mean_energy(ensemble),
      sd,
      {.value = n * sd.value * sd.value, .error = 2 * n * sd.value * sd.error},
      ensemble::mean_abs_magnetization(ensemble),
      clusters.largest,
      clusters.number};
  for (const auto& g : ensemble::correlation(ensemble)) numbers.push_back(g);
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

void add_flowed_table(const Measurements& m, const Subject& v, results::Results& results) {
  auto& table = results.tables[evidence::flowed_ensembles_table];
  table.columns = {"ensemble"};
  std::vector<std::string> names = {
      "energy", "sd_energy", "N_var_energy", "abs_magnetization", "largest_cluster", "clusters_per_site"};
  const auto truth = numbers_of(m.critical);
  for (std::size_t r = 1; names.size() < truth.size(); ++r) names.push_back(fmt::format("G({})", r));
  for (const auto& name : names) {
    table.columns.push_back(name);
    table.columns.push_back(name + "_error");
  }
  const auto row = [&](const std::string& name, const std::vector<stats::Estimate>& numbers) {
    std::vector<results::Cell> cells = {name};
    for (const auto& number : numbers) {
      cells.emplace_back(number.value);
      cells.emplace_back(number.error);
    }
    table.rows.push_back(cells);
  };
  for (const auto& result : m.variants)
    if (result.variant.id == result.variant.type && result.first_good())
      row(fmt::format("type {}, flowed", result.variant.id), flowed_numbers(result, numbers_of));
  row("Ising at T_c", truth);
  for (const auto& [name, ensemble] : v.matched)
    row(fmt::format("V: {}{}", name, name.starts_with("Ising") ? fmt::format(", {}", v.temperature) : ""),
        numbers_of(ensemble));
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

void add_magnetization_histogram(const Measurements& m, const Subject& v, results::Results& results) {
  results::LineFigure figure;
  figure.id = evidence::magnetization_histogram;
  figure.title = "Distribution of |m| at the last step of the flow of type V";
  figure.caption =
      "Probability of each value of |m|; flowed configurations of both starts, errors over training "
      "seeds. The curves are exact: Ising at T_c and at the temperature that type V reads by energy "
      "(transfer matrix), independent spins matched in e and in <|m|>.";
  figure.x = {.title = "|m|", .least = 0, .most = 1};
  figure.y = {.title = "probability"};
  const auto& lattice = m.model->lattice();
  const auto sites = static_cast<std::size_t>(lattice.n_sites());
  auto& table = results.tables[evidence::magnetization_histogram_table];
  table.columns = {"ensemble", "abs_m", "probability", "error"};
  const auto add = [&](const std::string& name, const std::vector<stats::Estimate>& p, Mark mark) {
    Series series{.name = name, .points = {}, .mark = mark};
    for (std::size_t i = 0; i < p.size(); ++i) {
      const double x = static_cast<double>(2 * i + sites % 2) / static_cast<double>(sites);
      series.points.push_back({.x = x, .y = p[i].value, .error = p[i].error});
      table.rows.push_back({name, x, p[i].value, p[i].error});
    }
    figure.series.push_back(std::move(series));
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
  add("product measure of its e", folded(binomial(v.same_energy.m, lattice.n_sites())), Mark::curve);
  add("product measure of its <|m|>", folded(binomial(v.same_magnetization.m, lattice.n_sites())),
      Mark::curve);
  results.figures.push_back(results::line_figure(figure));
}

void add_cluster_sizes(const Measurements& m, const Subject& v, results::Results& results) {
  results::LineFigure figure;
  figure.id = evidence::cluster_sizes;
  figure.title = "Clusters of aligned spins at the last step of the flow of type V";
  figure.caption =
      "Share of the sites that lie in clusters of 1, 2, 3 to 4, 5 to 8, ... sites (at the geometric "
      "middle of the bin). Errors of type V over training seeds, of the others over configurations.";
  figure.x = {.title = "sites in the cluster", .scale = results::Scale::log};
  figure.y = {.title = "share of the sites", .scale = results::Scale::log};
  auto& table = results.tables[evidence::cluster_sizes_table];
  table.columns = {"ensemble", "least", "most", "share", "error"};
  const auto shares = [](const Ensemble& ensemble) {
    std::vector<stats::Estimate> all;
    for (const auto& bin : ensemble::clusters(ensemble).sizes) all.push_back(bin.share);
    return all;
  };
  const auto bins = ensemble::clusters(m.critical).sizes;
  const auto add = [&](const std::string& name, const std::vector<stats::Estimate>& p) {
    // Not joined: a line would bridge the empty bins.
    Series series{.name = name, .points = {}, .mark = Mark::points};
    for (std::size_t i = 0; i < p.size(); ++i) {
      series.points.push_back({.x = std::sqrt(static_cast<double>(bins[i].least) * bins[i].most),
                               .y = p[i].value,
                               .error = p[i].error});
      table.rows.push_back({name, static_cast<double>(bins[i].least), static_cast<double>(bins[i].most),
                            p[i].value, p[i].error});
    }
    figure.series.push_back(std::move(series));
  };
  add("type V, flowed", flowed_numbers(*v.type, shares));
  add("Ising at T_c", shares(m.critical));
  for (const auto& [name, ensemble] : v.matched) add(name, shares(ensemble));
  results.figures.push_back(results::line_figure(figure));
}

/// One test: rows of the kept table.
struct TestJob {
  std::string first;
  std::string second;
  std::size_t seed;
  Ensemble a;
  Ensemble b;
};

RunFolder::Tables run_tests(const RunFolder& folder, const Measurements& m,
                            const std::vector<TestJob>& jobs) {
  std::vector<stats::TwoSampleTest> tests(jobs.size());
  folder.observer().begin("two-sample tests", jobs.size(), "tests");
  base::parallel_for(jobs.size(), [&](std::size_t i) {
    tests[i] = analysis::configuration_test(jobs[i].a, jobs[i].b,
                                            static_cast<std::size_t>(m.settings.study.permutations),
                                            folder.seed("two-sample", i));
    folder.observer().advance(1);
  });
  results::Table table{.columns = {"first", "second", "seed", "energy_distance", "effect", "p_value"}};
  for (std::size_t i = 0; i < jobs.size(); ++i)
    table.rows.push_back({jobs[i].first, jobs[i].second, static_cast<double>(jobs[i].seed),
                          tests[i].energy_distance, tests[i].effect, tests[i].p_value});
  return {{"tests", table}};
}

void add_two_sample(const RunFolder& folder, const Measurements& m, const std::vector<Subject>& subjects,
                    results::Results& results) {
  const auto tables = folder.kept_tables("study-two-sample", [&] {
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
    return run_tests(folder, m, jobs);
  });

  // The seeds of one comparison stand together: one row each.
  const auto& rows = tables.at("tests").rows;
  auto& table = results.tables[evidence::two_sample_table];
  table.columns = {"first", "second", "seeds", "effect", "effect_error", "smallest_p", "largest_p"};
  results::CategoryFigure figure;
  figure.id = evidence::two_sample;
  figure.title = "How far the flowed ensembles are from others";
  figure.caption = fmt::format(
      "Effect size of the energy-distance test between ensembles of configurations (0: equal, 1: two "
      "different points), mean and error over training seeds, each seed with reference configurations of "
      "its own. Circles are the negative control and a ruler, both between true Ising ensembles (their "
      "errors over parts that share an ensemble with a neighbour). p-values ({} permutations) stand in "
      "the table.",
      m.settings.study.permutations);
  figure.value.title = "effect size";
  figure.category_title = "compared with";
  std::vector<std::pair<std::string, std::string>> done;
  for (const auto& row : rows) {
    const std::pair key(std::get<std::string>(row[0]), std::get<std::string>(row[1]));
    if (std::ranges::find(done, key) != done.end()) continue;
    done.push_back(key);
    std::vector<double> effects;
    double smallest = 1;
    double largest = 0;
    for (const auto& other : rows)
      if (std::get<std::string>(other[0]) == key.first && std::get<std::string>(other[1]) == key.second) {
        effects.push_back(std::get<double>(other[4]));
        smallest = std::min(smallest, std::get<double>(other[5]));
        largest = std::max(largest, std::get<double>(other[5]));
      }
    const auto effect = over_seeds(effects);
    table.rows.push_back({key.first, key.second, static_cast<double>(effects.size()), effect.value,
                          effect.error, smallest, largest});
    figure.points.push_back({key.second, key.first, effect.value, effect.error});
  }
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
