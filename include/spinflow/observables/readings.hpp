// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/stats/estimate.hpp"

namespace spinflow::observables {

/// What was read under one name: a number, or a list of them (G(r), r = 1, 2, ...).
struct Reading {
  std::string name;
  std::vector<stats::Estimate> values;
  bool is_list = false;
};

/// What was read of one ensemble, by name, each with its error:
///
///     auto readings = observables::read(data, {"energy", "correlation"});
///     readings["energy"].value;               // <e> per site
///     readings.list("correlation")[0].error;  // of G(1)
class Readings {
 public:
  /// The number of that name. Error(input) if there is none; it names what there is.
  [[nodiscard]] const stats::Estimate& operator[](std::string_view name) const;
  /// The list of that name, or the one number. Error(input) as above.
  [[nodiscard]] std::span<const stats::Estimate> list(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const { return find(name) != nullptr; }

  /// Adds it, or puts it in the place of the one of that name.
  void set(std::string_view name, const stats::Estimate& number);
  void set_list(std::string_view name, std::vector<stats::Estimate> values);

  [[nodiscard]] auto begin() const { return readings_.begin(); }
  [[nodiscard]] auto end() const { return readings_.end(); }

 private:
  [[nodiscard]] const Reading* find(std::string_view name) const;
  void put(Reading reading);

  std::vector<Reading> readings_;
};

}  // namespace spinflow::observables
