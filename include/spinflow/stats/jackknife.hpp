// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "spinflow/stats/estimate.hpp"
#include "spinflow/stats/small_samples.hpp"

namespace spinflow::stats {

/// Independent pieces (chains, seeds, samples) of a measurement: the mean of each observable over each piece.
struct Pieces {
  std::size_t n_observables = 1;
  std::vector<double> means;    ///< (n_pieces, n_observables), row-major
  std::vector<double> weights;  ///< (n_pieces), > 0: rows in the piece; empty: all equal

  [[nodiscard]] std::size_t size() const { return n_observables == 0 ? 0 : means.size() / n_observables; }
};

/// A number computed from the means of the observables: Var(E) from <E>, <E^2>, say.
using FunctionOfMeans = std::function<double(std::span<const double>)>;

/// f(means over all pieces), with the error of the delete-one-piece jackknife, weighted by the size of the
/// pieces (Busing, Meijer, van der Leeden 1999, delete-m_j). Error NaN for a single piece, and for pieces
/// that agree to rounding, which have no scatter. Pieces must hold at least one row.
[[nodiscard]] Estimate jackknife(const Pieces& pieces, const FunctionOfMeans& f);

/// The same of several numbers that come out of one computation; f always returns as many. Error NaN for a
/// number that is not finite without some piece.
using FunctionsOfMeans = std::function<std::vector<double>(std::span<const double>)>;
[[nodiscard]] std::vector<Estimate> jackknife_of_several(const Pieces& pieces, const FunctionsOfMeans& f);

/// `value` with the error of the delete-one jackknife, sqrt((n - 1)/n sum_i (t_i - mean t)^2) (Efron 1982):
/// for a chain of computations that is run again without each of n equal pieces. `without`: (n), what it gave
/// without piece i. Error NaN for fewer than two pieces, if a t_i is not finite, and if all agree to
/// rounding.
[[nodiscard]] Estimate jackknife_estimate(double value, std::span<const double> without);

/// The weighted mean of one observable with its jackknife error in closed form. This is ONE standard error,
/// without the factor for few pieces: an interval with given coverage is made by `interval(scatter_of(...))`.
[[nodiscard]] Estimate mean_of_pieces(const Pieces& pieces, std::size_t observable = 0);
[[nodiscard]] Estimate mean_of_pieces(std::span<const double> values);
/// The same error with what an interval needs for few pieces: n - 1 degrees of freedom and the skewness.
[[nodiscard]] Scatter scatter_of(const Pieces& pieces, std::size_t observable = 0);

/// f of the means over n rows, and the jackknife pseudovalues n f(all) - (n - 1) f(all but row i). Their mean
/// has the error of f (to linear order in the fluctuations of the rows). For independent rows it has no bias
/// of order 1/n. `rows`: (n, n_observables), row-major.
struct Pseudovalues {
  double of_all = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> values;  ///< (n); empty for fewer than two rows
};
[[nodiscard]] Pseudovalues pseudovalues(std::span<const double> rows, std::size_t n_observables,
                                        const FunctionOfMeans& f);

}  // namespace spinflow::stats
