// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "spinflow/base/ranks.hpp"

namespace spinflow::program {

/// The processes that do this command together: base::alone() outside of `among_ranks`, or if mpirun started
/// one only.
[[nodiscard]] base::Ranks& ranks();

/// Does a command that several processes of mpirun can share. Only rank 0 writes to the terminal. However it
/// ends on one of them, it ends on all, with one sentence and one exit status. Error(input) if mpirun started
/// several processes and they cannot find each other.
[[nodiscard]] int among_ranks(const std::function<int()>& command);

}  // namespace spinflow::program
