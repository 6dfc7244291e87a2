// SPDX-License-Identifier: Apache-2.0
// Observables, chosen on the command line, in tables and as JSON.
#pragma once

#include <string>
#include <vector>

#include "command/command.hpp"
#include "command/json.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::program {

/// --observables; `defaults`: what is read without it.
[[nodiscard]] Flag observables_flag(const std::vector<std::string>& defaults);

/// What a command reads, and what of it stands in its table.
struct ObservableChoice {
  std::vector<std::string> names;                          ///< of the entries that are read
  std::vector<const observables::ObservableEntry*> shown;  ///< in the order of the columns

  /// "e", "|m|", ...; of a list its first member: "G(1)".
  [[nodiscard]] std::vector<std::string> headings() const;
  /// The numbers below them, with their errors; "-" for one that is not there.
  [[nodiscard]] std::vector<std::string> cells(const observables::Readings& readings) const;
  /// What the columns' observables have to say below the table; "" or "...; ".
  [[nodiscard]] std::string notes() const;
  /// The names of the numbers of the columns, without lists.
  [[nodiscard]] std::vector<std::string> numbers() const;
};

/// Those of --observables, or the command's own. Error(input) for a name that does not exist, or an
/// observable that cannot be read of this ensemble.
[[nodiscard]] ObservableChoice chosen_observables(const Invocation& invocation,
                                                  observables::Unasked observables::ObservableEntry::*own,
                                                  const ensemble::Ensemble& ensemble);

/// The heading of a number's column, or its name.
[[nodiscard]] std::string symbol_of(const std::string& number);

/// Adds the numbers of the observable under their names, with "censored" where one is infinite; of a list
/// [{"r": 1, "value", "error"}, ...].
void add_observable(Json& json, const observables::ObservableEntry& entry,
                    const observables::Readings& readings);

}  // namespace spinflow::program
