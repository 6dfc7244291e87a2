// SPDX-License-Identifier: Apache-2.0
// Ways down the gradient of a dense net.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/io/hdf5.hpp"
#include "trainers/dense_training.hpp"

namespace spinflow::trainers {

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  /// Moves `layers` against scale * gradient; false if a parameter is infinite or NaN afterwards.
  [[nodiscard]] virtual bool step(std::vector<Layer>& layers, const std::vector<Layer>& gradient, float scale,
                                  double rate) = 0;

  /// What the next steps depend on, into groups of the file of a training that begin with `name`.
  virtual void save(io::Hdf5Writer& file, const std::string& name) const = 0;
  /// Error(input) beginning with the path for what no step leaves.
  virtual void load(const io::Hdf5Reader& file, const std::string& name) = 0;
};

/// `word`: adam | sgd; `momentum`: of sgd, v <- momentum v - rate gradient, parameters += v.
[[nodiscard]] std::unique_ptr<Optimizer> make_optimizer(std::string_view word, double momentum,
                                                        const std::vector<Layer>& layers);

}  // namespace spinflow::trainers
