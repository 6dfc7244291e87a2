// SPDX-License-Identifier: Apache-2.0
// What the registry entries of all RBM trainers have in common.
#pragma once

#include <string>
#include <vector>

#include "spinflow/trainers/rbm_trainer.hpp"

namespace spinflow::trainers {

/// The entry of a method. Its `one_update` begins the persistent chains at the batch and gives tempering the
/// one replica beta = 1, so that the enumerated expectation is that of CD-k for all methods; that tempering
/// keeps the right distribution at every beta is tested where it lives.
[[nodiscard]] TrainerEntry rbm_entry(RbmMethod method, std::string help, std::vector<std::string> citations);

}  // namespace spinflow::trainers
