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

#include "spinflow/base/citation.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/base/registry.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::thermometers {

/// A temperature read off an ensemble.
struct Reading {
  double value = std::numeric_limits<double>::quiet_NaN();  ///< in J/k_B; may be infinity
  double error = std::numeric_limits<double>::quiet_NaN();  ///< standard error; at T = 0: 63 % upper limit
  bool censored = false;                                    ///< outside the range: `value` is the bound
  /// Lower limit of T with 95 % confidence, in J/k_B, where T = infinity cannot be excluded; `error` is then
  /// NaN, because no symmetric error reaches across infinity. NaN otherwise.
  double limit = std::numeric_limits<double>::quiet_NaN();
  /// 1/T of either sign with its error, in k_B/J, where T has a `limit` or is infinite. NaN otherwise:
  /// `value` and `error` then hold the same. See `inverse_of`.
  stats::Estimate inverse = {};
  std::optional<double> mode;  ///< classifier: the most probable training temperature (ties to the lower)
  std::vector<double> distribution;  ///< classifier: mean softmax over its temperatures; else empty
};

inline constexpr double one_sided_normal = 1.6448536269514722;  ///< 95 % of the normal distribution lie below

/// T of a measured 1/T (in k_B/J, any sign): infinite and censored for 1/T <= 0. If 1/T is below `quantile`
/// times its error (default: one-sided 95 %), it has a `limit` and no error.
[[nodiscard]] Reading reading_of_inverse(const stats::Estimate& inverse, double quantile = one_sided_normal);
/// 1/T of a reading with its error, of either sign, so that means over readings have no bias at T = infinity;
/// infinite for T = 0.
[[nodiscard]] stats::Estimate inverse_of(const Reading& reading);

/// Reads the temperature of an ENSEMBLE (never of single configurations) on the lattice it was made for.
///
///     auto gauge = thermometers::registry().find("energy").make(data.model, {}, base::silent());
///     thermometers::Reading t = gauge->read(data);  // t.value, t.error, t.limit
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
  std::vector<base::Citation> citations;
  bool needs_file = false;  ///< `name=FILE` on the command line
  /// For ensembles of `model` (on its lattice); `file` is empty unless needs_file.
  std::function<std::unique_ptr<Thermometer>(const std::shared_ptr<const models::Model>& model,
                                             const std::filesystem::path& file, base::Observer& observer)>
      make;
};

[[nodiscard]] base::Registry<ThermometerEntry>& registry();

}  // namespace spinflow::thermometers
