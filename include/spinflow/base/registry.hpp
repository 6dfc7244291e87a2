// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/error.hpp"

namespace spinflow::base {

/// The entries of one kind (models, samplers, ...), by name. `Entry` has at least the members
/// `name` (hyphenated), `help` (one line) and `citations` (what `spinflow cite` tells).
template <class Entry>
class Registry {
 public:
  /// `kind`: what an entry is called in messages, "model".
  explicit Registry(std::string kind) : kind_(std::move(kind)) {}

  void add(Entry entry) {
    entries_.push_back(std::move(entry));
    std::sort(entries_.begin(), entries_.end(),
              [](const Entry& a, const Entry& b) { return a.name < b.name; });
  }

  /// Throws Error(input) that names the nearest entry.
  [[nodiscard]] const Entry& find(std::string_view name) const {
    for (const auto& entry : entries_)
      if (entry.name == name) return entry;
    throw input_error(kind_, "there is no " + kind_ + " '" + std::string(name) + "'",
                      suggestion(name, names()));
  }

  [[nodiscard]] bool contains(std::string_view name) const {
    return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.name == name; });
  }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : entries_) all.push_back(entry.name);
    return all;
  }

  /// In alphabetical order.
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::string kind_;
  std::vector<Entry> entries_;
};

}  // namespace spinflow::base
