// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "spinflow/base/citation.hpp"
#include "spinflow/base/registry.hpp"
#include "spinflow/ensemble/rows.hpp"
#include "spinflow/observables/names.hpp"
#include "spinflow/observables/readings.hpp"

namespace spinflow::observables {

/// One number of an observable.
struct Number {
  std::string name;          ///< in readings and in JSON; no other observable has it
  std::string symbol = {};   ///< heading of its column in tables; without one it stands in JSON alone
  std::string dataset = {};  ///< its place in the files of flows, where that is not its name
};

/// What rows must have so that it can be read.
enum class Needs { nothing, model, chain };

/// What a command does with an observable that nobody asked for by name.
enum class Unasked {
  left_out,
  read,
  shown
};  ///< `read`: it stands in files and JSON; `shown`: in tables too

/// What can be read of an ensemble. One file each; `spinflow flow --observables`, `spinflow measure
/// --observables`, their tables, JSON and the files of flows learn of it from here (docs/adding.md).
struct ObservableEntry {
  std::string name;
  std::string help;
  std::string unit = {};  ///< "J per site"; empty for pure numbers
  std::vector<base::Citation> citations = {};
  Needs needs = Needs::nothing;
  Unasked in_flow = Unasked::left_out;
  Unasked in_measure = Unasked::left_out;
  int order = 1000;  ///< place in tables and JSON, ascending; by name where equal
  /// One or several. Of a list: one, for all of its members.
  std::vector<Number> numbers;
  /// The index of a list, which begins at 1: "r". Empty: `numbers` are all there is.
  std::string along = {};
  std::string note = {};  ///< below tables that show it
  /// One estimate per number, or the list: from the rows' own numbers, with the rows' errors.
  std::function<std::vector<stats::Estimate>(const ensemble::Rows& rows)> read;
  /// The same values by definition, from the spins of every row alone, however slowly; what is exact only for
  /// many rows may differ by order 1/n. Tests hold `read` against it.
  std::function<std::vector<double>(const ensemble::Rows& rows)> reference;
};

[[nodiscard]] base::Registry<ObservableEntry>& registry();

/// The entries of these names, each once, in their order for tables. Error(input) for an unknown one.
[[nodiscard]] std::vector<const ObservableEntry*> entries(const std::vector<std::string>& names);
/// All entries in that order.
[[nodiscard]] std::vector<const ObservableEntry*> entries();

/// What `spinflow flow` and `spinflow measure` read without --observables.
[[nodiscard]] std::vector<std::string> flow_defaults();
[[nodiscard]] std::vector<std::string> measure_defaults();

/// Why it cannot be read of this ensemble; empty if it can.
[[nodiscard]] std::string obstacle(const ObservableEntry& entry, const ensemble::Ensemble& ensemble);

/// Reads the named observables, and nothing else; `rows` may be an ensemble. Numbers per row that several of
/// them need are computed once. What needs a model is NaN without one; what needs a chain is not there on
/// other lattices. Error(input) for an unknown name.
[[nodiscard]] Readings read(const ensemble::Rows& rows, const std::vector<std::string>& names);

/// The rows of one temperature.
struct Measured {
  double temperature = 0;  ///< in J/k_B; NaN: not known
  std::size_t n = 0;       ///< rows
  stats::Estimate
      tau_int;  ///< of e or |m|, the larger, in rows of one chain; exactly 1/2 for independent rows
  /// The chains are shorter than 50 tau_int: tau_int and errors made from it are known to 40 % or worse.
  bool short_series = false;
  Readings readings;

  [[nodiscard]] const stats::Estimate& operator[](std::string_view name) const { return readings[name]; }
};

/// Of every temperature of the ensemble, ascending:
///
///     for (const auto& group : observables::measure(data, {"energy"}))
///       std::printf("%g: %g +- %g\n", group.temperature, group["energy"].value, group["energy"].error);
[[nodiscard]] std::vector<Measured> measure(const ensemble::Ensemble& ensemble,
                                            const std::vector<std::string>& names = measure_defaults());

}  // namespace spinflow::observables
