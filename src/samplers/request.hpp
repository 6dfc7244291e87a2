// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/samplers/sampler.hpp"

namespace spinflow::samplers {

/// Heat bath and Metropolis update 512 replicas at a time, even if fewer rows are asked for. At most that many
/// rows of lattices that large are faster one by one, and need a fraction of the memory.
inline constexpr int fewest_sites_of_single_lattices = 1 << 16;
inline constexpr std::size_t most_rows_of_single_lattices = 64;

/// Error(input) for everything about a request that no sampler can serve, memory included.
void check(const SampleRequest& request);

/// Bytes of a configuration whose local fields are stored.
[[nodiscard]] double bytes_of_fields(std::size_t n_sites);

/// All rows of the answer with their temperatures, the spins still down; row t n + i is sample i of
/// temperature t.
[[nodiscard]] ensemble::Ensemble blank_ensemble(const SampleRequest& request);

/// Of the states all up, all down and the two checkerboards, those with the lowest energy: starts from which
/// every ordered phase is reached without stripes. A start drawn from them at random is symmetric where the
/// model is. (n, n_sites)
[[nodiscard]] std::vector<std::vector<std::int8_t>> ordered_starts(const models::Model& model);

/// Whether site (x, y) has odd x + y.
[[nodiscard]] std::vector<std::uint8_t> odd_sites(const lattice::Lattice& lattice);

/// Whether no configuration satisfies all bonds: J < 0 on a periodic lattice with an odd side.
[[nodiscard]] bool frustrated(const models::Model& model);

/// "" if the model is a nearest-neighbour one on a lattice that the local and cluster samplers know.
[[nodiscard]] std::string nearest_neighbour_refusal(const models::Model& model);

}  // namespace spinflow::samplers
