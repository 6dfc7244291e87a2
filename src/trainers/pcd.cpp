// SPDX-License-Identifier: Apache-2.0
#include "spinflow/trainers/trainer.hpp"
#include "trainers/persistent_chains.hpp"

namespace spinflow::trainers {

namespace {

constexpr base::Work tieleman2008{
    .key = "tieleman2008",
    .kind = "inproceedings",
    .author = "Tieleman, Tijmen",
    .title = "Training restricted Boltzmann machines using approximations to the likelihood gradient",
    .journal = "Proceedings of the 25th International Conference on Machine Learning (ICML '08)",
    .pages = "1064--1071",
    .year = 2008,
    .doi = "10.1145/1390156.1390290"};

}  // namespace

void register_pcd() {
  registry().add({.name = "pcd",
                  .help = "persistent contrastive divergence: the chains go on from update to update",
                  .citations = {tieleman2008},
                  .own_options = {PersistentChains::chains_option()},
                  .negative_phase = [](const base::Values& own,
                                       const PhaseStart& start) -> std::unique_ptr<NegativePhase> {
                    return std::make_unique<PersistentChains>(start, std::get<std::int64_t>(own.at("chains")),
                                                              1);
                  }});
}

}  // namespace spinflow::trainers
