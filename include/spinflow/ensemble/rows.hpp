// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/stats/autocorrelation.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::ensemble {

/// Rows of an ensemble that are measured together: numbers per row, and the errors of what is made of them.
///
///     ensemble::Rows rows(data);
///     stats::Estimate e = rows.mean(rows.energy());
///
/// A number per row that several observables need is computed when it is first asked for, and kept. Use one
/// object from one thread at a time.
///
/// Errors are over independent pieces: rows if the ensemble says so, else chains. The scatter of fewer than
/// 16 chains is too uncertain, so their error comes from tau_int. Rows of several known temperatures are
/// strata. An error is half the width of the interval that contains the true value in 68 % of all cases, also
/// for few rows (docs/measuring.md). It is NaN where the rows do not determine it, as where all agree.
class Rows {
 public:
  /// All rows; the ensemble must outlive the object. Not explicit, so that an ensemble stands where its rows
  /// are asked for.
  Rows(const Ensemble& ensemble);
  /// The rows of these indices, in this order (a copy of them: `select`).
  Rows(const Ensemble& ensemble, std::span<const std::size_t> indices);
  Rows(Rows&&) noexcept;
  ~Rows();

  /// The rows as an ensemble: the given one, or the copy.
  [[nodiscard]] const Ensemble& ensemble() const;
  [[nodiscard]] const lattice::Lattice& lattice() const { return ensemble().lattice; }
  [[nodiscard]] std::size_t size() const { return ensemble().size(); }
  /// That of all rows, in J/k_B; NaN if they differ or it is not known.
  [[nodiscard]] double temperature() const;

  /// e per site, in J; NaN without a model. Like the other numbers per row: (size()).
  [[nodiscard]] std::span<const double> energy() const { return ensemble().energy; }
  [[nodiscard]] std::span<const double> abs_magnetization() const;  ///< |m| per site
  /// s_x s_(x+1), averaged over the nearest-neighbour pairs of the lattice: E_b over the number of bonds.
  [[nodiscard]] std::span<const double> neighbour_products() const;
  /// E_b/N, E_b = sum of s_i s_j over the nearest-neighbour bonds of the lattice, whatever the model.
  [[nodiscard]] std::span<const double> bonds() const;

  /// Of one number per row.
  [[nodiscard]] stats::Estimate mean(std::span<const double> values) const;
  /// f of the means of k numbers per row, by jackknife. `values`: (size(), k), row-major. If f is not finite
  /// without some row, there is no error.
  [[nodiscard]] stats::Estimate function(std::span<const double> values, std::size_t k,
                                         const stats::FunctionOfMeans& f) const;
  /// f of the means of k numbers per row, without the bias of order 1/n, for an f that measures how much `of`
  /// (one number per row) fluctuates; f is `still` if it does not. No error is given for fewer than 20
  /// independent rows, or if fewer than 15 of them are away from the end of the range of `of`.
  [[nodiscard]] stats::Estimate fluctuation(std::span<const double> of, std::span<const double> values,
                                            std::size_t k, const stats::FunctionOfMeans& f,
                                            double still) const;
  /// f without its bias of order 1/n, for an f that is a mean minus a product of two means. Where a mean is
  /// near 0, its square has no error of first order; the error therefore has the term of second order as
  /// well, which is sqrt(2) times the bias.
  /// No error is given for fewer than 20 independent rows, or if fewer than 15 of them are away from the end
  /// of the range in every column.
  ///
  ///     rows.connected(products_and_m, 2, [](auto means) { return means[0] - means[1] * means[1]; });
  [[nodiscard]] stats::Estimate connected(std::span<const double> values, std::size_t k,
                                          const stats::FunctionOfMeans& f) const;
  /// The same for the variance of `of`, with the error rules of `fluctuation`.
  [[nodiscard]] stats::Estimate variance(std::span<const double> of, std::span<const double> values,
                                         std::size_t k, const stats::FunctionOfMeans& f) const;
  /// In rows of one chain; 1/2 exactly for independent rows; of several temperatures the largest.
  [[nodiscard]] stats::TauInt tau_int(std::span<const double> values) const;
  /// Whether errors come from a tau_int of this size, and the chains are shorter than 50 of it.
  [[nodiscard]] bool too_short_for(double tau_int) const;

 private:
  struct Kept;
  std::unique_ptr<Kept> kept_;
};

}  // namespace spinflow::ensemble
