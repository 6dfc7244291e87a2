// SPDX-License-Identifier: Apache-2.0
#include "trainers/rbm_trainer_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>

#include "kernels/dense/activations.hpp"
#include "kernels/dense/elementary.hpp"
#include "kernels/dense/parameter_updates.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/networks/identity.hpp"
#include "spinflow/networks/layer_passes.hpp"
#include "spinflow/networks/parameter_limit.hpp"
#include "trainers/rbm_options.hpp"

namespace spinflow::trainers {

namespace {

// Weights that one thread moves as fast as several would.
constexpr std::size_t small_matrix = std::size_t{1} << 17;

std::vector<std::uint32_t> rows_held_out(std::size_t n_rows, double fraction, std::uint64_t seed) {
  const auto n_out = std::min(static_cast<std::size_t>(fraction * static_cast<double>(n_rows)), n_rows - 1);
  if (n_out == 0) return {};
  std::vector<std::uint32_t> rows(n_rows);
  std::iota(rows.begin(), rows.end(), 0u);
  base::shuffle(rows, base::RandomStream(seed, "rbm.held_out"));
  std::vector<std::uint32_t> result(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(n_out));
  std::ranges::sort(result);
  return result;
}

// Fills `rows` with the rows to train on, ascending: in place, since 10^7 of them are 40 MB.
std::vector<std::uint32_t> in_file_order(std::vector<std::uint32_t> rows,
                                         std::span<const std::uint32_t> held_out) {
  std::uint32_t next = 0;
  auto out = held_out.begin();
  for (auto& row : rows) {
    for (; out != held_out.end() && *out == next; ++out) ++next;
    row = next++;
  }
  return rows;
}

}  // namespace

double course_of_rate(double first, double last, std::int64_t done, std::int64_t updates) {
  if (!(last > 0 && first > 0) || updates < 2) return first;
  const double progress = static_cast<double>(done) / static_cast<double>(updates - 1);
  return first * kernels::exp_fixed(kernels::log_fixed(last / first) * progress);
}

double last_rate_of(double first, double last, std::int64_t done, std::int64_t updates) {
  if (last > 0 && done >= updates) return last;  // exactly
  return course_of_rate(first, last, std::max<std::int64_t>(done - 1, 0), updates);
}

RbmTrainer::State::State(const kernels::PackedSpins& spins, networks::Rbm network,
                         const RbmTrainingOptions& wanted, std::uint64_t stream_seed)
    : data(&spins),
      rbm(std::move(network)),
      options(wanted),
      seed(stream_seed),
      parameters(rbm),
      velocity(rbm.n_visible(), rbm.n_hidden),
      visible_velocity(1, rbm.n_visible()),
      hidden_velocity(1, rbm.n_hidden),
      held_out(rows_held_out(spins.n_rows(), options.held_out, stream_seed)),
      order(in_file_order(std::vector<std::uint32_t>(spins.n_rows() - held_out.size()), held_out)),
      batch_size(std::min(static_cast<std::size_t>(options.batch_size), order.size())),
      on_training(spins, order, stream_seed, "rbm.pseudo_likelihood"),
      on_held_out(spins, held_out, stream_seed, "rbm.pseudo_likelihood_held_out"),
      phase(begun_phase()),
      gradient(batch_size, phase->n_rows(), rbm.n_visible(), rbm.n_hidden) {
  data_seed = stream_seed;
  start = base::derived_seed(0, networks::identity(rbm));
  if (options.patience > 0 && held_out.empty())
    throw input_error("train rbm",
                      fmt::format("patience needs configurations that are held out, and {} of {} are none",
                                  options.held_out, spins.n_rows()),
                      "hold out a larger part of them");
  updates_per_epoch = static_cast<std::int64_t>(order.size() / batch_size);
  total_updates =
      std::max<std::int64_t>(1, std::llround(options.epochs * static_cast<double>(updates_per_epoch)));
  options.hidden = static_cast<std::int64_t>(rbm.n_hidden);
  rbm.training = settings_of(options);
  rbm.history.clear();
  rbm.state = nullptr;
}

std::unique_ptr<NegativePhase> RbmTrainer::State::begun_phase() {
  const auto first_rows = [this](std::size_t n) {
    choose_order(0);
    kernels::PackedSpins rows(n, data->n_columns());
    for (std::size_t r = 0; r < n; ++r)
      std::ranges::copy(data->row(order[r % order.size()]), rows.row(r).begin());
    return rows;
  };
  return registry()
      .find(options.method)
      .negative_phase(options.method_options, {.parameters = parameters,
                                               .batch_size = batch_size,
                                               .k = options.k,
                                               .seed = seed,
                                               .first_rows = first_rows});
}

void RbmTrainer::State::choose_order(std::int64_t epoch) {
  if (epoch == order_epoch) return;
  order = in_file_order(std::move(order), held_out);
  base::shuffle(order, base::RandomStream(seed, "rbm.shuffle", static_cast<std::uint64_t>(epoch)));
  order_epoch = epoch;
}

float RbmTrainer::State::rate() const { return static_cast<float>(rate_after(updates)); }

double RbmTrainer::State::last_rate() const {
  return last_rate_of(options.learning_rate, options.final_learning_rate, updates - rate_from,
                      total_updates - rate_from);
}

double RbmTrainer::State::rate_after(std::int64_t done) const {
  return course_of_rate(options.learning_rate, options.final_learning_rate, done - rate_from,
                        total_updates - rate_from);
}

void RbmTrainer::State::one_update(base::Observer& observer) {
  choose_order(epoch());
  const auto first = static_cast<std::size_t>(updates_of_epoch()) * batch_size;
  gradient.load(*data, std::span(order).subspan(first, batch_size));
  phase->fill(gradient, parameters, static_cast<std::uint64_t>(updates), observer, *ranks);
  changed_spins += phase->changed_spins().value_or(0);
  gradient.sum(*ranks);

  const float scale = 1.0f / static_cast<float>(batch_size);
  const auto momentum = static_cast<float>(options.momentum);
  bool finite = move_weights(scale, momentum);
  if (options.biases) {
    gradient.sum_biases();
    finite = kernels::momentum_update(parameters.visible_bias, visible_velocity, gradient.visible_bias(),
                                      scale, rate(), 0.0f, momentum, 0.0f) &&
             finite;
    finite = kernels::momentum_update(parameters.hidden_bias, hidden_velocity, gradient.hidden_bias(), scale,
                                      rate(), 0.0f, momentum, 0.0f) &&
             finite;
  }
  if (!finite)
    throw failure("train rbm", fmt::format("a weight is infinite or NaN at update {}", updates + 1),
                  way_out());
  ++updates;
}

bool RbmTrainer::State::move_weights(float scale, float momentum) {
  const std::size_t n_rows = rbm.n_visible();
  const std::size_t rows_of_piece = n_rows * rbm.n_hidden < small_matrix ? n_rows : 64;
  const auto in_pieces = [&](std::size_t begin, std::size_t end, const auto& work) {
    base::parallel_for_rows(end - begin, rows_of_piece, [&](std::size_t, std::size_t from, std::size_t to) {
      work(begin + from, begin + to);
    });
  };
  const auto transpose = [&](std::size_t first, std::size_t last) {
    kernels::transpose_into(parameters.to_hidden, first, last, parameters.to_visible);
  };
  std::atomic<bool> finite = true;
  const auto mine = ranks->part(n_rows);
  in_pieces(mine.first, mine.last, [&](std::size_t first, std::size_t last) {
    if (!kernels::momentum_update(parameters.to_hidden, velocity, gradient.weights(), scale, rate(),
                                  static_cast<float>(options.weight_decay), momentum,
                                  static_cast<float>(options.shrinkage), first, last))
      finite = false;
    transpose(first, last);
  });
  networks::gather_rows(*ranks, parameters.to_hidden, 0, n_rows);
  in_pieces(0, mine.first, transpose);
  in_pieces(mine.last, n_rows, transpose);
  return base::sum_over(*ranks, finite ? 0 : 1) == 0;
}

// What the user can change if the weights have grown too large. Without data the update is w'' = w' +
// momentum (w' - w) - rate decay w', which is stable while rate decay < 2 (1 + momentum).
std::string RbmTrainer::State::way_out() const {
  const double steepest = std::max(options.learning_rate, options.final_learning_rate);
  const double most = 2 * (1 + options.momentum) / steepest;
  if (options.weight_decay < most) return "choose a smaller learning rate";
  return fmt::format("choose a weight decay below {:.3g}: with this learning rate it overshoots zero", most);
}

void RbmTrainer::State::check_parameters() const {
  for (const auto* matrix : {&parameters.to_visible, &parameters.visible_bias, &parameters.hidden_bias})
    for (std::size_t r = 0; r < matrix->n_rows(); ++r)
      if (const auto grown = networks::unusable_parameter(matrix->row(r)))
        throw failure("train rbm", fmt::format("a weight has grown to {:.2g} at update {}", *grown, updates),
                      way_out());
}

void RbmTrainer::State::record() {
  check_parameters();
  std::int64_t since = updates - counted_from;
  if (!phase->changed_spins()) {
    parameters.store(rbm);
    const auto stream = base::derived_seed(seed, "rbm.reconstruction", static_cast<std::uint64_t>(updates));
    const auto hidden = networks::sample_hidden(rbm, gradient.batch(), stream);
    changed_spins =
        different_spins(gradient.batch(), networks::sample_visible(rbm, hidden, stream), 0, batch_size);
    since = 1;
  }
  double squares = 0;
  for (std::size_t r = 0; r < parameters.to_visible.n_rows(); ++r)
    for (const double w : parameters.to_visible.row(r)) squares += w * w;
  rbm.history.push_back({.update = updates,
                         .reconstruction_error =
                             static_cast<double>(changed_spins) /
                             (static_cast<double>(since) * static_cast<double>(batch_size * rbm.n_visible())),
                         .pseudo_likelihood_train = on_training.evaluate(parameters, *ranks),
                         .pseudo_likelihood_held_out = on_held_out.evaluate(parameters, *ranks),
                         .weight_norm = std::sqrt(squares)});
  changed_spins = 0;
  counted_from = updates;
  if (options.patience > 0) keep_best(rbm.history.back().pseudo_likelihood_held_out);
}

void RbmTrainer::State::keep_best(double score) {
  ++rows_since_best;
  if (!(score > best_score)) return;
  best_score = score;
  rows_since_best = 0;
  best = parameters;
}

}  // namespace spinflow::trainers
