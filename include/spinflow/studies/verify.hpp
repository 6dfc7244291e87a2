// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/samplers/sampler.hpp"

namespace spinflow::studies {

/// One measured number beside its exact value.
struct VerifyRow {
  std::string model;       ///< "ising-square", with what is not default: "ising-square J=-1 h=0.5 open"
  std::string sampler;     ///< registry name
  std::string size;        ///< "10x10" or "64"
  double temperature = 0;  ///< in J/k_B
  /// energy, magnetization, abs_magnetization, magnetization_2 (per site), excited; energy_of_graph,
  /// magnetization_2_of_graph
  std::string observable;
  double measured = 0;
  double error = 0;  ///< one standard error
  double exact = 0;
  double z = 0;  ///< normal deviate of the difference; NaN with method "poisson"
  double p = 1;  ///< two-sided probability of a difference at least as large
  std::string
      method;  ///< "z", or "poisson": the number of rows above the ground state against its exact mean
};

/// What `spinflow verify` prints.
struct VerifyReport {
  std::vector<VerifyRow> rows;
  double statistic = 0;  ///< chi^2: sum of z^2 of the energies, which are independent of each other
  int degrees = 0;       ///< how many they are
  double p_value = 1;    ///< joint; see verify
  double false_alarm_rate = 1e-4;
  bool passed = true;  ///< p_value >= false_alarm_rate
};

/// Samples small systems with every registered sampler that takes them and holds the means against
/// enumeration, Kaufman's formula, transfer matrices, the Curie-Weiss sum: nearest neighbours, power laws
/// (among them one that decays so fast that it is a nearest-neighbour model) and infinite range, any sign of
/// J, field, both boundaries, odd sides, strips with walls across them, T from 0 up. Energies and m^2 read
/// off the graphs of Swendsen-Wang sweeps have rows of their own. Some seconds.
///
/// The joint p-value is the smaller of two, doubled: that of the chi^2 of the energies (one per ensemble, all
/// with random numbers of their own), which notices a small bias everywhere, and Bonferroni's over all rows,
/// valid whatever the correlations of observables of one ensemble, which notices one wrong number.
[[nodiscard]] VerifyReport verify(std::uint64_t seed, base::Observer& observer = base::silent());

/// The same with the given samplers.
[[nodiscard]] VerifyReport verify(std::uint64_t seed, base::Observer& observer,
                                  const std::vector<samplers::SamplerEntry>& entries);

}  // namespace spinflow::studies
