// SPDX-License-Identifier: Apache-2.0
#include "runs/kept_network.hpp"

#include <fmt/format.h>

#include "spinflow/networks/rbm_file.hpp"
#include "spinflow/networks/stack_file.hpp"

namespace spinflow::runs {

namespace {

/// What `train` gives; nothing, with the reason in `failure`, if it fails.
template <class Training>
std::optional<Training> training_or_failure(const RunFolder& folder, const std::string& name,
                                            const std::function<Training()>& train, std::string& failure) {
  try {
    auto training = train();
    folder.observer().note(fmt::format("{}: {} updates", name, training.updates));
    return training;
  } catch (const Error& error) {
    if (error.fault() != Fault::failure) throw;
    failure = error.what();
    folder.observer().note(fmt::format("{}: {}", name, failure));
    return std::nullopt;
  }
}

}  // namespace

Trained<networks::Rbm> kept_rbm(const RunFolder& folder, const std::string& name,
                                const std::function<trainers::RbmTraining()>& train) {
  const auto path = folder.file(name);
  if (std::filesystem::exists(path)) return {networks::read_rbm(path), ""};
  Trained<networks::Rbm> found;
  if (auto training = training_or_failure(folder, name, train, found.failure)) {
    networks::write_rbm(training->rbm, path);
    found.network = std::move(training->rbm);
  }
  return found;
}

Trained<networks::Stack> kept_stack(const RunFolder& folder, const std::string& name,
                                    const std::function<trainers::StackTraining()>& train) {
  const auto path = folder.file(name);
  if (std::filesystem::exists(path)) return {networks::read_stack(path), ""};
  Trained<networks::Stack> found;
  if (auto training = training_or_failure(folder, name, train, found.failure)) {
    training->stack.command = folder.command();
    networks::write_stack(training->stack, path);
    found.network = std::move(training->stack);
  }
  return found;
}

}  // namespace spinflow::runs
