// SPDX-License-Identifier: Apache-2.0
#include "runs/kept_network.hpp"

#include <fmt/format.h>

#include "spinflow/networks/dense_file.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "spinflow/networks/stack_file.hpp"
#include "spinflow/results/folder_files.hpp"

namespace spinflow::runs {

namespace {

/// Where the training of that network saves itself.
std::filesystem::path saved_training(const RunFolder& folder, const std::string& name) {
  auto path = folder.file(name);
  path += results::training_suffix;
  return path;
}

/// Removes what was saved of that training, with every layer of a stack.
void forget(const RunFolder& folder, const std::string& name) {
  const std::string saved = saved_training(folder, name).filename().string();
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path(), none))
    if (entry.path().filename().string().starts_with(saved)) std::filesystem::remove(entry.path(), none);
}

/// What `train` gives, from where it was interrupted, or from its beginning if what is left of that is
/// damaged.
template <class Result>
Result trained_on(const RunFolder& folder, const std::string& name, const Training<Result>& train) {
  const trainers::Savepoint savepoint{.path = saved_training(folder, name), .when_stopped = 0};
  try {
    return train(savepoint);
  } catch (const Error& error) {
    if (error.fault() != Fault::input || !std::string_view(error.what()).starts_with(savepoint.path.string()))
      throw;
    folder.observer().note(fmt::format("{} is trained from its beginning: {}", name, error.what()));
    forget(folder, name);
    return train(savepoint);
  }
}

/// The same; nothing, with the reason in `failure`, if it fails.
template <class Result>
std::optional<Result> training_or_failure(const RunFolder& folder, const std::string& name,
                                          const Training<Result>& train, std::string& failure) {
  try {
    auto training = trained_on(folder, name, train);
    folder.observer().note(fmt::format("{}: {} updates", name, training.updates));
    return training;
  } catch (const Error& error) {
    if (error.fault() != Fault::failure) throw;
    failure = error.what();
    folder.observer().note(fmt::format("{}: {}", name, failure));
    return std::nullopt;
  }
}

/// The network in the file of that name, as read(path) gives it, or trained and written: written(training,
/// path) gives the network.
template <class Network, class Result, class Read, class Write>
Trained<Network> kept_training(const RunFolder& folder, const std::string& name,
                               const Training<Result>& train, const Read& read, const Write& written) {
  const auto path = folder.file(name);
  return folder.pieces().kept(
      name, path,
      [&] {
        return Trained<Network>{read(path), ""};
      },
      [&] {
        Trained<Network> made;
        if (auto training = training_or_failure(folder, name, train, made.failure)) {
          made.network = written(*training, path);
          forget(folder, name);
        }
        return made;
      });
}

}  // namespace

Trained<networks::Rbm> kept_rbm(const RunFolder& folder, const std::string& name,
                                const Training<trainers::RbmTraining>& train) {
  return kept_training<networks::Rbm>(
      folder, name, train, [](const auto& path) { return networks::read_rbm(path); },
      [](trainers::RbmTraining& training, const auto& path) {
        networks::write_rbm(training.rbm, path);
        return std::move(training.rbm);
      });
}

Trained<networks::Stack> kept_stack(const RunFolder& folder, const std::string& name,
                                    const Training<trainers::StackTraining>& train) {
  return kept_training<networks::Stack>(
      folder, name, train, [](const auto& path) { return networks::read_stack(path); },
      [&](trainers::StackTraining& training, const auto& path) {
        training.stack.command = folder.command();
        networks::write_stack(training.stack, path);
        return std::move(training.stack);
      });
}

networks::Dense kept_dense(const RunFolder& folder, const std::string& name,
                           const Training<networks::Dense>& train) {
  const auto path = folder.file(name);
  return folder.pieces().kept(
      name, path, [&] { return networks::read_dense(path); },
      [&] {
        networks::Dense net = trained_on(folder, name, train);
        networks::write_dense(net, path);
        forget(folder, name);
        folder.observer().note(fmt::format("{} trained", name));
        return net;
      });
}

}  // namespace spinflow::runs
