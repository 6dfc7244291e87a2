// SPDX-License-Identifier: Apache-2.0
#include "spinflow/observables/observable.hpp"

#include <algorithm>

#include "base/fill_once.hpp"

namespace spinflow::observables {

void register_entries();  // generated (cmake/catalogue.cmake)

namespace {

std::vector<std::string> defaults(Unasked ObservableEntry::*command) {
  std::vector<std::string> names;
  for (const auto* entry : entries())
    if (entry->*command != Unasked::left_out) names.push_back(entry->name);
  return names;
}

void add(Readings& readings, const ObservableEntry& entry, std::vector<stats::Estimate> values) {
  if (!entry.along.empty()) {
    readings.set_list(entry.numbers.front().name, std::move(values));
    return;
  }
  for (std::size_t i = 0; i < entry.numbers.size(); ++i) readings.set(entry.numbers[i].name, values.at(i));
}

}  // namespace

base::Registry<ObservableEntry>& registry() {
  static base::Registry<ObservableEntry> all("observable");
  static base::FillOnce filled;
  filled(register_entries);
  return all;
}

std::vector<const ObservableEntry*> entries(const std::vector<std::string>& names) {
  std::vector<const ObservableEntry*> chosen;
  for (const auto& name : names) {
    const ObservableEntry* entry = &registry().find(name);
    if (std::ranges::find(chosen, entry) == chosen.end()) chosen.push_back(entry);
  }
  std::ranges::stable_sort(chosen, {},
                           [](const auto* entry) { return std::pair(entry->order, entry->name); });
  return chosen;
}

std::vector<const ObservableEntry*> entries() { return entries(registry().names()); }

std::vector<std::string> flow_defaults() { return defaults(&ObservableEntry::in_flow); }
std::vector<std::string> measure_defaults() { return defaults(&ObservableEntry::in_measure); }

std::string obstacle(const ObservableEntry& entry, const ensemble::Ensemble& ensemble) {
  if (entry.needs == Needs::model && ensemble.model == nullptr)
    return "the ensemble does not say which Hamiltonian it belongs to";
  if (entry.needs == Needs::chain && ensemble.lattice.dimension() != 1) return "the lattice is not a chain";
  return {};
}

Readings read(const ensemble::Rows& rows, const std::vector<std::string>& names) {
  Readings readings;
  for (const auto* entry : entries(names)) {
    const bool readable = rows.size() > 0 && obstacle(*entry, rows.ensemble()).empty();
    if (readable)
      add(readings, *entry, entry->read(rows));
    else if (entry->needs != Needs::chain)
      add(readings, *entry, std::vector<stats::Estimate>(entry->along.empty() ? entry->numbers.size() : 0));
  }
  return readings;
}

std::vector<Measured> measure(const ensemble::Ensemble& ensemble, const std::vector<std::string>& names) {
  std::vector<Measured> result;
  for (const auto& group : ensemble::by_temperature(ensemble)) {
    const ensemble::Rows rows(ensemble, group.rows);
    Measured measured{.temperature = group.temperature, .n = rows.size()};
    measured.readings = read(rows, names);
    stats::TauInt tau = rows.tau_int(rows.abs_magnetization());
    if (ensemble.model != nullptr) {
      const stats::TauInt other = rows.tau_int(rows.energy());
      if (other.value > tau.value) tau = other;
    }
    measured.tau_int = {tau.value, tau.error, tau.value};
    measured.short_series = rows.too_short_for(tau.value);
    result.push_back(std::move(measured));
  }
  return result;
}

}  // namespace spinflow::observables
