// SPDX-License-Identifier: Apache-2.0
// The pieces of a run: what a stage has finished is a file and is not computed again.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "runs/claims.hpp"
#include "runs/run_log.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/observer.hpp"

namespace spinflow::runs {

/// How the pieces of a run are found, made and told of.
struct Pieces {
  Claims* claims = nullptr;  ///< of a run that several processes fill together
  base::Observer& observer;
  RunLog* log = nullptr;

  /// The piece in `file`: read() if it is there, otherwise make(), which writes it, in one process. A file
  /// that cannot be understood was damaged (by a crash of the machine, say): it is removed and made again,
  /// and the log tells it.
  template <class Read, class Make>
  [[nodiscard]] auto kept(const std::string& name, const std::filesystem::path& file, const Read& read,
                          const Make& make) const -> std::invoke_result_t<const Make&> {
    std::string damage;
    return made_once(
        claims, name, file, [&] { return found(file, read, damage); },
        [&] {
          if (!damage.empty()) remove_damaged(name, file, damage);
          const auto started = std::chrono::steady_clock::now();
          auto made = make();
          tell_seconds(name, started);
          return made;
        });
  }

 private:
  /// Nothing if there is no such file, or if it is damaged, which `damage` then tells.
  template <class Read>
  [[nodiscard]] auto found(const std::filesystem::path& file, const Read& read, std::string& damage) const
      -> std::optional<std::invoke_result_t<const Read&>> {
    damage.clear();
    if (!std::filesystem::exists(file)) return std::nullopt;
    try {
      return read();
    } catch (const Error& error) {
      if (!std::filesystem::exists(file)) return std::nullopt;  // another process has joined the pieces
      if (!is_damaged(file, error)) throw;
      damage = error.what();
      return std::nullopt;
    }
  }

  [[nodiscard]] static bool is_damaged(const std::filesystem::path& file, const Error& error);
  void remove_damaged(const std::string& name, const std::filesystem::path& file,
                      const std::string& damage) const;
  void tell_seconds(const std::string& name, std::chrono::steady_clock::time_point started) const;
};

/// A piece that was made, and how long that took: a line of run.log.
struct MadePiece {
  std::string name;
  double seconds = 0;
};

/// Those that the log tells of.
[[nodiscard]] std::vector<MadePiece> made_pieces(const std::string& log);

}  // namespace spinflow::runs
