// SPDX-License-Identifier: Apache-2.0
#include "command/mpi.hpp"

namespace spinflow::program {

std::unique_ptr<MpiRanks> mpi_ranks() { return nullptr; }

std::string mpi_version() { return {}; }

}  // namespace spinflow::program
