// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/networks/rbm.hpp"

namespace spinflow::networks {

/// RBMs on top of each other: the hidden units of one are the visible units of the next. Unit a of a hidden
/// layer stands at site a of a coarser lattice, the visible lattice of the next layer (`arranged`).
///
///     networks::Stack stack = networks::read_stack("stack.h5");
///     auto h = networks::up(stack, data.spins, 0, 1, networks::HiddenMode::sampled, 1);  // (n, units)
///     auto v = networks::down(stack, h, 1, 0, 2);
struct Stack {
  std::vector<Rbm> layers = {};  ///< at least one; layers[l].n_hidden == layers[l + 1].n_visible()
  std::string model_toml = {};   ///< Hamiltonian of the training data, as in an ensemble file
  std::uint64_t seed = 0;
  std::string command = {};

  /// The lattice of layer 0 (visible), 1 .. layers.size() (hidden).
  [[nodiscard]] lattice::Lattice lattice(std::size_t layer) const;
};

/// The lattice of the hidden layer of `n_hidden` units above `visible`: blocks of b (chain) or b x b sites,
/// b >= 2 whole, at least 2 blocks a side, the same boundary. Error(input) naming the possible numbers of
/// units if there is no such b.
[[nodiscard]] lattice::Lattice hidden_lattice(const lattice::Lattice& visible, std::size_t n_hidden);

/// What a layer hands to the next: h ~ P(h | v), or the more probable sign of each unit (a field of exactly
/// 0: +1).
enum class HiddenMode { sampled, sign };

/// The hidden layer `layer` (1 .. layers.size()) of configurations `v` of layer `from` < `layer`. (n, units).
/// Each layer draws as `sample_hidden` does, with a seed of its own derived from `seed`.
[[nodiscard]] kernels::PackedSpins up(const Stack& stack, const kernels::PackedSpins& v, std::size_t from,
                                      std::size_t layer, HiddenMode mode, std::uint64_t seed);

/// Down again: v ~ P(v | h) layer by layer from configurations `h` of `layer` to layer `to`. (n, units).
[[nodiscard]] kernels::PackedSpins down(const Stack& stack, const kernels::PackedSpins& h, std::size_t layer,
                                        std::size_t to, std::uint64_t seed);

/// `n` configurations of the visible layer drawn from the stack as a deep belief net (Hinton, Osindero, Teh
/// 2006): `gibbs_steps` steps v -> h -> v of the top RBM from random spins, then down.
[[nodiscard]] kernels::PackedSpins generate(const Stack& stack, std::size_t n, std::int64_t gibbs_steps,
                                            std::uint64_t seed);

}  // namespace spinflow::networks
