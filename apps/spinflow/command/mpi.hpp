// SPDX-License-Identifier: Apache-2.0
// What the program knows of MPI: mpi_ranks.cpp is compiled with SPINFLOW_MPI=ON, no_mpi.cpp without.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "spinflow/base/ranks.hpp"

namespace spinflow::program {

/// The processes that mpirun started; MPI begins and ends with the object, of which there is one.
class MpiRanks : public base::Ranks {
 public:
  /// What each rank gives, by rank; empty if not all have called this after so many seconds. Waits without
  /// keeping a core busy.
  [[nodiscard]] virtual std::vector<int> statuses(int mine, double seconds) = 0;
};

/// Null without MPI.
[[nodiscard]] std::unique_ptr<MpiRanks> mpi_ranks();

/// "Open MPI v4.1.4"; empty without MPI.
[[nodiscard]] std::string mpi_version();

}  // namespace spinflow::program
