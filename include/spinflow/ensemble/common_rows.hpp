// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "spinflow/ensemble/ensemble.hpp"

namespace spinflow::ensemble {

/// Digests of the rows of an ensemble, by temperature, to find out whether another one has the same rows.
class RowDigests {
 public:
  explicit RowDigests(const Ensemble& data);

  struct Common {
    double temperature = 0;  ///< of most of them, in J/k_B; NaN where rows have none
    std::size_t rows = 0;  ///< at this temperature; 0: none, or no more than independent rows have by chance
  };

  /// Rows that both have, if independent rows had so many with a probability of about 1e-6 at any
  /// temperature, or in all of them together. Other lattices, temperatures and Hamiltonians need not be
  /// considered: the probability is counted, not computed of an energy.
  ///
  /// Of the rows of one temperature in both ensembles, n and m of them, D occur exactly twice. If all rows
  /// are independent, such a pair stands in one ensemble or is split between both. The states of probability
  /// p in the one and q in the other are split in n m p q of (n(n-1) p^2 + m(m-1) q^2)/2 + n m p q cases, at
  /// most
  ///   s = 1/(1 + sqrt((1 - 1/n)(1 - 1/m))),
  /// little more than one half, whatever the states. So S split pairs have about the probability
  /// C(D, S) s^S, and 1/S! of it if they stand in the same order. Rows that occur oftener, such as ground
  /// states, tell nothing.
  [[nodiscard]] Common common_with(const RowDigests& other) const;

 private:
  struct Row {
    std::uint64_t digest;
    std::uint32_t position;  // among those of its temperature
  };
  struct Group {
    double temperature;
    std::vector<Row> rows;  // ascending by digest
  };
  struct Evidence;
  [[nodiscard]] static Evidence compared(const Group& a, const Group& b);

  std::vector<Group> groups_;  // ascending by temperature, without one last
};

}  // namespace spinflow::ensemble
