// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/citation.hpp"

namespace spinflow::report {

///     report::Works works;
///     for (const auto& entry : trainers::registry().entries()) works.add(entry.citations);
///     std::string text = works.bibtex("hinton2002");
///
/// Works by their keys, collected from what entries cite.
class Works {
 public:
  /// Adds the works among them; those of which only the key is known are left out.
  void add(const std::vector<base::Citation>& citations);

  [[nodiscard]] bool contains(std::string_view key) const;
  /// The BibTeX entry of a work, ending in a newline. Error(input) for an unknown key, naming the nearest
  /// one.
  [[nodiscard]] std::string bibtex(std::string_view key) const;
  /// "Iso, Shiba and Yokoo (2018)": for running text. The key itself if it is unknown.
  [[nodiscard]] std::string short_citation(std::string_view key) const;

 private:
  std::map<std::string, base::Work, std::less<>> works_;
};

}  // namespace spinflow::report
