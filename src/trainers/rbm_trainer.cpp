// SPDX-License-Identifier: Apache-2.0
#include "spinflow/trainers/rbm_trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <numeric>

#include "kernels/dense/activations.hpp"
#include "kernels/dense/elementary.hpp"
#include "kernels/dense/parameter_updates.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/networks/parameter_limit.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "trainers/negative_phase.hpp"
#include "trainers/rbm_gradient.hpp"
#include "trainers/rbm_options.hpp"

namespace spinflow::trainers {

namespace {

constexpr io::Format state_format{.name = "spinflow/rbm-training"};
// Weights that one thread moves as fast as several would.
constexpr std::size_t small_matrix = std::size_t{1} << 17;

}  // namespace

struct RbmTrainer::State {
  const kernels::PackedSpins* data;
  networks::Rbm rbm;  // lattice, origin, seed, settings and history; the parameters are in `parameters`
  RbmTrainingOptions options;
  std::uint64_t seed;  // of the streams

  RbmParameters parameters;
  kernels::FloatMatrix velocity;
  kernels::FloatMatrix visible_velocity;
  kernels::FloatMatrix hidden_velocity;
  std::vector<std::uint32_t> held_out;  // rows kept out of training, ascending
  std::vector<std::uint32_t> order;     // the other rows, in the order of the epoch `order_epoch`
  std::size_t batch_size = 0;
  std::int64_t order_epoch = -1;
  PseudoLikelihood on_training;
  PseudoLikelihood on_held_out;
  std::unique_ptr<NegativePhase> phase;
  RbmGradient gradient;

  std::int64_t updates = 0;
  std::int64_t total_updates = 0;
  std::int64_t updates_per_epoch = 0;
  std::int64_t changed_spins = 0;  // since the update `counted_from`, that of the last row of the history
  std::int64_t counted_from = 0;
  double log_rate_ratio = 0;
  double seconds = 0;

  static std::vector<std::uint32_t> rows_held_out(std::size_t n_rows, double fraction, std::uint64_t seed) {
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
  static std::vector<std::uint32_t> in_file_order(std::vector<std::uint32_t> rows,
                                                  std::span<const std::uint32_t> held_out) {
    std::uint32_t next = 0;
    auto out = held_out.begin();
    for (auto& row : rows) {
      for (; out != held_out.end() && *out == next; ++out) ++next;
      row = next++;
    }
    return rows;
  }

  // `wanted` is within its limits; `rbm.seed` is the caller's.
  State(const kernels::PackedSpins& spins, networks::Rbm start, const RbmTrainingOptions& wanted,
        std::uint64_t stream_seed)
      : data(&spins),
        rbm(std::move(start)),
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
    updates_per_epoch = static_cast<std::int64_t>(order.size() / batch_size);
    total_updates =
        std::max<std::int64_t>(1, std::llround(options.epochs * static_cast<double>(updates_per_epoch)));
    if (options.final_learning_rate > 0 && options.learning_rate > 0)
      log_rate_ratio = kernels::log_fixed(options.final_learning_rate / options.learning_rate);
    options.hidden = static_cast<std::int64_t>(rbm.n_hidden);
    rbm.training = settings_of(options);
    rbm.history.clear();
  }

