// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "spinflow/networks/stack.hpp"

namespace spinflow::networks {

/// What tells two networks apart, on one line: the lattice of the visible layer, the number of hidden units
/// and a digest of the parameters; history, settings and seed are no part of it. For keys of random streams:
/// the text is an interface.
[[nodiscard]] std::string identity(const Rbm& rbm);
/// Of all layers.
[[nodiscard]] std::string identity(const Stack& stack);

}  // namespace spinflow::networks
