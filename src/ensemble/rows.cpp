// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <vector>

#include "ensemble/grouping.hpp"
#include "ensemble/pair_sums.hpp"

namespace spinflow::ensemble {

namespace {

std::vector<std::size_t> all_rows(const Ensemble& ensemble) {
  std::vector<std::size_t> rows(ensemble.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

}  // namespace

struct Rows::Kept {
  std::optional<Ensemble> own;
  const Ensemble& ensemble;
  Grouping grouping;
  std::optional<std::vector<double>> abs_magnetization = {};
  std::optional<std::vector<double>> neighbour_products = {};
  double neighbour_pairs = 0;
  std::optional<std::vector<double>> bonds = {};

  explicit Kept(const Ensemble& lent) : ensemble(lent), grouping(lent, all_rows(lent)) {}
  Kept(const Ensemble& of, std::span<const std::size_t> indices)
      : own(select(of, indices)), ensemble(*own), grouping(*own, all_rows(*own)) {}
};

Rows::Rows(const Ensemble& ensemble) : kept_(std::make_unique<Kept>(ensemble)) {}

Rows::Rows(const Ensemble& ensemble, std::span<const std::size_t> indices)
    : kept_(std::make_unique<Kept>(ensemble, indices)) {}

Rows::Rows(Rows&&) noexcept = default;
Rows::~Rows() = default;

const Ensemble& Rows::ensemble() const { return kept_->ensemble; }

double Rows::temperature() const {
  const auto& all = ensemble().temperature;
  const bool one = !all.empty() && std::ranges::all_of(all, [&](double t) { return t == all.front(); });
  return one ? all.front() : std::numeric_limits<double>::quiet_NaN();
}

std::span<const double> Rows::abs_magnetization() const {
  if (!kept_->abs_magnetization) {
    kept_->abs_magnetization.emplace();
    for (const double m : ensemble().magnetization) kept_->abs_magnetization->push_back(std::abs(m));
  }
  return *kept_->abs_magnetization;
}

std::span<const double> Rows::neighbour_products() const {
  if (!kept_->neighbour_products) {
    const PairSums pairs(lattice(), 1);
    kept_->neighbour_pairs = static_cast<double>(pairs.pairs());
    kept_->neighbour_products.emplace(size());
    pairs.per_pair(ensemble().spins, *kept_->neighbour_products);
  }
  return *kept_->neighbour_products;
}

std::span<const double> Rows::bonds() const {
  if (!kept_->bonds) {
    const auto products = neighbour_products();
    const double per_site = kept_->neighbour_pairs / lattice().n_sites();
    kept_->bonds.emplace();
    for (const double product : products) kept_->bonds->push_back(per_site * product);
  }
  return *kept_->bonds;
}

stats::Estimate Rows::mean(std::span<const double> values) const { return kept_->grouping.mean(values); }

stats::Estimate Rows::function(std::span<const double> values, std::size_t k,
                               const stats::FunctionOfMeans& f) const {
  return kept_->grouping.function(values, k, f);
}

stats::Estimate Rows::connected(std::span<const double> values, std::size_t k,
                                const stats::FunctionOfMeans& f) const {
  return kept_->grouping.connected(values, k, f);
}

stats::Estimate Rows::variance(std::span<const double> of, std::span<const double> values, std::size_t k,
                               const stats::FunctionOfMeans& f) const {
  return kept_->grouping.variance(of, values, k, f);
}

stats::Estimate Rows::fluctuation(std::span<const double> of, std::span<const double> values, std::size_t k,
                                  const stats::FunctionOfMeans& f, double still) const {
  return kept_->grouping.fluctuation(of, values, k, f, still);
}

stats::TauInt Rows::tau_int(std::span<const double> values) const { return kept_->grouping.tau_int(values); }

bool Rows::too_short_for(double tau_int) const { return kept_->grouping.too_short_for(tau_int); }

}  // namespace spinflow::ensemble
