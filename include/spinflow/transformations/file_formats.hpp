// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/base/options.hpp"
#include "spinflow/base/registry.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::transformations {

struct FileFact;
using FileFacts = std::vector<FileFact>;

/// One thing that `spinflow inspect` tells of a file: a number, a text, a list, facts of a part of the file,
/// or facts of each of several parts.
struct FileFact {
  std::string name;
  std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<double>, FileFacts,
               std::vector<FileFacts>>
      value;
};

/// An option that has a meaning only where another one has a certain value.
struct OptionNeeds {
  std::string option;  ///< "top_steps"
  std::string other;   ///< "pass"
  std::string value;   ///< "reconstruct"
};

/// A kind of HDF5 file: what it is, what `inspect` tells of it, and how it becomes a map, if it does. Both
/// functions get an open file whose header names this format; faults of the file are Error(input) beginning
/// with its path.
struct FileFormat {
  std::string name;  ///< that of `format`
  std::string help;  ///< "an RBM: weights and biases"
  io::Format format;
  std::function<FileFacts(const io::Hdf5Reader&)> facts;
  std::vector<base::OptionSpec> options = {};  ///< of the map
  std::vector<OptionNeeds> needs = {};
  /// None for files that are no maps. `values`: some of `options`. The observer must outlive the map.
  std::function<std::unique_ptr<Transformation>(const io::Hdf5Reader&, const base::Values& values,
                                                base::Observer&)>
      make_map = {};
};

/// All kinds of files that spinflow reads.
[[nodiscard]] base::Registry<FileFormat>& file_formats();

}  // namespace spinflow::transformations
