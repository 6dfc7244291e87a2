// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "spinflow/networks/rbm_likelihood.hpp"

namespace spinflow::program {

/// The mean log-likelihood in one line, or, from AIS, with the other side and whether it can be quoted.
[[nodiscard]] std::string likelihood_text(const networks::LogLikelihood& likelihood);

}  // namespace spinflow::program
