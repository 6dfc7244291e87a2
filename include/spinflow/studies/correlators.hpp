// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "spinflow/analysis/correlators.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/networks/stack.hpp"
#include "spinflow/results/results.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::studies {

/// What the hidden units of one layer are held against: block spins of the same v.
struct CorrelatorOptions {
  std::string rule = "block-majority";  ///< registry name of a transformation with the option `factor`
  base::Values rule_options = {};       ///< its other options, where they are not the defaults
  networks::HiddenMode mode = networks::HiddenMode::sampled;
  std::size_t permutations = 999;
  std::uint64_t seed = 1;
};

/// Correlators of layer `layer` (1 .. ): v is the visible lattice or the h of the layer below, all of it; of
/// the hidden units only those that are not dead count, and the blocks at their places.
struct LayerCorrelators {
  std::size_t layer = 1;
  lattice::Lattice fine;    ///< of v
  lattice::Lattice coarse;  ///< of h and of the block spins
  std::vector<bool> use;    ///< (units): false for dead ones
  analysis::PairMatrix visible_hidden;
  analysis::PairMatrix visible_blocks;
  analysis::PairMatrix hidden_pairs;
  analysis::PairMatrix block_pairs;
  analysis::DistanceProfile hidden_profile;       ///< <v_i h_a>
  analysis::DistanceProfile block_profile;        ///< <v_i S_a>
  analysis::DistanceProfile hidden_pair_profile;  ///< <h_a h_b>, in sites of the coarse lattice
  analysis::DistanceProfile block_pair_profile;   ///< <S_a S_b>
  analysis::MatrixLikeness likeness;

  [[nodiscard]] std::size_t dead() const;
};

/// One per layer of the stack. `v`: rows of the visible lattice, of one temperature. Error(input) for another
/// lattice, for a rule that does not make the blocks of a layer, and for a layer without a living unit.
[[nodiscard]] std::vector<LayerCorrelators> correlators(const networks::Stack& stack,
                                                        const ensemble::Ensemble& v,
                                                        const CorrelatorOptions& options,
                                                        base::Observer& observer = base::silent());

/// Appends the figures <prefix>-profiles, -pairs, and for each layer -images-<layer>, -pair-images-<layer>,
/// and the tables <prefix>_layers, _profiles (hyphens of the prefix as underscores). `rule`: what to call the
/// blocks.
void add_correlators(std::span<const LayerCorrelators> layers, const std::string& rule, results::Results& out,
                     const std::string& prefix = "correlators");

}  // namespace spinflow::studies
