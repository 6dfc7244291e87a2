// SPDX-License-Identifier: Apache-2.0
#include "spinflow/trainers/trainer.hpp"
#include "trainers/persistent_chains.hpp"

namespace spinflow::trainers {

void register_pt() {
  registry().add({.name = "pt",
                  .help = "persistent chains, tempered over the network's inverse temperature from 0 to 1",
                  .citations = {"desjardins2010", "cho2010"},
                  .own_options = {PersistentChains::chains_option(),
                                  {.name = "replicas",
                                   .help = "inverse temperatures from 0 to 1 that exchange their states",
                                   .fallback = std::int64_t{10},
                                   .least = 1,
                                   .most = 1000}},
                  .negative_phase = [](const base::Values& own,
                                       const PhaseStart& start) -> std::unique_ptr<NegativePhase> {
                    return std::make_unique<PersistentChains>(start, std::get<std::int64_t>(own.at("chains")),
                                                              std::get<std::int64_t>(own.at("replicas")));
                  },
                  // That tempering keeps the right distribution at every beta is tested where it lives.
                  .like_cd = {{"replicas", std::int64_t{1}}}});
}

}  // namespace spinflow::trainers
