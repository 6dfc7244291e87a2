// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/identity.hpp"

#include <fmt/format.h>

#include "spinflow/base/digest.hpp"

namespace spinflow::networks {

std::string identity(const Rbm& rbm) {
  base::Digest digest;
  for (const auto* numbers : {&rbm.weights, &rbm.visible_bias, &rbm.hidden_bias}) digest.add(*numbers);
  return fmt::format("rbm {} {} {} {:016x}", rbm.visible.text(), lattice::to_string(rbm.visible.boundary()),
                     rbm.n_hidden, digest.value());
}

std::string identity(const Stack& stack) {
  std::string text = "stack";
  for (const auto& rbm : stack.layers) text += fmt::format(" {}", identity(rbm));
  return text;
}

}  // namespace spinflow::networks
