// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "testing/testing.hpp"

namespace spinflow::program_tests {

/// A folder with small files of every kind, made once by the program itself (and the broken ones by hand):
/// s.h5 (4x4, T = 1, 2, 3, 64 each), c.h5 (chain of 8), v.h5 (RBM of s.h5), k.h5 (stack of s.h5, 4x4 -> 2x2),
/// t.h5 (classifier of s.h5), w.npy (4x4 spins without temperatures), nan.h5 (RBM with a weight that is no
/// number), short.h5, empty.h5, text.h5, folder/.
[[nodiscard]] const std::filesystem::path& workshop();

/// `rows` configurations of 4x4 spins as numpy.save writes them: the bytes of a file.
[[nodiscard]] std::string npy_spins(int rows);

/// Names of everything under a folder.
[[nodiscard]] std::set<std::string> content_of(const std::filesystem::path& folder);

/// A shell line in a folder, in which $SPINFLOW is the program. Lines of progress are left out of what stands
/// on standard error.
[[nodiscard]] testing::ProgramResult shell(const std::string& line, const std::filesystem::path& folder);

/// Whether the file or folder is there within a minute.
[[nodiscard]] bool appears(const std::filesystem::path& path);

/// A command line after `spinflow` that must be refused.
struct Refused {
  std::string arguments;
  std::string names;  ///< part of the sentence
};

/// EXPECTs each, in `folder`: exit status 2, one sentence on standard error that has `names` in it, no
/// answer, and no file made or removed.
void expect_refused(const std::vector<Refused>& cases, const std::filesystem::path& folder = workshop());

/// The program at work in the background, its standard error on a pseudo-terminal.
class Background {
 public:
  Background(const std::vector<std::string>& arguments, const std::filesystem::path& folder);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// Whether `text` appears on the terminal within a minute.
  [[nodiscard]] bool shows(const std::string& text);
  void signal(int number) const;
  /// Exit status, 128 + n if it was ended by signal n, -1 if it goes on for another half minute.
  [[nodiscard]] int wait();
  /// What has been on the terminal so far.
  [[nodiscard]] const std::string& seen() const { return seen_; }

 private:
  bool read_some();

  pid_t process_ = -1;
  int terminal_ = -1;
  std::string seen_;
};

}  // namespace spinflow::program_tests
