// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "spinflow/lattice/lattice.hpp"

namespace spinflow::models {

/// S(r) = sum over all images R of a periodic lattice of |r + R|^-(d + sigma), Euclidean, for every
/// displacement r = (dx, dy) at dy * Lx + dx; element 0, where the images of a site act on itself, is 0.
/// Relative error below 1e-11, and the same bits on every machine. `sigma`: > 0.
[[nodiscard]] std::vector<double> image_sums(const lattice::Lattice& lattice, double sigma);

/// The same with the nearest image alone.
[[nodiscard]] std::vector<double> minimum_image_powers(const lattice::Lattice& lattice, double sigma);

/// sum_{n >= 0} (x + n step)^-(1 + sigma) = step^-(1 + sigma) zeta(1 + sigma, x / step) for x, step >= 1,
/// sigma > 0.
[[nodiscard]] double ladder_sum(double sigma, double x, double step);

}  // namespace spinflow::models
