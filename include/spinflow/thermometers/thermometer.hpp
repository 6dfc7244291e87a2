// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/base/registry.hpp"
#include "spinflow/ensemble/ensemble.hpp"

namespace spinflow::thermometers {

/// A temperature read off an ensemble.
struct Reading {
  double value = std::numeric_limits<double>::quiet_NaN();  ///< in J/k_B; may be infinity
  double error = std::numeric_limits<double>::quiet_NaN();  ///< one standard error over independent pieces
  bool censored = false;                                    ///< outside the range: `value` is the bound
  std::optional<double> mode;  ///< classifier: the most probable training temperature (ties to the lower)
  std::vector<double> distribution;  ///< classifier: mean softmax over its temperatures; else empty
};

/// Reads the temperature of an ENSEMBLE (never of single configurations) on the lattice it was made for.
class Thermometer {
 public:
  virtual ~Thermometer() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// The lattice it reads.
  [[nodiscard]] virtual const lattice::Lattice& lattice() const = 0;
  /// Error(input) if the ensemble lives on another lattice.
  [[nodiscard]] virtual Reading read(const ensemble::Ensemble& ensemble) const = 0;
  /// Temperatures between which it is non-decreasing within errors (a contract test holds it to that).
  [[nodiscard]] virtual std::pair<double, double> range() const = 0;
};

struct ThermometerEntry {
  std::string name;
  std::string help;
  std::vector<std::string> citations;
  bool needs_file = false;  ///< `name=FILE` on the command line
  /// For ensembles of `model` (on its lattice); `file` is empty unless needs_file.
  std::function<std::unique_ptr<Thermometer>(const std::shared_ptr<const models::Model>& model,
                                             const std::filesystem::path& file, base::Observer& observer)>
      make;
};

[[nodiscard]] base::Registry<ThermometerEntry>& registry();

}  // namespace spinflow::thermometers
