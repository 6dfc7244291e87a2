// SPDX-License-Identifier: Apache-2.0
#include "spinflow/analysis/weight_spectrum.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace spinflow::analysis {
namespace {

TEST(WeightSpectrum, UniformRankOne) {
  networks::Rbm rbm{.visible = lattice::Lattice::square(4, 4), .n_hidden = 3};
  rbm.weights.assign(3 * 16, 0.5F);
  const auto spectrum = weight_spectrum(rbm, 0.01);
  EXPECT_NEAR(spectrum.eigenvalues[0], 3 * 16 * 0.25, 1e-6);
  EXPECT_NEAR(spectrum.uniform_overlap[0], 1.0, 1e-12);
  for (std::size_t k = 1; k < 16; ++k) EXPECT_NEAR(spectrum.eigenvalues[k], 0.0, 1e-6);
  EXPECT_NEAR(spectrum.noise_edge, 1e-4 * std::pow(4 + std::sqrt(3.0), 2), 1e-12);
}

TEST(WeightSpectrum, PlantedFourierModesInOrder) {
  // Rows 2 cos(qx) and 1 (uniform) over a 6 x 6 lattice: eigenvalues 4 * 18 and 36.
  networks::Rbm rbm{.visible = lattice::Lattice::square(6, 6), .n_hidden = 2};
  rbm.weights.resize(72);
  for (int site = 0; site < 36; ++site) {
    rbm.weights[static_cast<std::size_t>(site)] =
        static_cast<float>(2 * std::cos(2 * std::numbers::pi * (site % 6) / 6));
    rbm.weights[static_cast<std::size_t>(36 + site)] = 1.0F;
  }
  const auto spectrum = weight_spectrum(rbm, 0.01);
  EXPECT_NEAR(spectrum.eigenvalues[0], 72.0, 1e-4);
  EXPECT_NEAR(spectrum.eigenvalues[1], 36.0, 1e-4);
  EXPECT_NEAR(spectrum.uniform_overlap[0], 0.0, 1e-10);
  EXPECT_NEAR(spectrum.uniform_overlap[1], 1.0, 1e-10);
  EXPECT_NEAR(std::abs(spectrum.eigenvectors[0][0]), 1.0 / std::sqrt(18.0), 1e-6);
}

}  // namespace
}  // namespace spinflow::analysis
