// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "spinflow/transformations/file_formats.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::transformations {

/// The map that a text names: a registered transformation or a file, its options behind a colon.
///
///     from_text("block-majority:factor=3,ties=random")
///     from_text("stack.h5:pass=reconstruct,top_steps=5")
///     from_text("v.h5")
///
/// A registered name comes before a file of that name. A colon may belong to the name of a file: if a file
/// of the whole text exists, there are no options; otherwise the longest existing file in front of a colon
/// counts. Error(input), one sentence, for an empty text, for what is neither a file nor a transformation,
/// and for an option that is unknown, of a wrong kind, out of range or given twice. The observer must outlive
/// the map.
[[nodiscard]] std::unique_ptr<Transformation> from_text(std::string_view text,
                                                        base::Observer& observer = base::silent());

/// The map that a network file holds: what an RBM, a stack or a dense net does with configurations.
/// `options`: those of a stack (`pass`, `hidden_mode`, `top_steps`). Error(input) beginning with the path.
[[nodiscard]] std::unique_ptr<Transformation> from_file(const std::filesystem::path& path,
                                                        const base::Values& options = {},
                                                        base::Observer& observer = base::silent());

/// What `from_text` does, in steps: the text is read, then options from elsewhere may be added, then the map
/// is made. A file is opened once.
class MapText {
 public:
  /// Errors as `from_text`, but for those of the content of a file.
  explicit MapText(std::string_view text);
  /// The map in a file, with `options`; errors as `from_file`.
  [[nodiscard]] static MapText of_file(const std::filesystem::path& path, const base::Values& options = {});

  /// "block-majority", or the path of the file.
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool is_file() const { return file_ != nullptr; }
  /// The options that this map has.
  [[nodiscard]] const std::vector<base::OptionSpec>& specs() const;
  /// Those that the text gives, and those that were added.
  [[nodiscard]] const base::Values& options() const { return options_; }

  /// Adds those of `values` that this map has and the text does not give. An option without a meaning beside
  /// the others (see OptionNeeds) is left out.
  void add(const base::Values& values);
  /// For an option of `specs` without a meaning beside the others: what it needs. Otherwise nullptr.
  [[nodiscard]] const OptionNeeds* missing_for(std::string_view option) const;

  /// Error(input) also for an option without a meaning beside the others.
  [[nodiscard]] std::unique_ptr<Transformation> make(base::Observer& observer = base::silent()) const;

 private:
  MapText() = default;
  void open(const std::string& path);
  void read_options(std::string_view text);
  [[nodiscard]] const base::OptionSpec& spec_of(std::string_view option) const;

  std::string name_;
  const TransformationEntry* entry_ = nullptr;
  std::shared_ptr<const io::Hdf5Reader> file_;
  const FileFormat* format_ = nullptr;
  base::Values options_;
};

}  // namespace spinflow::transformations
