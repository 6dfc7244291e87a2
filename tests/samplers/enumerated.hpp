// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/random.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/exact/enumeration.hpp"
#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/stats/distributions.hpp"
#include "spinflow/stats/estimate.hpp"
#include "testing/testing.hpp"

namespace spinflow::samplers {

/// A model by registry name, as the tests write it.
inline std::shared_ptr<const models::Model> make_model(
    const std::string& size, double coupling = 1, double field = 0,
    lattice::Boundary boundary = lattice::Boundary::periodic) {
  const bool square = size.find('x') != std::string::npos;
  return models::registry()
      .find(square ? "ising-square" : "ising-chain")
      .make(lattice::lattice_from_text(size, square ? 2 : 1, boundary, "test"),
            {{"coupling", coupling}, {"field", field}});
}

/// EXPECTs `mean`, measured at one of the `n_temperatures` of `ensemble`, to be `exact`, with the false-alarm
/// rate of `testing::expect_within`: an error that is the scatter of 32 chains is itself known to 13 % only, and
/// its pulls are Student's.
inline void expect_mean(const stats::Estimate& mean, const ensemble::Ensemble& ensemble,
                        std::size_t n_temperatures, double exact, std::string_view what) {
  const std::set<std::int32_t> chains(ensemble.chain.begin(), ensemble.chain.end());
  const double degrees = static_cast<double>(chains.size() / n_temperatures) - 1;
  const double limit = stats::student_quantile(1 - testing::false_alarm_rate / 2, degrees);
  testing::expect_within(mean.value, mean.error * limit / testing::z_limit(), exact, what);
}

/// n configurations drawn from the enumerated distribution. `probabilities`: (2^n_sites).
inline kernels::PackedSpins draw_exactly(const std::vector<double>& probabilities, std::size_t n_sites,
                                         std::size_t n, std::uint64_t seed) {
  std::vector<double> below;
  double sum = 0;
  for (const double p : probabilities) below.push_back(sum += p);
  kernels::PackedSpins rows(n, n_sites);
  base::RandomStream stream(seed, "exact draws");
  for (std::size_t r = 0; r < n; ++r) {
    const auto found = std::upper_bound(below.begin(), below.end(), stream.uniform() * sum);
    rows.row(r)[0] = static_cast<std::uint64_t>(
        std::min<std::ptrdiff_t>(found - below.begin(), static_cast<std::ptrdiff_t>(below.size()) - 1));
  }
  return rows;
}

struct Chi2 {
  double value = 0;
  int degrees = 0;
};

/// How far the rows' configurations are from the distribution; configurations expected fewer than five times
/// count together.
inline Chi2 chi2_of(const kernels::PackedSpins& rows, const std::vector<double>& probabilities) {
  std::vector<double> counts(probabilities.size());
  for (std::size_t r = 0; r < rows.n_rows(); ++r) ++counts[rows.row(r)[0]];
  const auto n = static_cast<double>(rows.n_rows());
  Chi2 result;
  double rare = 0;
  double rare_count = 0;
  int cells = 0;
  const auto add = [&](double count, double expected) {
    result.value += (count - expected) * (count - expected) / expected;
    ++cells;
  };
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (n * probabilities[c] >= 5) {
      add(counts[c], n * probabilities[c]);
    } else {
      rare += n * probabilities[c];
      rare_count += counts[c];
    }
  }
  if (rare >= 5)
    add(rare_count, rare);
  else if (rare_count > rare + 30)
    result.value = 1e9;  // what must (nearly) never happen did
  result.degrees = std::max(cells - 1, 1);
  return result;
}

}  // namespace spinflow::samplers
