// SPDX-License-Identifier: Apache-2.0
// Trainings that go on later: unfinished ones from their own file, finished ones from that of their network.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

#include "networks/file_parts.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/networks/layer_passes.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "trainers/rbm_options.hpp"
#include "trainers/rbm_trainer_state.hpp"

namespace spinflow::trainers {

namespace {

using networks::inside;

constexpr io::Format state_format{.name = "spinflow/rbm-training"};

/// A copy of what goes on, but for parameters, settings and history.
struct Going final : networks::TrainingState {
  std::uint64_t stream_seed = 0;
  std::int64_t rows = 0;
  RbmCounts counts;
  std::vector<float> velocity;  // of weights and of both biases; empty without momentum
  std::vector<float> visible_velocity;
  std::vector<float> hidden_velocity;
  std::shared_ptr<const NegativePhase> phase;

  void write(io::Hdf5Writer& file, std::string_view group) const override {
    if (!velocity.empty()) {
      file.dataset(inside(group, "velocity"), velocity);
      file.dataset(inside(group, "visible_velocity"), visible_velocity);
      file.dataset(inside(group, "hidden_velocity"), hidden_velocity);
    }
    if (phase != nullptr) phase->save(file, group);
    file.attribute(group, "stream_seed", stream_seed);
    file.attribute(group, "rows", rows);
    for_each_count(counts, [&](const char* name, auto count) { file.attribute(group, name, count); });
  }
};

/// Options that may change where a training goes on with the same batches and chains.
constexpr std::array changeable = {
    "epochs",       "k",         "learning_rate", "final_learning_rate", "momentum",
    "weight_decay", "shrinkage", "initial_sigma"};

/// The learning rate of the network's last update; that of a default training where the file does not tell.
double last_rate(const io::Hdf5Reader& file, const networks::Rbm& rbm) {
  const auto number = [&](std::string_view name, double fallback) {
    const auto found = rbm.training.find(name);
    const auto* value = found == rbm.training.end() ? nullptr : std::get_if<double>(&found->second);
    return value == nullptr ? fallback : *value;
  };
  const double first = number("learning_rate", RbmTrainingOptions{}.learning_rate);
  const double last = number("final_learning_rate", 0);
  const auto group = networks::training_state_group;
  if (!file.contains(group)) return last > 0 ? last : first;
  const std::int64_t from = file.integer_attribute(group, "rate_from");
  const std::int64_t done = file.integer_attribute(group, "updates") - from;
  return last_rate_of(first, last, done, file.integer_attribute(group, "total_updates") - from);
}

/// The settings of a network that was trained; those of a default training where it does not tell.
/// `last`: its last learning rate, at which the training goes on.
base::Values settings_with(const networks::Rbm& rbm, const base::Values& changes, double last,
                           const std::string& where) {
  base::Values values = rbm.training;
  // Those of other programs' trainings, and of layers of stacks.
  const auto known = [&](const std::string& method) {
    const auto all = registry().find(method).options();
    return std::ranges::all_of(values, [&](const auto& entry) {
      return std::ranges::find(all, entry.first, &base::OptionSpec::name) != all.end();
    });
  };
  std::string method = extract_method(values, where);
  if (!known(method)) values.clear();
  if (const auto asked = changes.find("method"); asked != changes.end()) {
    const auto& wanted = std::get<std::string>(asked->second);
    if (wanted != method)
      for (const auto& spec : registry().find(method).own_options) values.erase(spec.name);
    method = wanted;
  }
  for (const auto& [name, value] : changes) values[name] = value;
  values["method"] = method;
  values["hidden"] = static_cast<std::int64_t>(rbm.n_hidden);
  // Patience and epochs are of one training.
  for (const auto* name : {"epochs", "patience"})
    if (!changes.contains(name)) values.erase(name);
  if (!changes.contains("learning_rate")) values["learning_rate"] = last;
  if (!changes.contains("final_learning_rate")) values.erase("final_learning_rate");
  return values;
}

/// Why the training of the file cannot go on as it was; empty if it can.
std::string why_anew(const io::Hdf5Reader& file, const networks::Rbm& rbm, const ensemble::Ensemble& data,
                     const base::Values& changes, std::uint64_t seed) {
  if (!file.contains(networks::training_state_group)) return "the file has no state of a training";
  if (seed != rbm.seed) return "the seed differs";
  if (file.unsigned_attribute(networks::training_state_group, "data_seed") !=
      stream_seed(data.lattice, rbm.n_hidden, data.spins, seed))
    return "the configurations differ";
  for (const auto& [name, value] : changes) {
    const auto before = rbm.training.find(name);
    const bool same = before != rbm.training.end() && before->second == value;
    if (!same && std::ranges::find(changeable, name) == changeable.end())
      return fmt::format("{} differs", name);
  }
  return {};
}

}  // namespace

std::shared_ptr<const networks::TrainingState> RbmTrainer::State::going() const {
  auto copy = std::make_shared<Going>();
  copy->stream_seed = seed;
  copy->rows = static_cast<std::int64_t>(data->n_rows());
  copy->counts = *this;
  if (options.momentum > 0) {
    kernels::FloatMatrix whole = velocity;
    networks::gather_rows(*ranks, whole, 0, whole.n_rows());
    copy->velocity = whole.unpadded();
    copy->visible_velocity = visible_velocity.unpadded();
    copy->hidden_velocity = hidden_velocity.unpadded();
  }
  copy->phase = phase->snapshot();
  return copy;
}

void RbmTrainer::State::load(const io::Hdf5Reader& file, std::string_view group) {
  const std::string where = file.path().string();
  if (file.integer_attribute(group, "rows") != static_cast<std::int64_t>(data->n_rows()))
    throw input_error(
        where, fmt::format("it was trained on another number of configurations than {}", data->n_rows()),
        "resume with the same data");
  const auto matrix = [&](std::string_view name, kernels::FloatMatrix& to) {
    if (!file.contains(inside(group, name))) return;  // without momentum
    const std::size_t n = to.n_rows() * to.n_columns();
    to = kernels::FloatMatrix(to.n_rows(), to.n_columns(), file.read<float>(inside(group, name), {n}));
  };
  matrix("velocity", velocity);
  matrix("visible_velocity", visible_velocity);
  matrix("hidden_velocity", hidden_velocity);
  phase->load(parameters, file, group);
  counted_from = rbm.history.empty() ? 0 : rbm.history.back().update;
  // Files of older versions lack most of them.
  for_each_count(*this, [&](const char* name, auto& count) {
    if (!file.has_attribute(group, name)) return;
    if constexpr (std::is_signed_v<std::remove_reference_t<decltype(count)>>)
      count = file.integer_attribute(group, name);
    else
      count = file.unsigned_attribute(group, name);
  });
  if (pass_from < 0 || pass_from > updates || epoch_from < 0 || updates < 0 || updates > total_updates ||
      counted_from < 0 || counted_from > updates || rate_from < 0 || rate_from > updates)
    throw input_error(where, "its number of updates does not fit its settings", "start the training anew");
}

void RbmTrainer::State::write(const std::filesystem::path& path, const networks::TrainingState& state) const {
  io::Hdf5Writer file(path);
  io::write_header(file, {.format = std::string(state_format.name),
                          .seed = rbm.seed,
                          .command = rbm.command,
                          .model = rbm.model_toml});
  networks::Rbm now = rbm;
  parameters.store(now);
  networks::write_rbm_group(file, "rbm", now);
  state.write(file, "/");
  if (best) {
    best->store(now);
    now.history.clear();
    networks::write_rbm_group(file, "best", now);
    file.attribute("best", "score", best_score);
    file.attribute("best", "rows_since", rows_since_best);
  }
  file.attribute("/", "seconds", seconds);
  file.commit();
}

void RbmTrainer::save(const std::filesystem::path& path) const {
  const State& s = *state_;
  const auto going = s.going();
  base::together(*s.ranks, [&] {
    if (s.ranks->rank() == 0) s.write(path, *going);
  });
}

RbmTrainer RbmTrainer::resume(const kernels::PackedSpins& data, const std::filesystem::path& path) {
  const io::Hdf5Reader file(path);
  const auto header = io::expect_header(file, state_format);
  networks::Rbm rbm = networks::read_rbm_group(file, "rbm");
  rbm.command = header.command;
  rbm.model_toml = header.model;
  rbm.seed = header.seed;
  auto history = rbm.history;
  base::Values values = rbm.training;
  const std::string method = extract_method(values, path.string());
  const RbmTrainingOptions options = options_of(method, values, path.string());
  check_data(data, rbm);
  // Files of older versions have no stream seed: their streams depend on the seed alone.
  const std::uint64_t words =
      file.has_attribute("/", "stream_seed") ? file.unsigned_attribute("/", "stream_seed") : header.seed;
  RbmTrainer trainer(std::make_unique<State>(data, std::move(rbm), options, words));
  State& s = *trainer.state_;
  s.rbm.history = std::move(history);
  s.load(file, "/");
  if (file.contains("best")) {
    const networks::Rbm best = networks::read_rbm_group(file, "best");
    if (best.n_hidden != s.rbm.n_hidden || best.n_visible() != s.rbm.n_visible())
      throw input_error(path.string(), "its best network has another shape", "start the training anew");
    s.best.emplace(best);
    s.best_score = file.real_attribute("best", "score");
    s.rows_since_best = file.integer_attribute("best", "rows_since");
  }
  s.seconds = file.real_attribute("/", "seconds");
  return trainer;
}

bool RbmTrainer::same_course(const RbmTrainer& other) const {
  const State& a = *state_;
  const State& b = *other.state_;
  return a.rbm.training == b.rbm.training && a.rbm.seed == b.rbm.seed && a.seed == b.seed &&
         a.data_seed == b.data_seed && a.start == b.start && a.total_updates == b.total_updates &&
         a.rate_from == b.rate_from;
}

ContinuedTraining continued_training(const ensemble::Ensemble& data, const std::filesystem::path& network,
                                     const base::Values& changes, std::optional<std::uint64_t> seed) {
  const io::Hdf5Reader file(network);
  networks::Rbm rbm = networks::read_rbm(file);
  const std::string where = network.string();
  base::check_memory(32 * static_cast<double>(rbm.n_hidden) * static_cast<double>(rbm.n_visible()),
                     "train rbm");
  const std::uint64_t words = seed.value_or(rbm.seed);
  if (const auto asked = changes.find("hidden");
      asked != changes.end() &&
      std::get<std::int64_t>(asked->second) != static_cast<std::int64_t>(rbm.n_hidden))
    throw input_error("train rbm", fmt::format("{} has {} hidden units", where, rbm.n_hidden),
                      "leave the number out");
  check_data(data.spins, rbm);
  if (!(data.lattice == rbm.visible))
    throw input_error("train rbm",
                      fmt::format("the configurations have {} sites ({}), {} has {} ({})",
                                  data.lattice.text(), lattice::to_string(data.lattice.boundary()), where,
                                  rbm.visible.text(), lattice::to_string(rbm.visible.boundary())),
                      "use a network of the same lattice");
  std::string anew = why_anew(file, rbm, data, changes, words);
  base::Values values = settings_with(rbm, changes, last_rate(file, rbm), where);
  const std::string method = extract_method(values, where);
  RbmTrainingOptions options = options_of(method, values, where);
  if (!anew.empty()) {
    if (data.model != nullptr) rbm.model_toml = models::to_toml(*data.model);
    return {.trainer = begun_at(rbm, data.spins, options, words), .anew = std::move(anew)};
  }
  auto history = rbm.history;
  auto state = std::make_unique<RbmTrainer::State>(
      data.spins, std::move(rbm), options,
      file.unsigned_attribute(networks::training_state_group, "stream_seed"));
  const std::int64_t more = state->total_updates;
  state->rbm.history = std::move(history);
  state->load(file, networks::training_state_group);
  state->total_updates = state->updates + more;
  if (options.final_learning_rate > 0) state->rate_from = state->updates;
  state->options.epochs =
      static_cast<double>(state->total_updates) / static_cast<double>(state->updates_per_epoch);
  state->rbm.training = settings_of(state->options);
  return {.trainer = RbmTrainer(std::move(state)), .anew = {}};
}

}  // namespace spinflow::trainers
