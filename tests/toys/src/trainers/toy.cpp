// SPDX-License-Identifier: Apache-2.0
// A trainer of one file: its v' are independent coins, whatever the network says.
#include "spinflow/base/random.hpp"
#include "spinflow/trainers/trainer.hpp"
#include "trainers/negative_phase.hpp"

namespace spinflow::trainers {

namespace {

class Coins final : public NegativePhase {
 public:
  Coins(const PhaseStart& start, double up) : seed_(start.seed), up_(up), coins_(start.first_rows(7)) {}

  [[nodiscard]] std::size_t n_rows() const override { return coins_.n_rows(); }
  void fill(RbmGradient& gradient, RbmParameters& parameters, std::uint64_t update,
            base::Observer& /*observer*/, base::Ranks& ranks) override {
    base::RandomStream words(seed_, "toy-coins", update);
    for (std::size_t row = 0; row < coins_.n_rows(); ++row)
      for (std::size_t i = 0; i < coins_.n_columns(); ++i) coins_.set(row, i, words.uniform() < up_ ? 1 : -1);
    gradient.oppose(parameters, coins_, ranks);
  }

 private:
  std::uint64_t seed_;
  double up_;
  kernels::PackedSpins coins_;
};

}  // namespace

void register_toy() {
  registry().add(
      {.name = "toy-coins",
       .help = "a trainer that a test adds",
       .citations = {"hinton2002"},
       .own_options =
           {{.name = "up", .help = "probability that a coin is +1", .fallback = 0.5, .least = 0, .most = 1}},
       .negative_phase = [](const base::Values& own,
                            const PhaseStart& start) -> std::unique_ptr<NegativePhase> {
         return std::make_unique<Coins>(start, std::get<double>(own.at("up")));
       }});
}

}  // namespace spinflow::trainers
