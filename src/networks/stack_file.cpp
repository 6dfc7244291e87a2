// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/stack_file.hpp"

#include <fmt/format.h>

#include "spinflow/base/error.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/networks/rbm_file.hpp"

namespace spinflow::networks {

namespace {

/// Every layer must stand on the one below, and make blocks of it.
void require_fit(const Stack& stack, const std::string& where) {
  const auto refuse = [&](const std::string& what) {
    return input_error(where, what, "give a file made by `spinflow train stack`");
  };
  if (stack.layers.empty()) throw refuse("it has no layers");
  for (std::size_t l = 0; l < stack.layers.size(); ++l) {
    const Rbm& rbm = stack.layers[l];
    try {
      const auto coarse = hidden_lattice(rbm.visible, rbm.n_hidden);
      if (l + 1 == stack.layers.size() || stack.layers[l + 1].visible == coarse) continue;
    } catch (const Error&) {
      throw refuse(fmt::format("the {} hidden units of its layer_{} are no blocks of a lattice of {}",
                               rbm.n_hidden, l, rbm.visible.text()));
    }
    const auto& above = stack.layers[l + 1].visible;
    throw refuse(
        fmt::format("its layer_{} on a lattice of {} ({}) does not stand on the {} hidden units of "
                    "layer_{}",
                    l + 1, above.text(), lattice::to_string(above.boundary()), rbm.n_hidden, l));
  }
}

}  // namespace

void write_stack(const Stack& stack, const std::filesystem::path& path, io::Existing existing) {
  require_fit(stack, path.string());
  io::Hdf5Writer file(path, existing);
  io::write_header(file, {.format = std::string(stack_format.name),
                          .seed = stack.seed,
                          .command = stack.command,
                          .model = stack.model_toml});
  for (std::size_t l = 0; l < stack.layers.size(); ++l)
    write_rbm_group(file, fmt::format("layer_{}", l), stack.layers[l]);
  file.commit();
}

Stack read_stack(const std::filesystem::path& path) { return read_stack(io::Hdf5Reader(path)); }

Stack read_stack(const io::Hdf5Reader& file) {
  const auto header = io::expect_header(file, stack_format);
  Stack stack{.model_toml = header.model, .seed = header.seed, .command = header.command};
  for (std::size_t l = 0; file.contains(fmt::format("layer_{}", l)); ++l) {
    Rbm rbm = read_rbm_group(file, fmt::format("layer_{}", l));
    rbm.seed = header.seed;
    rbm.command = header.command;
    rbm.model_toml = header.model;
    stack.layers.push_back(std::move(rbm));
    // All layers are read at once: each is smaller than the one below, so there are only a few.
    require_fit(stack, file.path().string());
  }
  require_fit(stack, file.path().string());
  return stack;
}

}  // namespace spinflow::networks
