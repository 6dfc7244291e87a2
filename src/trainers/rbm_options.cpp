// SPDX-License-Identifier: Apache-2.0
#include "trainers/rbm_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/ensemble/identity.hpp"

namespace spinflow::trainers {

base::Options<RbmTrainingOptions> rbm_training_options() {
  base::Options<RbmTrainingOptions> options;
  options.add("hidden", &RbmTrainingOptions::hidden, "hidden units", {.least = 1, .most = 1 << 20})
      .add("k", &RbmTrainingOptions::k, "steps of the chain per update", {.least = 1, .most = 1 << 20})
      .add("learning_rate", &RbmTrainingOptions::learning_rate, "rate of the updates", {.least = 0})
      .add("final_learning_rate", &RbmTrainingOptions::final_learning_rate,
           "rate at the last update, reached geometrically; 0: the rate stays constant", {.least = 0})
      .add("momentum", &RbmTrainingOptions::momentum, "part of the last step that is repeated",
           {.least = 0, .most = 0.9999})
      .add("weight_decay", &RbmTrainingOptions::weight_decay, "pull of the weights to zero", {.least = 0})
      .add("shrinkage", &RbmTrainingOptions::shrinkage,
           "lambda: every update ends with W <- sign(W) max(|W| - rate lambda, 0)", {.least = 0})
      .add("batch_size", &RbmTrainingOptions::batch_size, "configurations per update",
           {.least = 1, .most = 1 << 24})
      .add("epochs", &RbmTrainingOptions::epochs, "passes over the data, may be a fraction",
           {.least = 1e-9, .most = 1e9})
      .add("biases", &RbmTrainingOptions::biases, "train biases of both layers")
      .add("initial_sigma", &RbmTrainingOptions::initial_sigma, "standard deviation of the initial weights",
           {.least = 0})
      .add("held_out", &RbmTrainingOptions::held_out,
           "fraction of the configurations kept out of training, for the history", {.least = 0, .most = 0.9})
      .add("patience", &RbmTrainingOptions::patience,
           "epochs without a better held-out pseudo-likelihood before it stops with the best weights; 0: "
           "never",
           {.least = 0, .most = 1 << 30});
  return options;
}

std::vector<base::OptionSpec> TrainerEntry::options() const {
  auto all = rbm_training_options().specs();
  all.insert(all.end(), own_options.begin(), own_options.end());
  return all;
}

namespace {

/// What to say of an option that the method does not have.
Error not_of_method(const TrainerEntry& entry, const std::string& name, std::string_view where) {
  for (const auto& other : registry().entries())
    if (std::ranges::count(other.own_options, name, &base::OptionSpec::name) > 0)
      return input_error(where, fmt::format("the method {} has no option '{}'", entry.name, name),
                         fmt::format("leave it out, or choose the method {}", other.name));
  return base::no_such_option(where, name, entry.options());
}

}  // namespace

RbmTrainingOptions options_of(const std::string& method, const base::Values& values, std::string_view where) {
  const TrainerEntry& entry = registry().find(method);
  base::Values own;
  for (const auto& spec : entry.own_options) own[spec.name] = spec.fallback;
  const auto all = entry.options();
  base::Values shared;
  for (const auto& [name, value] : values) {
    if (std::ranges::find(all, name, &base::OptionSpec::name) == all.end())
      throw not_of_method(entry, name, where);
    (own.contains(name) ? own : shared)[name] = value;
  }
  for (const auto& spec : entry.own_options) own[spec.name] = base::checked(spec, own[spec.name], where);
  RbmTrainingOptions options = rbm_training_options().parse(shared, where);
  options.method = method;
  options.method_options = std::move(own);
  if (options.patience > 0 && options.held_out == 0)
    throw input_error(where, "patience needs configurations that are held out, and held_out is 0",
                      "hold out a part of them, such as a tenth");
  return options;
}

RbmTrainingOptions checked(const RbmTrainingOptions& options) {
  base::Values values = rbm_training_options().values(options);
  values.insert(options.method_options.begin(), options.method_options.end());
  return options_of(options.method, values, "train rbm");
}

base::Values settings_of(const RbmTrainingOptions& options) {
  base::Values values = rbm_training_options().values(options);
  values.insert(options.method_options.begin(), options.method_options.end());
  values["method"] = options.method;
  return values;
}

std::string extract_method(base::Values& training, const std::string& where) {
  const auto named = training.extract("method");
  if (named.empty()) return "cd";
  const auto* name = std::get_if<std::string>(&named.mapped());
  if (name != nullptr && registry().contains(*name)) return *name;
  const std::string text = name != nullptr ? *name : base::to_text(named.mapped());
  throw input_error(where, fmt::format("its method '{}' is unknown", text),
                    suggestion(text, registry().names()));
}

std::uint64_t stream_seed(const lattice::Lattice& visible, std::size_t n_hidden,
                          const kernels::PackedSpins& data, std::uint64_t seed) {
  return base::derived_seed(seed,
                            fmt::format("train rbm {} on {}", n_hidden, ensemble::identity(visible, data)));
}

}  // namespace spinflow::trainers
