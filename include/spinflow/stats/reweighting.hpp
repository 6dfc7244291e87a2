// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spinflow::stats {

/// The records of a run summed by the count n on which their weight depends, w = x^n: all that histogram
/// reweighting needs of them.
struct CountHistogram {
  std::size_t n_observables = 0;
  std::vector<std::int64_t> counts;  ///< (n_counts), those that occur, ascending
  std::vector<double> records;       ///< (n_counts), how many records have this count
  std::vector<double> sums;          ///< (n_counts, n_observables), row-major: sums over those records
};

/// `counts`: (n_records); `observables`: (n_records, n_observables), row-major. Error(input) for shapes that
/// do not fit and for numbers that are not finite.
[[nodiscard]] CountHistogram count_histogram(std::span<const std::int64_t> counts,
                                             std::span<const double> observables, std::size_t n_observables);

/// The records of all of them. Error(input) for different numbers of observables, or none with a record.
[[nodiscard]] CountHistogram merged(std::span<const CountHistogram* const> histograms);

/// The records of `all` but for those of `part`, which must be among them: Error(input) otherwise. Sums to
/// rounding.
[[nodiscard]] CountHistogram without(const CountHistogram& all, const CountHistogram& part);

/// Means at other fugacities x from one run (Ferrenberg and Swendsen 1988) or several (1989): each record
/// weighs x^n / sum_r N_r x_r^n / z_r with z_r the self-consistent normalisations, the solution of
/// N_r = sum over all records of (N_r x_r^n / z_r) / sum_s N_s x_s^n / z_s, to 1e-10 of N_r.
class Reweighting {
 public:
  struct Means {
    std::vector<double> value;  ///< (n_observables), <A>
    std::vector<double> slope;  ///< (n_observables), d<A>/d ln x = <A n> - <A><n>
    double count = 0;           ///< <n>
    double count_variance = 0;  ///< <n^2> - <n>^2 = d<n>/d ln x
    /// (sum w)^2 / sum w^2 over the number of records: 1 at a run's own x, small where there are no data.
    double overlap = 0;
  };

  /// `runs`: those with no records are passed over, at least one must have some; `log_x`: ln x of each run.
  /// Error(input) for shapes that do not fit, failure if the runs do not overlap (fewer than about ten
  /// records that could be of either side) or z_r does not converge.
  Reweighting(std::span<const CountHistogram> runs, std::span<const double> log_x);
  /// The same from the records of all runs together: only their numbers N_r are needed of each.
  Reweighting(CountHistogram all, std::span<const double> n_records, std::span<const double> log_x);

  [[nodiscard]] Means at(double log_x) const;

 private:
  CountHistogram all_;
  double centre_ = 0;                    // mean count of all records
  std::vector<double> log_denominator_;  // (n_counts), ln sum_r N_r x_r^(n - centre) / z_r
};

}  // namespace spinflow::stats
