// SPDX-License-Identifier: Apache-2.0
#include "studies/critical_point/chains.hpp"

#include <fmt/format.h>

#include <limits>

#include "spinflow/base/error.hpp"

namespace spinflow::studies::critical {

namespace {

constexpr std::uint64_t sites_per_report = std::uint64_t{1} << 20;

stats::TauInt tau_of(const SizeSeries& series, std::int64_t thinning, const std::vector<double>& values) {
  stats::Chains chains;
  for (std::size_t b = 0; b < series.batches; ++b)
    chains.push_back(std::span(values).subspan(b * series.records, series.records));
  auto tau = stats::tau_int(chains);
  tau.value *= static_cast<double>(thinning);
  tau.error *= static_cast<double>(thinning);
  return tau;
}

}  // namespace

void run_chain(const ChainWork& work, SizeSeries& to, std::size_t point, std::size_t batch,
               base::Observer& observer) {
  const auto chain = samplers::graph_chain(work.system, work.coupling, work.words);
  chain->start();
  std::uint64_t touched = 0;
  const auto sweep = [&] {
    chain->sweep();
    touched += work.n_sites;
    if (touched >= sites_per_report) {
      observer.advance(touched);
      touched = 0;
    }
  };
  for (std::int64_t i = 0; i < work.burn_in; ++i) sweep();
  const std::size_t first = to.offset(point, batch);
  for (std::size_t r = 0; r < to.records; ++r) {
    for (std::int64_t i = 0; i < work.thinning; ++i) sweep();
    const auto measured = chain->measured();
    if (measured.count > std::numeric_limits<std::int32_t>::max())
      throw failure("critical", fmt::format("{} events are more than a record can hold", measured.count),
                    "take smaller sizes");
    to.count[first + r] = static_cast<std::int32_t>(measured.count);
    const double values[n_columns] = {measured.m2, measured.m4, measured.mk2, measured.abs_m};
    for (std::size_t c = 0; c < n_columns; ++c) to.values[c][first + r] = static_cast<float>(values[c]);
  }
  observer.advance(touched);
}

AutocorrelationTimes autocorrelation_times(const SizeSeries& series, std::size_t point,
                                           std::int64_t thinning) {
  const auto whole = [&](Column which) {
    std::vector<double> values;
    for (std::size_t b = 0; b < series.batches; ++b)
      for (const float v : series.column(which, point, b)) values.push_back(v);
    return values;
  };
  std::vector<double> counts;
  for (std::size_t b = 0; b < series.batches; ++b)
    for (const auto n : series.counts(point, b)) counts.push_back(n);
  return {.count = tau_of(series, thinning, counts),
          .m2 = tau_of(series, thinning, whole(Column::m2)),
          .abs_m = tau_of(series, thinning, whole(Column::abs_m))};
}

stats::CountHistogram histogram_of(const SizeSeries& series, std::size_t point, std::size_t batch) {
  const auto counts = series.counts(point, batch);
  const auto m2 = series.column(Column::m2, point, batch);
  const auto m4 = series.column(Column::m4, point, batch);
  const auto mk2 = series.column(Column::mk2, point, batch);
  std::vector<double> observables;
  observables.reserve(3 * series.records);
  for (std::size_t r = 0; r < series.records; ++r) {
    observables.push_back(m2[r]);
    observables.push_back(m4[r]);
    observables.push_back(mk2[r]);
  }
  return stats::count_histogram(std::vector<std::int64_t>(counts.begin(), counts.end()), observables, 3);
}

}  // namespace spinflow::studies::critical
