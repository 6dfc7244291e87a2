// SPDX-License-Identifier: Apache-2.0
#include "runs/kept_network.hpp"

#include <fmt/format.h>

#include "spinflow/networks/dense_file.hpp"
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
  return folder.pieces().kept(
      name, path,
      [&] {
        return Trained<networks::Rbm>{networks::read_rbm(path), ""};
      },
      [&] {
        Trained<networks::Rbm> made;
        if (auto training = training_or_failure(folder, name, train, made.failure)) {
          networks::write_rbm(training->rbm, path);
          made.network = std::move(training->rbm);
        }
        return made;
      });
}

Trained<networks::Stack> kept_stack(const RunFolder& folder, const std::string& name,
                                    const std::function<trainers::StackTraining()>& train) {
  const auto path = folder.file(name);
  return folder.pieces().kept(
      name, path,
      [&] {
        return Trained<networks::Stack>{networks::read_stack(path), ""};
      },
      [&] {
        Trained<networks::Stack> made;
        if (auto training = training_or_failure(folder, name, train, made.failure)) {
          training->stack.command = folder.command();
          networks::write_stack(training->stack, path);
          made.network = std::move(training->stack);
        }
        return made;
      });
}

networks::Dense kept_dense(const RunFolder& folder, const std::string& name,
                           const std::function<networks::Dense()>& train) {
  const auto path = folder.file(name);
  return folder.pieces().kept(
      name, path, [&] { return networks::read_dense(path); },
      [&] {
        networks::Dense net = train();
        networks::write_dense(net, path);
        folder.observer().note(fmt::format("{} trained", name));
        return net;
      });
}

}  // namespace spinflow::runs
