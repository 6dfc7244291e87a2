// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/stats/autocorrelation.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::ensemble {

/// Computes errors of numbers measured on some rows of an ensemble. Values are given in the order of the
/// rows. Rows of one temperature are independent, or belong to chains; with fewer than 16 chains the error
/// comes from tau_int. Rows of several known temperatures are strata, in any order: the number of rows at
/// each temperature is fixed and adds nothing to an error. Strata are independent, unless they share chains
/// (ladders of a tempering run): the error is then the scatter of what each chain contributes to all strata.
/// With fewer than 16 shared chains the strata are treated as independent.
class Grouping {
 public:
  Grouping(const Ensemble& ensemble, std::span<const std::size_t> rows);

  /// 1/2 exactly for independent rows; of several temperatures the largest.
  [[nodiscard]] stats::TauInt tau_int(std::span<const double> values) const;
  /// Whether errors are computed from a tau_int that is not well known, because there are too few rows.
  [[nodiscard]] bool too_short_for(double tau_int) const;
  [[nodiscard]] stats::Estimate mean(std::span<const double> values) const;
  /// f of the means of k numbers per row. `values`: (rows, k), row-major. If f is not finite without some
  /// row, there is no error.
  [[nodiscard]] stats::Estimate function(std::span<const double> values, std::size_t k,
                                         const stats::FunctionOfMeans& f) const;
  /// f without its bias of order 1/n, for an f that measures how much `of` (one number per row) fluctuates; f
  /// is `still` if it does not. The error of such an f grows with f and comes from rows away from the end of
  /// the range of `of`. No error is given for fewer than 20 independent rows, or if fewer than 15 of them are
  /// away from that end.
  [[nodiscard]] stats::Estimate fluctuation(std::span<const double> of, std::span<const double> values,
                                            std::size_t k, const stats::FunctionOfMeans& f,
                                            double still) const;
  /// f without its bias of order 1/n, for an f that is a mean minus a product of two means. The error of
  /// second order is added: the bias is minus the variance of the product, and the square of a normal number
  /// with mean 0 has the standard deviation sqrt(2) times its mean. For rows of chains the bias is scaled by
  /// the tau_int of the pseudovalues, which removes about half of it where chains are slow. No error is given
  /// for fewer than 20 independent rows, or if fewer than 15 of them are away from the end of the range in
  /// every column.
  [[nodiscard]] stats::Estimate connected(std::span<const double> values, std::size_t k,
                                          const stats::FunctionOfMeans& f) const;
  /// The same for the variance of `of`, with the rules of `fluctuation`.
  [[nodiscard]] stats::Estimate variance(std::span<const double> of, std::span<const double> values,
                                         std::size_t k, const stats::FunctionOfMeans& f) const;

 private:
  struct Mean {
    double value = std::numeric_limits<double>::quiet_NaN();
    stats::Scatter scatter;
    double tau_int = 0.5;
  };
  struct Function {
    double value = std::numeric_limits<double>::quiet_NaN();
    double unbiased = std::numeric_limits<double>::quiet_NaN();  ///< `value` where there is no scatter
    Mean mean;                                                   ///< of the pseudovalues
  };

  /// Whether there are enough rows, and enough `moving` ones away from the end of their range.
  [[nodiscard]] bool enough(std::size_t moving, double tau_int) const;
  [[nodiscard]] static double second_order(const Function& found);
  [[nodiscard]] stats::Estimate of_fluctuation(const Function& found, std::span<const double> of,
                                               double still) const;
  [[nodiscard]] bool rows_are_independent() const { return lengths_.empty(); }
  [[nodiscard]] Mean mean_with_scatter(std::span<const double> values) const;
  [[nodiscard]] Mean mean_of_strata(std::span<const double> values) const;
  /// `residuals`: (rows), about the mean of the own stratum.
  [[nodiscard]] stats::Scatter scatter_of_shared_chains(std::span<const double> residuals) const;
  [[nodiscard]] Mean mean_of_chains(std::span<const double> values) const;
  [[nodiscard]] Function jackknife(std::span<const double> values, std::size_t k,
                                   const stats::FunctionOfMeans& f) const;
  [[nodiscard]] std::vector<double> chain_after_chain(std::span<const double> values) const;
  [[nodiscard]] stats::Chains chains(std::span<const double> sorted) const;

  std::size_t n_;
  std::vector<std::size_t> lengths_;  // rows of each chain; empty: every row for itself
  std::vector<std::size_t> order_;    // rows, chain after chain
  bool strata_share_chains_ = false;
  struct Stratum;
  std::vector<Stratum> strata_;  // of each temperature; empty if there is only one
};

struct Grouping::Stratum {
  [[nodiscard]] std::vector<double> own(std::span<const double> values) const;

  std::vector<std::size_t> members;  // positions among the rows
  Grouping grouping;
};

}  // namespace spinflow::ensemble