  std::unique_ptr<NegativePhase> begun_phase() {
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

  void choose_order(std::int64_t epoch) {
    if (epoch == order_epoch) return;
    order = in_file_order(std::move(order), held_out);
    base::shuffle(order, base::RandomStream(seed, "rbm.shuffle", static_cast<std::uint64_t>(epoch)));
    order_epoch = epoch;
  }

  [[nodiscard]] float rate() const {
    if (log_rate_ratio == 0 || total_updates < 2) return static_cast<float>(options.learning_rate);
    const double progress = static_cast<double>(updates) / static_cast<double>(total_updates - 1);
    return static_cast<float>(options.learning_rate * kernels::exp_fixed(log_rate_ratio * progress));
  }

  void one_update(base::Observer& observer) {
    choose_order(updates / updates_per_epoch);
    const auto first = static_cast<std::size_t>(updates % updates_per_epoch) * batch_size;
    gradient.load(*data, std::span(order).subspan(first, batch_size));
    phase->fill(gradient, parameters, static_cast<std::uint64_t>(updates), observer);
    changed_spins += phase->changed_spins().value_or(0);
    gradient.sum();

    const float scale = 1.0f / static_cast<float>(batch_size);
    const auto momentum = static_cast<float>(options.momentum);
    bool finite = move_weights(scale, momentum);
    if (options.biases) {
      gradient.sum_biases();
      finite = kernels::momentum_update(parameters.visible_bias, visible_velocity, gradient.visible_bias(),
                                        scale, rate(), 0.0f, momentum, 0.0f) &&
               finite;
      finite = kernels::momentum_update(parameters.hidden_bias, hidden_velocity, gradient.hidden_bias(),
                                        scale, rate(), 0.0f, momentum, 0.0f) &&
               finite;
    }
    if (!finite)
      throw failure("train rbm", fmt::format("a weight is infinite or NaN at update {}", updates + 1),
                    way_out());
    ++updates;
  }

  // The weights and their transpose; false if one is infinite or NaN.
  bool move_weights(float scale, float momentum) {
    const std::size_t n_rows = rbm.n_visible();
    const std::size_t rows_of_piece = n_rows * rbm.n_hidden < small_matrix ? n_rows : 64;
    std::atomic<bool> finite = true;
    base::parallel_for_rows(n_rows, rows_of_piece, [&](std::size_t, std::size_t first, std::size_t last) {
      if (!kernels::momentum_update(parameters.to_hidden, velocity, gradient.weights(), scale, rate(),
                                    static_cast<float>(options.weight_decay), momentum,
                                    static_cast<float>(options.shrinkage), first, last))
        finite = false;
      kernels::transpose_into(parameters.to_hidden, first, last, parameters.to_visible);
    });
    return finite;
  }

  // What the user can change if the weights have grown too large. Without data the update is w'' = w' +
  // momentum (w' - w) - rate decay w', which is stable while rate decay < 2 (1 + momentum).
  [[nodiscard]] std::string way_out() const {
    const double steepest = std::max(options.learning_rate, options.final_learning_rate);
    const double most = 2 * (1 + options.momentum) / steepest;
    if (options.weight_decay < most) return "choose a smaller learning rate";
    return fmt::format("choose a weight decay below {:.3g}: with this learning rate it overshoots zero",
                       most);
  }

  void check_parameters() const {
    for (const auto* matrix : {&parameters.to_visible, &parameters.visible_bias, &parameters.hidden_bias})
      for (std::size_t r = 0; r < matrix->n_rows(); ++r)
        if (const auto grown = networks::unusable_parameter(matrix->row(r)))
          throw failure("train rbm",
                        fmt::format("a weight has grown to {:.2g} at update {}", *grown, updates), way_out());
  }

  void record() {
    check_parameters();
    std::int64_t since = updates - counted_from;
    if (!phase->changed_spins()) {
      parameters.store(rbm);
      const auto stream = base::derived_seed(seed, "rbm.reconstruction", static_cast<std::uint64_t>(updates));
      const auto hidden = networks::sample_hidden(rbm, gradient.batch(), stream);
      changed_spins = different_spins(gradient.batch(), networks::sample_visible(rbm, hidden, stream));
      since = 1;
    }
    double squares = 0;
    for (std::size_t r = 0; r < parameters.to_visible.n_rows(); ++r)
      for (const double w : parameters.to_visible.row(r)) squares += w * w;
    rbm.history.push_back({.update = updates,
                           .reconstruction_error = static_cast<double>(changed_spins) /
                                                   (static_cast<double>(since) *
                                                    static_cast<double>(batch_size * rbm.n_visible())),
                           .pseudo_likelihood_train = on_training.evaluate(parameters),
                           .pseudo_likelihood_held_out = on_held_out.evaluate(parameters),
                           .weight_norm = std::sqrt(squares)});
    changed_spins = 0;
    counted_from = updates;
  }
};

namespace {

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

}  // namespace

RbmTrainer::RbmTrainer(const kernels::PackedSpins& data, networks::Rbm rbm, const RbmTrainingOptions& options,
                       std::uint64_t seed) {
  check_data(data, rbm);
  rbm.seed = seed;
  const std::uint64_t words = stream_seed(rbm.visible, rbm.n_hidden, data, seed);
  state_ = std::make_unique<State>(data, std::move(rbm), checked(options), words);
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
  for (; n > 0 && s.updates < s.total_updates; --n) {
    s.one_update(within);
    if (s.updates % s.updates_per_epoch == 0 || s.updates == s.total_updates) {
      stop_clock();
      s.record();
      start = Clock::now();
    }
  }
  stop_clock();
}

void RbmTrainer::go_on_with(const kernels::PackedSpins& data) {
  check_data(data, state_->rbm);
  auto next = std::make_unique<State>(data, rbm(), state_->options, state_->seed);
  if (next->batch_size != state_->batch_size)
    throw input_error("train rbm",
                      fmt::format("the batches would have {} configurations instead of {}", next->batch_size,
                                  state_->batch_size),
                      "give at least a batch of configurations at a time");
  next->velocity = state_->velocity;
  next->visible_velocity = state_->visible_velocity;
  next->hidden_velocity = state_->hidden_velocity;
  next->phase = std::move(state_->phase);
  next->rbm.history = state_->rbm.history;
  // Whole passes, so that every epoch has an order of its own.
  const std::int64_t epochs = (state_->updates + next->updates_per_epoch - 1) / next->updates_per_epoch;
  next->updates = epochs * next->updates_per_epoch;
  next->counted_from = next->updates;
  next->total_updates += next->updates;
  next->seconds = state_->seconds;
  state_ = std::move(next);
}

std::int64_t RbmTrainer::updates() const { return state_->updates; }
std::int64_t RbmTrainer::total_updates() const { return state_->total_updates; }
std::int64_t RbmTrainer::updates_per_epoch() const { return state_->updates_per_epoch; }
double RbmTrainer::seconds() const { return state_->seconds; }

networks::Rbm RbmTrainer::rbm() const {
  networks::Rbm result = state_->rbm;
  state_->parameters.store(result);
  return result;
}

void RbmTrainer::save(const std::filesystem::path& path) const {
  const State& s = *state_;
  io::Hdf5Writer file(path);
  io::write_header(file, {.format = std::string(state_format.name),
                          .seed = s.rbm.seed,
                          .command = s.rbm.command,
                          .model = s.rbm.model_toml});
  networks::write_rbm_group(file, "rbm", rbm());
  file.dataset("velocity", s.velocity.unpadded());
  file.dataset("visible_velocity", s.visible_velocity.unpadded());
  file.dataset("hidden_velocity", s.hidden_velocity.unpadded());
  s.phase->save(file);
  file.attribute("/", "stream_seed", s.seed);
  file.attribute("/", "rows", static_cast<std::int64_t>(s.data->n_rows()));
  file.attribute("/", "updates", s.updates);
  // Neither follows from the options after `go_on_with`.
  file.attribute("/", "total_updates", s.total_updates);
  file.attribute("/", "counted_from", s.counted_from);
  file.attribute("/", "changed_spins", s.changed_spins);
  file.attribute("/", "seconds", s.seconds);
  file.commit();
}

RbmTrainer RbmTrainer::resume(const kernels::PackedSpins& data, const std::filesystem::path& path) {
  const io::Hdf5Reader file(path);
  const auto header = io::expect_header(file, state_format);
  networks::Rbm rbm = networks::read_rbm_group(file, "rbm");
  rbm.command = header.command;
  rbm.model_toml = header.model;
  rbm.seed = header.seed;
  const auto history = rbm.history;
  if (file.integer_attribute("/", "rows") != static_cast<std::int64_t>(data.n_rows()))
    throw input_error(
        path.string(),
        fmt::format("it was trained on another number of configurations than {}", data.n_rows()),
        "resume with the same data");
  base::Values values = rbm.training;
  const std::string method = extract_method(values, path.string());
  const RbmTrainingOptions options = options_of(method, values, path.string());
  check_data(data, rbm);
  // Files of older versions have no stream seed: their streams depend on the seed alone.
  const std::uint64_t words =
      file.has_attribute("/", "stream_seed") ? file.unsigned_attribute("/", "stream_seed") : header.seed;
  RbmTrainer trainer(std::make_unique<State>(data, std::move(rbm), options, words));
  State& s = *trainer.state_;
  const auto load = [&](std::string_view name, kernels::FloatMatrix& matrix) {
    const std::size_t n = matrix.n_rows() * matrix.n_columns();
    matrix = kernels::FloatMatrix(matrix.n_rows(), matrix.n_columns(), file.read<float>(name, {n}));
  };
  load("velocity", s.velocity);
  load("visible_velocity", s.visible_velocity);
  load("hidden_velocity", s.hidden_velocity);
  s.phase->load(s.parameters, file);
  s.rbm.history = history;
  s.counted_from = history.empty() ? 0 : history.back().update;
  s.updates = file.integer_attribute("/", "updates");
  // Not in files of 0.1.0.
  if (file.has_attribute("/", "total_updates")) {
    s.total_updates = file.integer_attribute("/", "total_updates");
    s.counted_from = file.integer_attribute("/", "counted_from");
  }
  if (s.updates < 0 || s.updates > s.total_updates || s.counted_from < 0 || s.counted_from > s.updates)
    throw input_error(path.string(), "its number of updates does not fit its settings",
                      "start the training anew");
  s.changed_spins = file.integer_attribute("/", "changed_spins");
  s.seconds = file.real_attribute("/", "seconds");
  return trainer;
}

}  // namespace spinflow::trainers
