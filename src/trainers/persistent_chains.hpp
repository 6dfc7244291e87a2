// SPDX-License-Identifier: Apache-2.0
// Chains that go on from update to update, of one inverse temperature or of several.
#pragma once

#include <vector>

#include "spinflow/base/options.hpp"
#include "spinflow/networks/rbm_tempering.hpp"
#include "trainers/negative_phase.hpp"

namespace spinflow::trainers {

/// The v at beta = 1 of networks::RbmTempering after one more round of k steps with the present parameters.
/// The chains begin at the first rows of the first epoch, every replica at the same row.
class PersistentChains final : public NegativePhase {
 public:
  /// `n_chains`: 0 for as many as the batch has rows; `replicas`: as networks::even_betas. Error(input) for
  /// more memory than the machine has.
  PersistentChains(const PhaseStart& start, std::int64_t n_chains, std::int64_t replicas);

  /// The option "chains" of the trainers that have such chains.
  [[nodiscard]] static base::OptionSpec chains_option();

  [[nodiscard]] std::size_t n_rows() const override { return chains_.n_chains(); }
  void fill(RbmGradient& gradient, RbmParameters& parameters, std::uint64_t update, base::Observer& observer,
            base::Ranks& ranks) override;
  void save(io::Hdf5Writer& file, std::string_view group) const override;
  void load(const RbmParameters& parameters, const io::Hdf5Reader& file, std::string_view group) override;
  [[nodiscard]] std::shared_ptr<const NegativePhase> snapshot() const override {
    return std::make_shared<PersistentChains>(*this);
  }

 private:
  std::int64_t k_;
  networks::RbmTempering chains_;
};

}  // namespace spinflow::trainers
