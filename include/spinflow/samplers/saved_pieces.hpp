// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spinflow::samplers {

/// What a sampling that takes long saves on its way, so that it can go on after it was interrupted: finished
/// pieces of the work, each under the name of the work, its seed and its number. A sampling with another
/// model, temperature or seed has other seeds, and does not find them.
///
///     samplers::SavedPieces saved("spins.h5.sampling", "1000 configurations of ...");
///     auto data = samplers::sample({.model = model, .temperatures = {2.5}, .saved = &saved});
///     ensemble::write(data, "spins.h5");
///     saved.remove();
///
/// Calls from several threads wait for each other. Pieces are written a second after the last ones, or later,
/// so that writing takes at most some two per cent of the time. The folder is made when the first file is.
class SavedPieces {
 public:
  /// Takes what an earlier sampling left in the folder, if there is one. Error(input) beginning with the path
  /// for a damaged file, and if another sampling uses the folder.
  /// `written`: called after every file, from the thread that wrote it.
  SavedPieces(std::filesystem::path folder, std::string work, double seconds = 1,
              std::function<void()> written = {});
  /// Writes what is not in a file yet, if there are files.
  ~SavedPieces();
  SavedPieces(const SavedPieces&) = delete;
  SavedPieces& operator=(const SavedPieces&) = delete;

  /// What was saved of a piece, once; empty if nothing was.
  [[nodiscard]] std::optional<std::vector<std::uint64_t>> take(std::string_view work, std::uint64_t seed,
                                                               std::size_t piece);
  /// Error(failure) if the disk is full.
  void save(std::string_view work, std::uint64_t seed, std::size_t piece, std::vector<std::uint64_t> words);
  /// Removes the files and the folder, when the result of the work is safe.
  void remove();
  /// The same for what another sampling left, without reading it. Error(input) if a sampling uses the folder.
  static void discard(const std::filesystem::path& folder);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace spinflow::samplers
