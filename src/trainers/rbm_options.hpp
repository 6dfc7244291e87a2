// SPDX-License-Identifier: Apache-2.0
// Options and seeds of trainings of RBMs, as the trainer and its entries need them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "spinflow/base/options.hpp"
#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/lattice/lattice.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"

namespace spinflow::trainers {

/// The options, checked, with all of their method: the limits of the binder hold for options made in C++,
/// too. Error(input) otherwise.
[[nodiscard]] RbmTrainingOptions checked(const RbmTrainingOptions& options);

/// The options of a method by name: those of every training and its own. Error(input) beginning with `where`
/// for an unknown name or a bad value.
[[nodiscard]] RbmTrainingOptions options_of(const std::string& method, const base::Values& values,
                                            std::string_view where);

/// What a file says of a training: the inverse of `extract_method` and `options_of`.
[[nodiscard]] base::Values settings_of(const RbmTrainingOptions& options);

/// Takes the method out of the settings of a saved network; older ones name none and were trained by cd.
/// Error(input) beginning with `where` for an unknown one.
[[nodiscard]] std::string extract_method(base::Values& training, const std::string& where);

/// The seed of all streams of a training, derived from the caller's.
[[nodiscard]] std::uint64_t stream_seed(const lattice::Lattice& visible, std::size_t n_hidden,
                                        const kernels::PackedSpins& data, std::uint64_t seed);

}  // namespace spinflow::trainers
