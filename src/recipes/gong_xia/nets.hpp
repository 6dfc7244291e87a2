// SPDX-License-Identifier: Apache-2.0
// What the stages of gong-xia have in common: chains, nets trained on them, their signs, and tables of both.
#pragma once

#include <string>
#include <string_view>

#include "recipes/gong_xia/measurements.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/networks/dense.hpp"

namespace spinflow::recipes::gong_xia {

/// `n` rings of `size` spins at K = `coupling` and h = `field` (both times 1/(k_B T)), drawn exactly. Nobody
/// else's, as long as no two pieces of work have both `stream` and `seed` in common.
[[nodiscard]] ensemble::Ensemble chains(const RunFolder& folder, std::int64_t size, double coupling,
                                        double field, std::int64_t n, std::string_view stream,
                                        std::size_t seed);

/// So many chains that `training` of them are left when the trainer has set its own aside.
[[nodiscard]] std::int64_t rows_to_draw(std::int64_t training, double held_out);

/// The signs of a net's outputs beside the spins they should be.
struct Signs {
  ensemble::Ensemble outputs;
  double accuracy = 0;  ///< fraction of outputs with the target's sign
  double loss = 0;      ///< mean of (output - target)^2
};
/// `v`: (n, n_visible), `targets`: (n, n_outputs) on `lattice`.
[[nodiscard]] Signs signs_of(const networks::Dense& net, const kernels::PackedSpins& v,
                             const kernels::PackedSpins& targets, const lattice::Lattice& lattice);

/// Fraction of equal spins. `a`, `b`: of one shape.
[[nodiscard]] double agreement(const kernels::PackedSpins& a, const kernels::PackedSpins& b);

/// Exact <S_0 S_1> of the spins a net is asked for.
[[nodiscard]] double exact_bond(const NetReading& cell);

// Cells of the tables that stages keep.
void add_estimate(std::vector<results::Cell>& row, const stats::Estimate& e);
void add_coupling(std::vector<results::Cell>& row, const inference::ChainCoupling& coupling);
/// Columns of what two couplings say: the outputs' and the exact map's on the same chains.
[[nodiscard]] const std::vector<std::string>& coupling_columns();
/// Their cells. The pull is that of the outputs.
void add_couplings(std::vector<results::Cell>& row, const inference::ChainCoupling& output,
                   const inference::ChainCoupling& target, double expected);
/// A row per reading, for the results.
[[nodiscard]] results::Table net_table(const std::vector<const NetReading*>& readings);
/// Takes cells off again, from `next` on, which moves behind them; std::out_of_range and
/// std::bad_variant_access where there are none of that kind.
[[nodiscard]] double number_at(const std::vector<results::Cell>& row, std::size_t& next);
[[nodiscard]] std::int64_t count_at(const std::vector<results::Cell>& row, std::size_t& next);
/// The rows; std::out_of_range if there are not `n`.
[[nodiscard]] const std::vector<std::vector<results::Cell>>& rows_at(const RunFolder::Tables& tables,
                                                                     const std::string& name, std::size_t n);
[[nodiscard]] stats::Estimate estimate_at(const std::vector<results::Cell>& row, std::size_t& next);
[[nodiscard]] inference::ChainCoupling coupling_at(const std::vector<results::Cell>& row, std::size_t& next);

}  // namespace spinflow::recipes::gong_xia
