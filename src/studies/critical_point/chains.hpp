// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "spinflow/base/observer.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/samplers/graph_chain.hpp"
#include "spinflow/stats/autocorrelation.hpp"
#include "spinflow/stats/reweighting.hpp"
#include "studies/critical_point/series.hpp"

namespace spinflow::studies::critical {

/// One chain from an ordered start: `burn_in` sweeps, then `records` times `thinning` sweeps and a record,
/// written to the chain (point, batch) of `to`.
struct ChainWork {
  std::shared_ptr<const samplers::GraphSystem> system;
  double coupling = 0;  ///< K
  std::int64_t burn_in = 0;
  std::int64_t thinning = 1;
  base::RandomStream words;
  std::size_t n_sites = 0;
};

/// Tells the observer `n_sites` units per sweep.
void run_chain(const ChainWork& work, SizeSeries& to, std::size_t point, std::size_t batch,
               base::Observer& observer);

/// The largest integrated autocorrelation time of count, m2 and |m| at one point, in sweeps, all batches
/// together.
struct AutocorrelationTimes {
  stats::TauInt count;
  stats::TauInt m2;
  stats::TauInt abs_m;

  [[nodiscard]] double longest() const { return std::max({count.value, m2.value, abs_m.value}); }
};
[[nodiscard]] AutocorrelationTimes autocorrelation_times(const SizeSeries& series, std::size_t point,
                                                         std::int64_t thinning);

/// The chain (point, batch) of a series as reweighting needs it: m2, m4, mk2 by count.
[[nodiscard]] stats::CountHistogram histogram_of(const SizeSeries& series, std::size_t point,
                                                 std::size_t batch);

}  // namespace spinflow::studies::critical
