// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/lane_update.hpp"
#include "spinflow/samplers/sampler.hpp"

namespace spinflow::samplers {

/// The entry of a replica-packed local algorithm. Every replica gives one sample: it starts ordered, runs 20
/// tau_int as measured in a pilot run at its temperature, and is then independent of all others.
[[nodiscard]] SamplerEntry local_sampler(std::string name, std::string help,
                                         std::vector<base::Citation> citations, kernels::LocalUpdate update);

}  // namespace spinflow::samplers
