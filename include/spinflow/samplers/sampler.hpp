// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "spinflow/base/citation.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/base/registry.hpp"
#include "spinflow/ensemble/ensemble.hpp"

namespace spinflow::samplers {

class SavedPieces;  // spinflow/samplers/saved_pieces.hpp

struct SampleRequest {
  std::shared_ptr<const models::Model> model;
  std::vector<double> temperatures;  ///< in units of the model's energies over k_B, >= 0, finite
  std::size_t samples_per_temperature = 0;
  std::uint64_t seed = 1;
  SavedPieces* saved =
      nullptr;  ///< where work that is done is saved, and found after an interruption; may be nothing
};

/// A sampling algorithm.
struct SamplerEntry {
  std::string name;
  std::string help;
  std::vector<base::Citation> citations;
  std::string update;  ///< what one update is called: "sweep", "cluster"
  /// Why it cannot sample this model; empty if it can.
  std::function<std::string(const models::Model&)> refusal;
  /// Equilibrated, independent configurations: rows ordered by temperature as requested, then sample. tau_int
  /// is measured, burn-in and thinning follow from it, all are recorded in Ensemble::sampling.
  std::function<ensemble::Ensemble(const SampleRequest&, base::Observer&)> sample;
  /// Applies `n_updates` updates at one temperature to every row of `replicas`, each row with randomness of
  /// its own; the contract test holds that this leaves the enumerated distribution invariant. Empty for exact
  /// samplers.
  std::function<void(const models::Model&, double temperature, kernels::PackedSpins& replicas,
                     std::uint64_t n_updates, std::uint64_t seed)>
      update_replicas;
};

[[nodiscard]] base::Registry<SamplerEntry>& registry();

/// Adds a sampler to the registry. The seed that `sample` receives is derived from the caller's seed,
/// the model's identity, the temperatures and the number of configurations, so runs that differ in any
/// of these share no random words. The ensemble keeps the caller's seed. A temperature of -0 becomes
/// 0.
void add_sampler(SamplerEntry entry);

///     auto data = samplers::sample({models::IsingSquare{.side = 10}, {2.0, 2.5}, 1000});
///
/// Samples with the algorithm of the given name, or with the default for (model, size, temperature) if the
/// name is "auto": each temperature then gets the algorithm that is expected to give independent samples
/// soonest. Error(input) for T < 0 or not finite, no temperatures, n = 0, a model the sampler refuses.
[[nodiscard]] ensemble::Ensemble sample(const SampleRequest& request, std::string_view sampler = "auto",
                                        base::Observer& observer = base::silent());

}  // namespace spinflow::samplers
