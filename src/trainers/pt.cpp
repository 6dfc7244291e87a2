// SPDX-License-Identifier: Apache-2.0
#include "spinflow/trainers/trainer.hpp"
#include "trainers/persistent_chains.hpp"

namespace spinflow::trainers {

namespace {

constexpr base::Work desjardins2010{
    .key = "desjardins2010",
    .kind = "inproceedings",
    .author =
        "Desjardins, Guillaume and Courville, Aaron and Bengio, Yoshua and Vincent, Pascal and Delalleau, "
        "Olivier",
    .title = "Tempered Markov Chain Monte Carlo for training of Restricted Boltzmann Machines",
    .journal =
        "Proceedings of the Thirteenth International Conference on Artificial Intelligence and Statistics",
    .volume = "9",
    .pages = "145--152",
    .year = 2010};
constexpr base::Work cho2010{
    .key = "cho2010",
    .kind = "inproceedings",
    .author = "Cho, KyungHyun and Raiko, Tapani and Ilin, Alexander",
    .title = "Parallel tempering is efficient for learning restricted Boltzmann machines",
    .journal = "The 2010 International Joint Conference on Neural Networks (IJCNN)",
    .pages = "1--8",
    .year = 2010,
    .doi = "10.1109/IJCNN.2010.5596837"};

}  // namespace

void register_pt() {
  registry().add({.name = "pt",
                  .help = "persistent chains, tempered over the network's inverse temperature from 0 to 1",
                  .citations = {desjardins2010, cho2010},
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
