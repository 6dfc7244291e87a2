// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/stack.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/kernels/signed_row_sums.hpp"
#include "spinflow/networks/identity.hpp"

namespace spinflow::networks {

namespace {

constexpr std::size_t rows_per_piece = 512;

void require_layers(const Stack& stack, std::size_t lower, std::size_t upper) {
  if (lower < upper && upper <= stack.layers.size()) return;
  throw input_error(
      "stack", fmt::format("there is no way from layer {} to layer {}", lower, upper),
      fmt::format("its layers are 0 (visible) to {}, the lower one comes first", stack.layers.size()));
}

/// The more probable sign of every hidden unit.
kernels::PackedSpins signs(const Rbm& rbm, const kernels::PackedSpins& v) {
  if (v.n_columns() != rbm.n_visible())
    throw input_error("stack",
                      fmt::format("the rows have {} spins, the layer {}", v.n_columns(), rbm.n_visible()),
                      "use configurations of the lattice it was trained on");
  const auto to_hidden =
      kernels::transposed(kernels::FloatMatrix(rbm.n_hidden, rbm.n_visible(), rbm.weights));
  kernels::PackedSpins result(v.n_rows(), rbm.n_hidden);
  kernels::FloatMatrix fields(v.n_rows(), rbm.n_hidden);
  base::parallel_for_rows(v.n_rows(), rows_per_piece, [&](std::size_t, std::size_t first, std::size_t last) {
    kernels::signed_row_sums(v, first, last, to_hidden, rbm.hidden_bias, fields);
    for (std::size_t r = first; r < last; ++r)
      for (std::size_t a = 0; a < rbm.n_hidden; ++a) result.set(r, a, fields.row(r)[a] >= 0 ? 1 : -1);
  });
  return result;
}

}  // namespace

lattice::Lattice Stack::lattice(std::size_t layer) const {
  if (layer > layers.size() || layers.empty())
    throw input_error("stack", fmt::format("it has no layer {}", layer),
                      fmt::format("its layers are 0 (visible) to {}", layers.size()));
  if (layer < layers.size()) return layers[layer].visible;
  return hidden_lattice(layers.back().visible, layers.back().n_hidden);
}

lattice::Lattice hidden_lattice(const lattice::Lattice& visible, std::size_t n_hidden) {
  const bool square = visible.dimension() == 2;
  std::vector<std::string> possible;
  for (int b = 2; 2 * b <= visible.lx(); ++b) {
    if (visible.lx() % b != 0 || (square && (visible.ly() % b != 0 || visible.ly() < 2 * b))) continue;
    const int lx = visible.lx() / b;
    const int ly = square ? visible.ly() / b : 1;
    if (static_cast<std::size_t>(lx) * static_cast<std::size_t>(ly) != n_hidden) {
      possible.push_back(
          fmt::format("{} (blocks of {})", lx * ly, square ? fmt::format("{}x{}", b, b) : fmt::to_string(b)));
      continue;
    }
    if (square) return lattice::Lattice::square(lx, ly, visible.boundary());
    return lattice::Lattice::chain(lx, visible.boundary());
  }
  throw input_error("stack",
                    fmt::format("{} hidden units are no blocks of a lattice of {}", n_hidden, visible.text()),
                    possible.empty() ? "its sides have no common divisor that leaves two blocks a side: "
                                       "nothing can stand above it"
                                     : fmt::format("these numbers would be: {}", fmt::join(possible, ", ")));
}

kernels::PackedSpins up(const Stack& stack, const kernels::PackedSpins& v, std::size_t from,
                        std::size_t layer, HiddenMode mode, std::uint64_t seed) {
  require_layers(stack, from, layer);
  kernels::PackedSpins h = v;
  for (std::size_t l = from; l < layer; ++l) {
    const Rbm& rbm = stack.layers[l];
    h = mode == HiddenMode::sign ? signs(rbm, h)
                                 : sample_hidden(rbm, h, base::derived_seed(seed, "stack.up", l));
  }
  return h;
}

kernels::PackedSpins down(const Stack& stack, const kernels::PackedSpins& h, std::size_t layer,
                          std::size_t to, std::uint64_t seed) {
  require_layers(stack, to, layer);
  kernels::PackedSpins v = h;
  for (std::size_t l = layer; l-- > to;)
    v = sample_visible(stack.layers[l], v, base::derived_seed(seed, "stack.down", l));
  return v;
}

kernels::PackedSpins generate(const Stack& stack, std::size_t n, std::int64_t gibbs_steps,
                              std::uint64_t seed) {
  require_layers(stack, 0, stack.layers.size());
  if (gibbs_steps < 0)
    throw input_error("stack", fmt::format("{} Gibbs steps cannot be made", gibbs_steps), "give 0 or more");
  seed = base::derived_seed(seed, identity(stack));
  const std::size_t top = stack.layers.size() - 1;
  const Rbm& rbm = stack.layers[top];
  // Without weights or biases every spin is +-1 with probability 1/2.
  Rbm none{.visible = rbm.visible, .n_hidden = rbm.n_hidden};
  none.weights.resize(rbm.weights.size());
  none.visible_bias.resize(rbm.n_visible());
  none.hidden_bias.resize(rbm.n_hidden);
  kernels::PackedSpins v =
      sample_visible(none, kernels::PackedSpins(n, rbm.n_hidden), base::derived_seed(seed, "stack.begin"));
  for (std::int64_t step = 0; step < gibbs_steps; ++step) {
    const std::uint64_t now = base::derived_seed(seed, "stack.gibbs", static_cast<std::uint64_t>(step));
    v = sample_visible(rbm, sample_hidden(rbm, v, now), now);
  }
  return top == 0 ? v : down(stack, v, top, 0, seed);
}

}  // namespace spinflow::networks
