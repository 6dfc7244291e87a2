// SPDX-License-Identifier: Apache-2.0
#include "samplers/local/local_sampling.hpp"

namespace spinflow::samplers {

namespace {

constexpr base::Work glauber1963{.key = "glauber1963",
                                 .kind = "article",
                                 .author = "Glauber, Roy J.",
                                 .title = "Time-Dependent Statistics of the Ising Model",
                                 .journal = "Journal of Mathematical Physics",
                                 .volume = "4",
                                 .pages = "294--307",
                                 .year = 1963,
                                 .doi = "10.1063/1.1703954"};

}  // namespace

void register_heat_bath() {
  add_sampler(local_sampler("heat-bath", "draws one spin after another anew, 512 replicas at once",
                            {glauber1963, "madras1988"}, kernels::LocalUpdate::heat_bath));
}

}  // namespace spinflow::samplers
