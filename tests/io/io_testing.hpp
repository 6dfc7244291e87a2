// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "spinflow/base/error.hpp"

namespace spinflow::testing {

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// In a new file: some file systems write to the disk at once what replaces the content of an old one.
inline void put_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::remove(path);
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// Expects an Error of the given kind that begins with `start`, holds `part` and is one line.
template <class Action>
void expect_error(Fault fault, const std::string& start, const std::string& part, Action action) {
  try {
    action();
    FAIL() << "no error, expected one about: " << part;
  } catch (const Error& error) {
    const std::string sentence = error.what();
    EXPECT_EQ(error.fault(), fault) << sentence;
    EXPECT_EQ(sentence.substr(0, start.size()), start);
    EXPECT_NE(sentence.find(part), std::string::npos) << sentence;
    EXPECT_EQ(sentence.find('\n'), std::string::npos) << sentence;
  }
}

/// Whether h5py can be asked; tests that need it skip otherwise.
inline bool have_h5py() {
  return std::system("/usr/bin/python3 -c 'import h5py, numpy' >/dev/null 2>&1") == 0;
}

/// Runs a Python script with the system's interpreter; its exit status.
inline int run_python(const std::filesystem::path& folder, const std::string& script) {
  put_bytes(folder / "script.py", script);
  return std::system(("cd '" + folder.string() + "' && /usr/bin/python3 script.py >/dev/null").c_str());
}

}  // namespace spinflow::testing
