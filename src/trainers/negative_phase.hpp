// SPDX-License-Identifier: Apache-2.0
// What tells one RBM trainer from another: where the second term of the gradient comes from.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "spinflow/base/observer.hpp"
#include "spinflow/base/ranks.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/networks/rbm_parameters.hpp"
#include "trainers/rbm_gradient.hpp"

namespace spinflow::trainers {

/// What a training tells its negative phase at the beginning.
struct PhaseStart {
  const RbmParameters& parameters;  ///< the initial ones
  std::size_t batch_size = 0;
  std::int64_t k = 1;      ///< steps of a chain per update
  std::uint64_t seed = 0;  ///< of the training's streams
  /// The first n rows of the first epoch, (n, n_visible); from the first row again where there are fewer.
  std::function<kernels::PackedSpins(std::size_t n)> first_rows;
};

/// The rows v' of the network's own distribution. One object belongs to one training. Two of the same start
/// and the same updates fill in the same bits, for any number of threads.
class NegativePhase {
 public:
  virtual ~NegativePhase() = default;

  /// How many rows v' there are, >= 1; the same for the whole training.
  [[nodiscard]] virtual std::size_t n_rows() const = 0;

  /// Fills in both halves of `gradient`, whose batch is loaded (RbmGradient::oppose). `update`: how many were
  /// done before. The parameters may be borrowed, and are the same at the end. `observer` hears advance(0)
  /// every few steps and may end the work by throwing; the object is then of no further use. `ranks` share
  /// the work: afterwards each has all rows of `gradient`, and all that the next update depends on.
  virtual void fill(RbmGradient& gradient, RbmParameters& parameters, std::uint64_t update,
                    base::Observer& observer, base::Ranks& ranks) = 0;

  /// Spins of the batch that one step v -> h -> v' changed in the last `fill`, if v' began at the batch;
  /// otherwise nothing, and the history's reconstruction error is measured apart.
  [[nodiscard]] virtual std::optional<std::int64_t> changed_spins() const { return std::nullopt; }

  /// What the next updates depend on, into the file of a training; read again by `load`, which throws
  /// Error(input) beginning with the path. Nothing, unless chains go on from update to update.
  /// `group`: "/" or one that is there.
  virtual void save(io::Hdf5Writer& /*file*/, std::string_view /*group*/) const {}
  virtual void load(const RbmParameters& /*parameters*/, const io::Hdf5Reader& /*file*/,
                    std::string_view /*group*/) {}
  /// A copy that can be saved later; empty if there is nothing to save.
  [[nodiscard]] virtual std::shared_ptr<const NegativePhase> snapshot() const { return nullptr; }
};

}  // namespace spinflow::trainers
