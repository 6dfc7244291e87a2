// SPDX-License-Identifier: Apache-2.0
#include "studies/ensemble_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "spinflow/ensemble/clusters.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/exact/magnetization.hpp"
#include "spinflow/exact/product_measure.hpp"
#include "spinflow/observables/observable.hpp"
#include "studies/judging.hpp"

namespace spinflow::studies {

namespace {

using ensemble::Ensemble;

const std::vector<std::string> number_names = {observables::energy,
                                               observables::sd_energy,
                                               "N_var_energy",
                                               observables::abs_magnetization,
                                               observables::largest_cluster,
                                               observables::clusters_per_site};

/// The named numbers, and G(r).
std::vector<stats::Estimate> numbers_of(const Ensemble& ensemble) {
  const auto read = observables::read(
      ensemble, {observables::energy, observables::sd_energy, observables::abs_magnetization,
                 observables::clusters, observables::correlation});
  const auto& sd = read[observables::sd_energy];
  const double n = ensemble.lattice.n_sites();
  std::vector<stats::Estimate> numbers;
  for (const auto& name : number_names)
    numbers.push_back(name == "N_var_energy" ? stats::Estimate{.value = n * sd.value * sd.value,
                                                               .error = 2 * n * sd.value * sd.error}
                                             : read[name]);
  for (const auto& g : read.list(observables::correlation)) numbers.push_back(g);
  return numbers;
}

/// A row of the table.
struct Row {
  std::string ensemble;
  std::vector<stats::Estimate> values;
};

std::vector<stats::Estimate> without_errors(const std::vector<double>& up_spins) {
  std::vector<stats::Estimate> all;
  for (const double p : exact::abs_magnetization_distribution(up_spins))
    all.push_back({.value = p, .error = 0});
  return all;
}

}  // namespace

std::vector<stats::Estimate> NamedEnsemble::numbers(
    const std::function<std::vector<stats::Estimate>(const Ensemble&)>& of) const {
  if (!of_seeds) return of(parts.front());
  std::vector<std::vector<stats::Estimate>> by_number;
  for (const auto& part : parts) {
    const auto found = of(part);
    by_number.resize(found.size());
    for (std::size_t i = 0; i < found.size(); ++i) by_number[i].push_back(found[i]);
  }
  std::vector<stats::Estimate> means;
  for (const auto& values : by_number) means.push_back(over_seeds(values));
  return means;
}

results::Table ensemble_table(const std::vector<NamedEnsemble>& ensembles) {
  std::vector<Row> rows;
  for (const auto& one : ensembles) rows.push_back({one.name, one.numbers(numbers_of)});
  auto names = number_names;
  for (int r = 1; !rows.empty() && names.size() < rows.back().values.size(); ++r)
    names.push_back(fmt::format("G({})", r));
  results::Record<Row> record;
  record.add("ensemble", &Row::ensemble);
  for (std::size_t i = 0; i < names.size(); ++i)
    record.show(names[i], [i](const Row& row) { return row.values[i]; });
  return record.table(rows);
}

std::vector<EnsembleBin> magnetization_bins(const std::string& ensemble,
                                            const std::vector<stats::Estimate>& shares, int sites) {
  std::vector<EnsembleBin> bins;
  const auto n = static_cast<std::size_t>(sites);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double abs_m = static_cast<double>(2 * i + n % 2) / static_cast<double>(n);
    bins.push_back({ensemble, abs_m, abs_m, shares[i]});
  }
  return bins;
}

std::vector<EnsembleBin> magnetization_bins(const NamedEnsemble& ensemble) {
  return magnetization_bins(ensemble.name, ensemble.numbers(ensemble::abs_magnetization_histogram),
                            ensemble.parts.front().lattice.n_sites());
}

std::vector<EnsembleBin> magnetization_bins_of_product(const std::string& name, double m, int sites) {
  return magnetization_bins(name, without_errors(exact::independent_up_spins(m, sites)), sites);
}

std::vector<EnsembleBin> magnetization_bins_of_ising(const std::string& name, const lattice::Lattice& lattice,
                                                     double temperature) {
  if (std::min(lattice.lx(), lattice.ly()) > exact::widest_exact_magnetization) return {};
  return magnetization_bins(
      name, without_errors(exact::up_spin_distribution(lattice.lx(), lattice.ly(), 1 / temperature)),
      lattice.n_sites());
}

results::Record<EnsembleBin> magnetization_bin_record() {
  return results::Record<EnsembleBin>()
      .add("ensemble", &EnsembleBin::ensemble)
      .add("abs_m", &EnsembleBin::least)
      .add("probability", &EnsembleBin::share, "error");
}

std::vector<EnsembleBin> cluster_bins(const NamedEnsemble& ensemble) {
  const auto shares = ensemble.numbers([](const Ensemble& part) {
    std::vector<stats::Estimate> all;
    for (const auto& bin : ensemble::clusters(part).sizes) all.push_back(bin.share);
    return all;
  });
  std::vector<EnsembleBin> bins;
  for (std::size_t i = 0; const auto& bin : ensemble::clusters(ensemble.parts.front()).sizes)
    bins.push_back(
        {ensemble.name, static_cast<double>(bin.least), static_cast<double>(bin.most), shares[i++]});
  return bins;
}

results::Record<EnsembleBin> cluster_bin_record() {
  return results::Record<EnsembleBin>()
      .add("ensemble", &EnsembleBin::ensemble)
      .add("least", &EnsembleBin::least)
      .add("most", &EnsembleBin::most)
      .add("share", &EnsembleBin::share, "error");
}

results::Image image_of(const Ensemble& ensemble, std::size_t row, std::string label) {
  results::Image image{.values = {}, .width = ensemble.lattice.lx(), .label = std::move(label)};
  for (std::size_t site = 0; site < ensemble.spins.n_columns(); ++site)
    image.values.push_back(ensemble.spins.spin(row, site));
  return image;
}

stats::Estimate correlation_fall(const Ensemble& ensemble) {
  constexpr std::size_t most_pieces = 100;
  const std::size_t n_pieces = std::min(most_pieces, ensemble.size());
  std::vector<double> falls;
  std::vector<std::size_t> rows;
  for (std::size_t piece = 0; piece < n_pieces; ++piece) {
    rows.clear();
    for (std::size_t row = piece; row < ensemble.size(); row += n_pieces) rows.push_back(row);
    const auto g = ensemble::correlation({ensemble, rows});
    falls.push_back(g.front().value - g.back().value);
  }
  return over_seeds(falls);
}

}  // namespace spinflow::studies
