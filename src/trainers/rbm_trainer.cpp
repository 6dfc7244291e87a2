// SPDX-License-Identifier: Apache-2.0
#include "spinflow/trainers/rbm_trainer.hpp"

#include <fmt/format.h>

#include <chrono>

#include "spinflow/base/error.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/networks/identity.hpp"
#include "trainers/rbm_options.hpp"
#include "trainers/rbm_trainer_state.hpp"

namespace spinflow::trainers {

void check_data(const kernels::PackedSpins& data, const networks::Rbm& rbm) {
  if (data.n_rows() == 0) throw input_error("train rbm", "there are no configurations", "give at least one");
  if (data.n_rows() > 0xffffffffu)
    throw input_error("train rbm", "there are more than 4294967295 configurations",
                      "train on a part of them");
  if (data.n_columns() != rbm.n_visible())
    throw input_error(
        "train rbm",
        fmt::format("the configurations have {} spins, the network {}", data.n_columns(), rbm.n_visible()),
        "use a network of the same lattice");
}

RbmTrainer::RbmTrainer(const kernels::PackedSpins& data, networks::Rbm rbm, const RbmTrainingOptions& options,
                       std::uint64_t seed) {
  check_data(data, rbm);
  rbm.seed = seed;
  const std::uint64_t words = stream_seed(rbm.visible, rbm.n_hidden, data, seed);
  state_ = std::make_unique<State>(data, std::move(rbm), checked(options), words);
}

RbmTrainer begun_at(const networks::Rbm& start, const kernels::PackedSpins& data,
                    const RbmTrainingOptions& options, std::uint64_t seed) {
  const auto updates = start.history.empty() ? 0 : static_cast<std::uint64_t>(start.history.back().update);
  RbmTrainer trainer(data, start, options, base::derived_seed(seed, "go on", updates));
  auto& state = *trainer.state_;
  state.rbm.seed = seed;
  state.data_seed = stream_seed(start.visible, start.n_hidden, data, seed);
  return trainer;
}

RbmTrainer::RbmTrainer(std::unique_ptr<State> state) : state_(std::move(state)) {}

RbmTrainer::~RbmTrainer() = default;
RbmTrainer::RbmTrainer(RbmTrainer&&) noexcept = default;
RbmTrainer& RbmTrainer::operator=(RbmTrainer&&) noexcept = default;

void RbmTrainer::update(std::int64_t n, base::Observer& observer) {
  State& s = *state_;
  base::Listening within(observer);  // done is counted in updates
  const base::StopScope scope(observer);
  using Clock = std::chrono::steady_clock;
  auto start = Clock::now();
  const auto stop_clock = [&] { s.seconds += std::chrono::duration<double>(Clock::now() - start).count(); };
  for (; n > 0 && !s.done(); --n) {
    s.one_update(within);
    if (s.updates_of_epoch() == 0 || s.updates == s.total_updates) {
      stop_clock();
      s.record();
      start = Clock::now();
    }
  }
  stop_clock();
}

void RbmTrainer::go_on_with(const kernels::PackedSpins& data) {
  check_data(data, state_->rbm);
  RbmTrainingOptions options = state_->options;
  if (options.final_learning_rate > 0) {
    options.learning_rate = state_->last_rate();
    options.final_learning_rate = 0;
  }
  auto next = std::make_unique<State>(data, rbm(), options, state_->seed);
  if (next->batch_size != state_->batch_size)
    throw input_error("train rbm",
                      fmt::format("the batches would have {} configurations instead of {}", next->batch_size,
                                  state_->batch_size),
                      "give at least a batch of configurations at a time");
  next->ranks = state_->ranks;
  next->velocity = state_->velocity;
  next->visible_velocity = state_->visible_velocity;
  next->hidden_velocity = state_->hidden_velocity;
  next->phase = std::move(state_->phase);
  next->rbm.history = state_->rbm.history;
  next->updates = state_->updates;
  next->counted_from = next->updates;
  next->rate_from = next->updates;
  next->pass_from = next->updates;
  next->epoch_from = state_->epoch() + (state_->updates_of_epoch() == 0 ? 0 : 1);
  next->data_seed = stream_seed(next->rbm.visible, next->rbm.n_hidden, data, next->rbm.seed);
  next->start = state_->start;
  next->total_updates += next->updates;
  next->seconds = state_->seconds;
  state_ = std::move(next);
}

void RbmTrainer::share_among(base::Ranks& ranks) {
  State& s = *state_;
  networks::Rbm now = s.rbm;
  s.parameters.store(now);
  std::string course =
      fmt::format("{} {} {} {} {}", networks::identity(now), s.data_seed, s.seed, s.updates, s.total_updates);
  for (const auto& [name, value] : now.training) course += fmt::format(" {}={}", name, base::to_text(value));
  if (!base::same_on_all(ranks, base::derived_seed(0, course)))
    throw input_error("train rbm", "the processes have different options, configurations or networks",
                      "start all of them by one command, with files that all machines see");
  s.ranks = &ranks;
}

base::Ranks& RbmTrainer::ranks() const { return *state_->ranks; }

bool RbmTrainer::done() const { return state_->done(); }
std::int64_t RbmTrainer::updates() const { return state_->updates; }
std::int64_t RbmTrainer::total_updates() const { return state_->total_updates; }
std::int64_t RbmTrainer::updates_per_epoch() const { return state_->updates_per_epoch; }
std::int64_t RbmTrainer::updates_left_in_epoch() const {
  return state_->updates_per_epoch - state_->updates_of_epoch();
}
double RbmTrainer::seconds() const { return state_->seconds; }

networks::Rbm RbmTrainer::rbm() const {
  const State& s = *state_;
  networks::Rbm result = s.rbm;
  const bool ended_with_patience = s.options.patience > 0 && s.done();
  (ended_with_patience && s.best ? *s.best : s.parameters).store(result);
  if (!ended_with_patience) result.state = s.going();
  return result;
}

}  // namespace spinflow::trainers
