// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "kernels/dense/activations.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/kernels/lane_random.hpp"
#include "spinflow/networks/layer_passes.hpp"
#include "spinflow/trainers/trainer.hpp"
#include "trainers/negative_phase.hpp"

namespace spinflow::trainers {

namespace {

constexpr base::Work hinton2002{.key = "hinton2002",
                                .kind = "article",
                                .author = "Hinton, Geoffrey E.",
                                .title = "Training products of experts by minimizing contrastive divergence",
                                .journal = "Neural Computation",
                                .volume = "14",
                                .pages = "1771--1800",
                                .year = 2002,
                                .doi = "10.1162/089976602760128018"};

constexpr std::size_t chains_per_block = 512;
// Of a long chain, in which the user's wish to stop is heard.
constexpr std::int64_t steps_between_news = 16;

/// k steps h ~ P(h | v), v' ~ P(v | h) from each row of the batch. Every block of 512 rows draws from its own
/// stream (seed, "rbm.chain", update * blocks + block).
class ChainsFromTheBatch final : public NegativePhase {
 public:
  explicit ChainsFromTheBatch(const PhaseStart& start)
      : k_(start.k),
        seed_(start.seed),
        first_step_(start.batch_size, start.parameters.n_visible()),
        chain_(start.batch_size, start.parameters.n_visible()),
        hidden_(start.batch_size, start.parameters.n_hidden()),
        hidden_fields_(start.batch_size, start.parameters.n_hidden()),
        visible_fields_(start.batch_size, start.parameters.n_visible()) {}

  [[nodiscard]] std::size_t n_rows() const override { return chain_.n_rows(); }

  void fill(RbmGradient& gradient, RbmParameters& parameters, std::uint64_t update, base::Observer& observer,
            base::Ranks& ranks) override {
    const std::size_t n_blocks = (n_rows() + chains_per_block - 1) / chains_per_block;
    const auto mine = ranks.part(n_rows());
    base::parallel_for_rows(
        n_rows(), chains_per_block, [&](std::size_t block, std::size_t first, std::size_t last) {
          const networks::BlockRows rows = networks::rows_of_block(mine, first, last);
          if (rows.empty()) return;
          kernels::LaneRandom random(base::RandomStream(seed_, "rbm.chain", update * n_blocks + block));
          run(gradient, parameters, rows, random, observer);
          gradient.oppose_rows(parameters, rows.first, rows.last, k_ == 1 ? first_step_ : chain_);
        });
    gradient.complete(ranks);
    changed_spins_ =
        base::sum_over(ranks, different_spins(gradient.batch(), first_step_, mine.first, mine.last));
  }

  [[nodiscard]] std::optional<std::int64_t> changed_spins() const override { return changed_spins_; }

 private:
  void run(RbmGradient& gradient, const RbmParameters& parameters, const networks::BlockRows& rows,
           kernels::LaneRandom& random, base::Observer& observer) {
    const auto b = parameters.visible_bias.row(0);
    const auto c = parameters.hidden_bias.row(0);
    const auto draw_hidden = [&](const kernels::PackedSpins& visible, kernels::FloatMatrix& fields,
                                 kernels::FloatMatrix* means) {
      networks::draw_layer(visible, rows, parameters.to_hidden, c, fields, random,
                           [&](std::size_t begin, std::size_t end, kernels::LaneRandom& generator) {
                             kernels::sample_spins(fields, begin, end, generator, hidden_, means);
                           });
    };
    // Data: the hidden means and the sample come from the same fields.
    draw_hidden(gradient.batch(), gradient.hidden_means(), &gradient.hidden_means());
    for (std::int64_t step = 0; step < k_; ++step) {
      if ((step + 1) % steps_between_news == 0) observer.advance(0);
      if (step > 0) draw_hidden(step == 1 ? first_step_ : chain_, hidden_fields_, nullptr);
      kernels::PackedSpins& visible = step == 0 ? first_step_ : chain_;
      networks::draw_layer(hidden_, rows, parameters.to_visible, b, visible_fields_, random,
                           [&](std::size_t begin, std::size_t end, kernels::LaneRandom& generator) {
                             kernels::sample_spins(visible_fields_, begin, end, generator, visible, nullptr);
                           });
    }
  }

  std::int64_t k_;
  std::uint64_t seed_;
  std::int64_t changed_spins_ = 0;
  kernels::PackedSpins first_step_;      // (batch, n_visible): v' after one step
  kernels::PackedSpins chain_;           // (batch, n_visible): v' after k steps
  kernels::PackedSpins hidden_;          // (batch, n_hidden)
  kernels::FloatMatrix hidden_fields_;   // (batch, n_hidden)
  kernels::FloatMatrix visible_fields_;  // (batch, n_visible)
};

}  // namespace

void register_cd() {
  registry().add(
      {.name = "cd",
       .help = "contrastive divergence: k steps of the chain begun at the data",
       .citations = {hinton2002},
       .negative_phase = [](const base::Values&, const PhaseStart& start) -> std::unique_ptr<NegativePhase> {
         return std::make_unique<ChainsFromTheBatch>(start);
       }});
}

}  // namespace spinflow::trainers
