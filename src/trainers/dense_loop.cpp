// SPDX-License-Identifier: Apache-2.0
#include "trainers/dense_loop.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "spinflow/base/random.hpp"
#include "trainers/dense_training.hpp"

namespace spinflow::trainers {

namespace {

// Minibatches of one epoch after the other, each a new order of all rows; the rows left over at the end of an
// epoch wait for the next.
class Epochs {
 public:
  Epochs(const DenseCourse& course, std::size_t batch_size)
      : rows_(course.training), purpose_(course.shuffle), batch_size_(batch_size), seed_(course.words) {}

  std::span<const std::uint32_t> next() {
    if (order_.empty() || at_ + batch_size_ > order_.size()) {
      order_ = rows_;
      at_ = 0;
      base::shuffle(order_, base::RandomStream(seed_, purpose_, static_cast<std::uint64_t>(++epoch_)));
    }
    at_ += batch_size_;
    return std::span(order_).subspan(at_ - batch_size_, batch_size_);
  }
  [[nodiscard]] std::int64_t epoch() const { return epoch_; }

 private:
  std::vector<std::uint32_t> rows_;
  std::string_view purpose_;
  std::size_t batch_size_;
  std::uint64_t seed_;
  std::vector<std::uint32_t> order_;
  std::size_t at_ = 0;
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

  void learnt(const LossSum& batch, std::size_t batch_size) {
    learnt_.add(batch);
    n_learnt_ += batch_size;
  }
  /// Adds a row to the history of `net`, and copies it to `best` unless an earlier one was better.
  void evaluate(networks::Dense& net, std::int64_t epoch, std::int64_t update, networks::Dense& best) {
    check_parameters(net, update, where_);
    net.history.push_back(history_row(epoch, update, mean(learnt_, n_learnt_, held_out_.targets),
                                      score(net, held_out_.spins, held_out_.targets)));
    learnt_ = {};
    n_learnt_ = 0;
    ++since_best_;
    const double loss = net.history.back().loss_held_out;
    if (patience_ != 0 && !(loss < best_loss_)) return;
    best_loss_ = loss;
    since_best_ = 0;
    best = net;
  }
  [[nodiscard]] bool patience_is_over() const { return patience_ > 0 && since_best_ >= patience_; }

 private:
  std::string_view where_;
  Batch held_out_;
  std::int64_t patience_;
  LossSum learnt_;  // since the last evaluation
  std::size_t n_learnt_ = 0;
  double best_loss_ = std::numeric_limits<double>::infinity();
  std::int64_t since_best_ = 0;
};

}  // namespace

DenseTraining trained(networks::Dense net, const ensemble::Ensemble& data, const Targets& targets,
                      const DenseCourse& course, base::Observer& observer, const Checkpoints& checkpoints) {
  Evaluations evaluations(data, targets, course);
  const std::size_t batch_size = std::min(course.batch_size, course.training.size());
  const float scale = 1.0f / static_cast<float>(batch_size);
  auto layers = to_kernel_layout(net);
  Backpropagation backpropagation(layers, net.activation, batch_size);
  const auto optimizer = make_optimizer(course.optimizer, course.momentum, layers);
  Batch batch(batch_size, data.spins.n_columns(), targets);
  Epochs epochs(course, batch_size);

  DenseTraining result{.net = net};
  auto look = checkpoints.updates.begin();
  const auto look_if_due = [&](std::int64_t update) {
    if (look == checkpoints.updates.end() || *look != update) return;
    store(layers, net);
    checkpoints.at(update, net);
    ++look;
  };
  observer.begin(course.where, static_cast<std::uint64_t>(course.updates), "updates");
  look_if_due(0);
  bool ends = false;
  for (std::int64_t update = 1; update <= course.updates && !ends; ++update) {
    const auto start = std::chrono::steady_clock::now();
    batch.fill(data.spins, targets, epochs.next());
    backpropagation.run(layers, batch.spins, batch.targets);
    evaluations.learnt(backpropagation.sum(), batch_size);
    result.updates = update;
    if (!optimizer->step(layers, backpropagation.gradient(), scale, course.rate(update - 1)))
      throw no_number(update, course.where);
    result.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    observer.advance(1);
    if (course.evaluates(update)) {
      store(layers, net);
      evaluations.evaluate(net, epochs.epoch(), update, result.net);
      ends = (checkpoints.evaluated && checkpoints.evaluated(net)) || evaluations.patience_is_over();
    }
    look_if_due(update);
  }
  result.net.history = net.history;
  result.updates_per_second = static_cast<double>(result.updates) / std::max(result.seconds, 1e-9);
  return result;
}

}  // namespace spinflow::trainers
