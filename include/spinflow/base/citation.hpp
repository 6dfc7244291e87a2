// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace spinflow::base {

/// A published work; the texts are BibTeX and outlive the program. An empty field is one we are not certain
/// of.
struct Work {
  std::string_view key;   ///< "hinton2002"
  std::string_view kind;  ///< article, inproceedings, misc
  std::string_view author = {};
  std::string_view title = {};
  std::string_view journal = {};  ///< or the book of an inproceedings
  std::string_view volume = {};
  std::string_view pages = {};
  int year = 0;
  std::string_view doi = {};
  std::string_view arxiv = {};
};

/// What an entry of a registry rests on: a work, or the key of one that another entry brings.
class Citation {
 public:
  Citation(const Work& work) : key_(work.key), work_(work) {}
  Citation(const char* key) : key_(key) {}

  [[nodiscard]] const std::string& key() const { return key_; }
  /// Nothing if only the key is known.
  [[nodiscard]] const std::optional<Work>& work() const { return work_; }

 private:
  std::string key_;
  std::optional<Work> work_;
};

}  // namespace spinflow::base
