// SPDX-License-Identifier: Apache-2.0
#include "trainers/dense_loop.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "trainers/dense_state.hpp"
#include "trainers/dense_training.hpp"
#include "trainers/saving.hpp"

namespace spinflow::trainers {

namespace {

// Minibatches of one epoch after the other, each a new order of all rows; the rows left over at the end of an
// epoch wait for the next.
class Epochs {
 public:
  Epochs(const DenseCourse& course, std::size_t batch_size)
      : rows_(course.training),
        purpose_(course.shuffle),
        batch_size_(batch_size),
        per_epoch_(static_cast<std::int64_t>(rows_.size() / batch_size)),
        seed_(course.words) {}

  /// The rows of an update, which count from 1.
  std::span<const std::uint32_t> batch(std::int64_t update) {
    const std::int64_t epoch = (update - 1) / per_epoch_ + 1;
    if (epoch != epoch_) {
      epoch_ = epoch;
      order_ = rows_;
      base::shuffle(order_, base::RandomStream(seed_, purpose_, static_cast<std::uint64_t>(epoch)));
    }
    const auto first = static_cast<std::size_t>((update - 1) % per_epoch_) * batch_size_;
    return std::span(order_).subspan(first, batch_size_);
  }
  [[nodiscard]] std::int64_t epoch() const { return epoch_; }

 private:
  std::vector<std::uint32_t> rows_;
  std::string_view purpose_;
  std::size_t batch_size_;
  std::int64_t per_epoch_;
  std::uint64_t seed_;
  std::vector<std::uint32_t> order_;  // of the epoch `epoch_`
  std::int64_t epoch_ = 0;
};

/// Evaluates a network now and then, writes its history, and keeps the best one.
class Evaluations {
 public:
  Evaluations(const ensemble::Ensemble& data, const Targets& targets, const DenseCourse& course)
      : where_(course.where),
        held_out_(course.held_out.size(), data.spins.n_columns(), targets),
        patience_(course.patience) {
    held_out_.fill(data.spins, targets, course.held_out);
  }

  /// Adds a row to the history, and keeps the parameters unless earlier ones were better.
  void evaluate(DenseState& s, std::int64_t epoch, std::size_t batch_size) const {
    store(s.layers, s.net);
    check_parameters(s.net, s.updates, where_);
    const auto n_learnt = static_cast<std::size_t>(s.updates - s.updates_of_last_row()) * batch_size;
    auto& history = s.net.history;
    const double best_loss = s.best_rows == 0
                                 ? std::numeric_limits<double>::infinity()
                                 : history[static_cast<std::size_t>(s.best_rows - 1)].loss_held_out;
    history.push_back(history_row(epoch, s.updates, mean(s.learnt, n_learnt, held_out_.targets),
                                  score(s.net, held_out_.spins, held_out_.targets)));
    s.learnt = {};
    if (patience_ != 0 && !(history.back().loss_held_out < best_loss)) return;
    s.best_rows = static_cast<std::int64_t>(history.size());
    s.best = s.net.layers;
  }
  [[nodiscard]] bool patience_is_over(const DenseState& s) const {
    return patience_ > 0 && s.rows_since_best() >= patience_;
  }

 private:
  std::string_view where_;
  Batch held_out_;
  std::int64_t patience_;
};

/// Shows the net to those who asked for it after certain updates.
class Looks {
 public:
  Looks(const Checkpoints& checkpoints, std::int64_t done)
      : checkpoints_(checkpoints), next_(std::ranges::lower_bound(checkpoints.updates, done)) {}

  void after_update(DenseState& s) {
    if (next_ == checkpoints_.updates.end() || *next_ != s.updates) return;
    store(s.layers, s.net);
    checkpoints_.at(s.updates, s.net);
    ++next_;
  }

 private:
  const Checkpoints& checkpoints_;
  std::vector<std::int64_t>::const_iterator next_;
};

DenseTraining ended(DenseState&& state) {
  DenseTraining result{.net = std::move(state.net), .updates = state.updates, .seconds = state.seconds};
  result.net.layers = std::move(state.best);
  result.updates_per_second = static_cast<double>(result.updates) / std::max(result.seconds, 1e-9);
  return result;
}

}  // namespace

DenseTraining trained(networks::Dense net, const ensemble::Ensemble& data, const Targets& targets,
                      const DenseCourse& course, base::Observer& observer, const Checkpoints& checkpoints,
                      const Savepoint& savepoint) {
  DenseState state(std::move(net), course);
  if (take_up(savepoint.path, [&](const auto& path) { return state.load(path, course); }) && savepoint.saved)
    savepoint.saved();
  const Evaluations evaluations(data, targets, course);
  const std::size_t batch_size = std::min(course.batch_size, course.training.size());
  const float scale = 1.0f / static_cast<float>(batch_size);
  Backpropagation backpropagation(state.layers, state.net.activation, batch_size);
  Batch batch(batch_size, data.spins.n_columns(), targets);
  Epochs epochs(course, batch_size);
  Looks looks(checkpoints, state.updates);
  Saving saving(savepoint, observer);
  const base::StopScope scope(saving.heard());
  const auto save = [&](const std::filesystem::path& path) { state.save(path, course.words); };

  observer.begin(course.where, static_cast<std::uint64_t>(course.updates - state.updates), "updates");
  looks.after_update(state);
  bool ends = evaluations.patience_is_over(state);
  while (state.updates < course.updates && !ends) {
    const auto start = std::chrono::steady_clock::now();
    const std::int64_t update = state.updates + 1;
    batch.fill(data.spins, targets, epochs.batch(update));
    backpropagation.run(state.layers, batch.spins, batch.targets);
    state.learnt.add(backpropagation.sum());
    if (!state.optimizer->step(state.layers, backpropagation.gradient(), scale, course.rate(state.updates)))
      throw no_number(update, course.where);
    state.updates = update;
    state.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    saving.heard().advance(1);
    if (course.evaluates(update)) {
      evaluations.evaluate(state, epochs.epoch(), batch_size);
      ends =
          (checkpoints.evaluated && checkpoints.evaluated(state.net)) || evaluations.patience_is_over(state);
    }
    looks.after_update(state);
    saving.between_updates(save);
  }
  saving.at_the_end(save);
  return ended(std::move(state));
}

}  // namespace spinflow::trainers
