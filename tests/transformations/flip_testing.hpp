// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "spinflow/transformations/transformation.hpp"
#include "testing/testing.hpp"

namespace spinflow::transformations {

/// EXPECTs that T(-v) has the distribution of -T(v): site by site the mean of T(v) + T(-v), with other seeds,
/// over the rows of `input` is 0.
inline void expect_commutes_with_flip(const Transformation& map, ensemble::Ensemble input) {
  const auto plain = map.apply(input, 5);
  for (std::size_t row = 0; row < input.size(); ++row) input.spins.flip(row);
  const auto flipped = map.apply(input, 6);
  const auto n = static_cast<double>(input.size());
  for (std::size_t site = 0; site < plain.spins.n_columns(); ++site) {
    double sum = 0;
    double squares = 0;
    for (std::size_t row = 0; row < input.size(); ++row) {
      const double both = plain.spins.spin(row, site) + flipped.spins.spin(row, site);
      sum += both;
      squares += both * both;
    }
    // A map without randomness leaves no scatter at all: one row's worth then.
    const double error = std::sqrt(std::max(squares / n - sum / n * sum / n, 1 / n) / n);
    testing::expect_within(sum / n, error, 0.0, "T(v) + T(-v) at one site");
  }
}

}  // namespace spinflow::transformations
