// SPDX-License-Identifier: Apache-2.0
#include "trainers/rbm_options.hpp"

#include <fmt/format.h>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/ensemble/identity.hpp"

namespace spinflow::trainers {

std::string_view name_of(RbmMethod method) {
  switch (method) {
    case RbmMethod::cd:
      return "cd";
    case RbmMethod::pcd:
      return "pcd";
    case RbmMethod::pt:
      return "pt";
  }
  return {};
}

base::Options<RbmTrainingOptions> rbm_training_options(RbmMethod method) {
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
           "fraction of the configurations kept out of training, for the history", {.least = 0, .most = 0.9});
  if (method != RbmMethod::cd)
    options.add("chains", &RbmTrainingOptions::chains, "persistent chains; 0: as many as the batch has rows",
                {.least = 0, .most = 1 << 24});
  if (method == RbmMethod::pt)
    options.add("replicas", &RbmTrainingOptions::replicas,
                "inverse temperatures from 0 to 1 that exchange their states", {.least = 1, .most = 1000});
  return options;
}

RbmTrainingOptions checked(const RbmTrainingOptions& options) {
  const auto binder = rbm_training_options(options.method);
  RbmTrainingOptions good = binder.parse(binder.values(options), "train rbm");
  good.method = options.method;
  return good;
}

RbmMethod extract_method(base::Values& training, const std::string& where) {
  const auto named = training.extract("method");
  if (named.empty()) return RbmMethod::cd;
  std::vector<std::string> known;
  for (const RbmMethod method : {RbmMethod::cd, RbmMethod::pcd, RbmMethod::pt}) {
    known.emplace_back(name_of(method));
    if (named.mapped() == base::Value(known.back())) return method;
  }
  const auto* name = std::get_if<std::string>(&named.mapped());
  const std::string text = name != nullptr ? *name : base::to_text(named.mapped());
  throw input_error(where, fmt::format("its method '{}' is unknown", text), suggestion(text, known));
}

std::uint64_t stream_seed(const lattice::Lattice& visible, std::size_t n_hidden,
                          const kernels::PackedSpins& data, std::uint64_t seed) {
  return base::derived_seed(seed,
                            fmt::format("train rbm {} on {}", n_hidden, ensemble::identity(visible, data)));
}

}  // namespace spinflow::trainers
