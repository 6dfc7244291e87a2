// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "spinflow/networks/stack.hpp"

namespace spinflow::networks {

/// One line that identifies a network: the lattice of the visible layer, the number of hidden units and a
/// digest of the parameters, without history, settings and seed. Random streams depend on this text, so it
/// must not change.
[[nodiscard]] std::string identity(const Rbm& rbm);
/// The identities of all layers.
[[nodiscard]] std::string identity(const Stack& stack);

}  // namespace spinflow::networks
