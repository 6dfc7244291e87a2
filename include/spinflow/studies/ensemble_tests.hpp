// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "spinflow/base/citation.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/results/record.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::studies {

// What the tests rest on.
inline constexpr base::Work szekely2013{
    .key = "szekely2013",
    .kind = "article",
    .author = "Sz{\\'e}kely, G{\\'a}bor J. and Rizzo, Maria L.",
    .title = "Energy statistics: A class of statistics based on distances",
    .journal = "Journal of Statistical Planning and Inference",
    .volume = "143",
    .pages = "1249--1272",
    .year = 2013,
    .doi = "10.1016/j.jspi.2013.03.018"};

/// Two ensembles to be told apart, under one pair of names for all repetitions.
struct EnsemblePair {
  std::string first;
  std::string second;
  std::size_t repetition = 0;  ///< a training seed, with configurations of its own on both sides
  ensemble::Ensemble a;
  ensemble::Ensemble b;
};

/// How they differ; analysis::configuration_test.
struct EnsembleTest {
  std::string first;
  std::string second;
  std::size_t repetition = 0;
  double energy_distance = 0;
  double effect = 0;  ///< 0: equal, 1: two different points
  double p_value = 1;
};
/// Columns first, second, seed (the repetition), energy_distance, effect, p_value.
[[nodiscard]] results::Record<EnsembleTest> ensemble_test_record();

///     auto tests = studies::test_ensembles({{"flowed", "Ising at T_c", 0, flowed, truth}}, 199,
///                                          [](std::size_t i) { return i + 1; });
///     auto all = studies::compared(tests);   // all.front().effect, .smallest_p
///
/// On all threads; `seed`: of the permutations of the i-th pair. Error(input) as
/// analysis::configuration_test.
[[nodiscard]] std::vector<EnsembleTest> test_ensembles(const std::vector<EnsemblePair>& pairs,
                                                       std::size_t permutations,
                                                       const std::function<std::uint64_t(std::size_t)>& seed,
                                                       base::Observer& observer = base::silent());

/// All repetitions of one comparison.
struct EnsembleComparison {
  std::string first;
  std::string second;
  std::vector<double> effects;
  double smallest_p = 1;
  double largest_p = 0;

  /// Mean and error over the repetitions.
  [[nodiscard]] stats::Estimate effect() const;
};
/// Columns first, second, seeds, effect, smallest_p, largest_p.
[[nodiscard]] results::Record<EnsembleComparison> ensemble_comparison_record();
/// In order of first appearance.
[[nodiscard]] std::vector<EnsembleComparison> compared(const std::vector<EnsembleTest>& tests);

}  // namespace spinflow::studies
