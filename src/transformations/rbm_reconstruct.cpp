// SPDX-License-Identifier: Apache-2.0
#include "spinflow/transformations/rbm_reconstruct.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernels/dense/activations.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/kernels/signed_row_sums.hpp"
#include "spinflow/networks/identity.hpp"

namespace spinflow::transformations {

RbmReconstruct::RbmReconstruct(networks::Rbm rbm)
    : rbm_(std::move(rbm)),
      to_visible_(rbm_.n_hidden, rbm_.n_visible(), rbm_.weights),
      to_hidden_(kernels::transposed(to_visible_)) {}

std::string RbmReconstruct::identity() const { return "rbm-reconstruct " + networks::identity(rbm_); }

lattice::Lattice RbmReconstruct::output_lattice(const lattice::Lattice& input) const {
  if (!(input == rbm_.visible))
    throw input_error(
        "rbm-reconstruct",
        fmt::format("the network was trained on lattice {} ({}), the configurations live on {} ({})",
                    rbm_.visible.text(), lattice::to_string(rbm_.visible.boundary()), input.text(),
                    lattice::to_string(input.boundary())),
        "use configurations of the network's lattice");
  return rbm_.visible;
}

kernels::PackedSpins RbmReconstruct::reconstructed(const kernels::PackedSpins& v, std::uint64_t seed) const {
  kernels::PackedSpins result(v.n_rows(), v.n_columns());
  base::parallel_for_rows(
      v.n_rows(), rows_per_piece, [&](std::size_t piece, std::size_t begin, std::size_t end) {
        kernels::LaneRandom random(base::RandomStream(seed, "rbm-reconstruct", piece));
        const std::size_t n = end - begin;
        kernels::PackedSpins visible(n, v.n_columns());
        std::copy_n(v.row(begin).data(), n * v.words_per_row(), visible.words().data());
        kernels::PackedSpins hidden(n, rbm_.n_hidden);
        kernels::FloatMatrix hidden_fields(n, rbm_.n_hidden);
        kernels::FloatMatrix visible_fields(n, v.n_columns());
        kernels::signed_row_sums(visible, 0, n, to_hidden_, rbm_.hidden_bias, hidden_fields);
        kernels::sample_spins(hidden_fields, 0, n, random, hidden, nullptr);
        kernels::signed_row_sums(hidden, 0, n, to_visible_, rbm_.visible_bias, visible_fields);
        kernels::sample_spins(visible_fields, 0, n, random, visible, nullptr);
        std::ranges::copy(visible.words(), result.row(begin).data());
      });
  return result;
}

ensemble::Ensemble RbmReconstruct::apply(const ensemble::Ensemble& input, std::uint64_t seed) const {
  const lattice::Lattice lattice = output_lattice(input.lattice);
  return mapped(input, reconstructed(input.spins, seed), lattice);
}

bool RbmReconstruct::commutes_with_flip() const {
  const auto zero = [](float b) { return b == 0; };
  return std::ranges::all_of(rbm_.visible_bias, zero) && std::ranges::all_of(rbm_.hidden_bias, zero);
}

}  // namespace spinflow::transformations
