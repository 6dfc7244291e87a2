// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/networks/rbm.hpp"

namespace spinflow::trainers {

/// EXPECTs the same bits in parameters, settings and history.
inline void expect_equal(const networks::Rbm& a, const networks::Rbm& b) {
  EXPECT_EQ(a.weights, b.weights);
  EXPECT_EQ(a.visible_bias, b.visible_bias);
  EXPECT_EQ(a.hidden_bias, b.hidden_bias);
  EXPECT_EQ(a.training, b.training);
  ASSERT_EQ(a.history.size(), b.history.size());
  for (std::size_t i = 0; i < a.history.size(); ++i) {
    EXPECT_EQ(a.history[i].update, b.history[i].update);
    EXPECT_EQ(a.history[i].reconstruction_error, b.history[i].reconstruction_error);
    EXPECT_EQ(a.history[i].pseudo_likelihood_train, b.history[i].pseudo_likelihood_train);
    const double held_out = b.history[i].pseudo_likelihood_held_out;
    if (std::isnan(held_out)) {  // nothing was held out
      EXPECT_TRUE(std::isnan(a.history[i].pseudo_likelihood_held_out));
    } else {
      EXPECT_EQ(a.history[i].pseudo_likelihood_held_out, held_out);
    }
  }
}

}  // namespace spinflow::trainers
