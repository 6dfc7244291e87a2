// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/citation.hpp"
#include "spinflow/base/options.hpp"
#include "spinflow/base/registry.hpp"
#include "spinflow/ensemble/ensemble.hpp"

namespace spinflow::transformations {

/// Ensemble -> Ensemble. A pure function of (input, seed); stateless between calls, so one object serves
/// threads.
///
///     auto map = transformations::registry().find("decimation").make({{"factor", std::int64_t{2}}});
///     ensemble::Ensemble half = map->apply(data, 1);
class Transformation {
 public:
  virtual ~Transformation() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  /// One line that identifies this map: name, options and parameters. Random streams depend on this text.
  [[nodiscard]] virtual std::string identity() const { return std::string(name()); }
  /// The lattice of the output; Error(input) if the map does not fit ensembles on `input`.
  [[nodiscard]] virtual lattice::Lattice output_lattice(const lattice::Lattice& input) const = 0;
  /// Row i of the result comes from row i of `input`; chain and sweep are kept, temperature is NaN, the model
  /// is the same Hamiltonian on the output lattice (null if the input has none, or for a lattice without
  /// geometry). All randomness comes from streams keyed by (seed, purpose, piece of 512 rows).
  [[nodiscard]] virtual ensemble::Ensemble apply(const ensemble::Ensemble& input,
                                                 std::uint64_t seed) const = 0;
  /// T(-v) and -T(v) have the same distribution.
  [[nodiscard]] virtual bool commutes_with_flip() const = 0;
};

/// What a map's output is besides its spins: row i keeps chain, sweep and independence of row i of `input`,
/// loses its temperature, and is measured with the input's Hamiltonian on `lattice` (`same_model` false, or
/// another dimension: with none).
[[nodiscard]] ensemble::Ensemble mapped(const ensemble::Ensemble& input, kernels::PackedSpins spins,
                                        const lattice::Lattice& lattice, bool same_model = true);

/// Rows that share one random stream in every transformation.
inline constexpr std::size_t rows_per_piece = 512;

/// Transformations made from options alone (block spins, decimation); maps with parameters come from their
/// files.
struct TransformationEntry {
  std::string name;
  std::string help;
  std::vector<base::Citation> citations;
  std::vector<base::OptionSpec> options;
  std::function<std::unique_ptr<Transformation>(const base::Values&)> make;
};

[[nodiscard]] base::Registry<TransformationEntry>& registry();

}  // namespace spinflow::transformations
