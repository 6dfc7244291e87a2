// SPDX-License-Identifier: Apache-2.0
// How far a run has come, for whoever looks at its folder.
#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "runs/claims.hpp"

namespace spinflow::runs {

/// A piece that a process is making.
struct PieceUnderWay {
  std::string name;
  ClaimHolder holder;
  double seconds = 0;  ///< since it was begun, by the clock of whoever looks
  bool ended = false;  ///< the process was one of this host and has ended: another will take the piece over
};

struct RunStatus {
  bool finished = false;
  bool alone = false;  ///< one process that does not share the run works there
  std::size_t pieces = 0;
  std::size_t made = 0;
  std::size_t waiting = 0;                    ///< neither made nor under way
  std::vector<PieceUnderWay> under_way = {};  ///< by name; of processes that joined
  /// Time to the end if as many pieces are always under way as are now, from the mean time that pieces of
  /// the same kind (the name up to its first '-') took. NaN: no piece has been timed, or none is under way.
  double seconds_left = std::numeric_limits<double>::quiet_NaN();
  std::size_t untimed = 0;  ///< pieces to come of whose kind none has been timed
};

/// Of the run in the folder, which keeps pieces of these names. A piece is a file of the name with .h5 or
/// .json, or a folder of that name with a finished run.
[[nodiscard]] RunStatus status_of(const std::filesystem::path& folder,
                                  const std::vector<std::string>& pieces);

}  // namespace spinflow::runs
