// SPDX-License-Identifier: Apache-2.0
#include "spinflow/transformations/dense_map.hpp"

#include <fmt/format.h>

#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"

namespace spinflow::transformations {

namespace {

networks::Dense with_spins(networks::Dense net) {
  if (net.output) return net;
  throw input_error("dense-map",
                    fmt::format("the outputs of a net trained for '{}' are no spins", net.purpose),
                    "train one with --target decimation:b, majority:b or autoencode");
}

}  // namespace

DenseMap::DenseMap(networks::Dense net) : net_(with_spins(std::move(net))), forward_(net_) {}

lattice::Lattice DenseMap::output_lattice(const lattice::Lattice& input) const {
  if (!(input == net_.visible))
    throw input_error(
        "dense-map",
        fmt::format("the network was trained on lattice {} ({}), the configurations live on {} ({})",
                    net_.visible.text(), lattice::to_string(net_.visible.boundary()), input.text(),
                    lattice::to_string(input.boundary())),
        "use configurations of the network's lattice, or fewer steps");
  return *net_.output;
}

ensemble::Ensemble DenseMap::apply(const ensemble::Ensemble& input, std::uint64_t /*seed*/) const {
  const lattice::Lattice lattice = output_lattice(input.lattice);
  kernels::PackedSpins spins(input.size(), net_.n_outputs());
  base::parallel_for_rows(input.size(), rows_per_piece,
                          [&](std::size_t /*piece*/, std::size_t first, std::size_t last) {
                            const auto y = forward_.outputs(input.spins, first, last);
                            for (std::size_t r = first; r < last; ++r)
                              for (std::size_t c = 0; c < y.n_columns(); ++c)
                                spins.set(r, c, y.row(r - first)[c] >= 0 ? 1 : -1);
                          });
  return mapped(input, std::move(spins), lattice);
}

}  // namespace spinflow::transformations
