// SPDX-License-Identifier: Apache-2.0
#include "kernels/tables/coupling_rows.hpp"

#include <gtest/gtest.h>

#include "spinflow/base/random.hpp"
#include "testing/testing.hpp"

namespace spinflow::kernels {
namespace {

TEST(CouplingRows, ARowHoldsTheCouplingsOfASiteInOrderOfTheSites) {
  // (dy, dx) -> 10 dy + dx on 3 x 2 sites.
  const CouplingRows rows(3, 2, std::vector<std::int64_t>{0, 1, 2, 10, 11, 12});
  std::vector<std::int64_t> sums(6);
  add_couplings(rows, 4, 1, sums);  // of site (1, 1)
  EXPECT_EQ(sums, (std::vector<std::int64_t>{12, 10, 11, 2, 0, 1}));
  add_couplings(rows, 4, -1, sums);
  EXPECT_EQ(sums, std::vector<std::int64_t>(6));
}

TEST(CouplingRows, EveryInstructionSetAgreesWithTheReference) {
  base::RandomStream words(1, "couplings");
  for (const auto& [lx, ly] : {std::pair<std::size_t, std::size_t>{2, 1}, {61, 1}, {17, 5}, {8, 4}}) {
    std::vector<std::int64_t> couplings(lx * ly);
    for (auto& value : couplings)
      value = static_cast<std::int64_t>(words.next() >> 16) - (std::int64_t{1} << 46);
    const CouplingRows rows(lx, ly, couplings);
    std::vector<std::int64_t> expected(lx * ly, 7);
    for (std::size_t site = 0; site < lx * ly; ++site)
      reference::add_couplings(rows, site, site % 3 == 0 ? -1 : 1, expected);
    testing::for_any_threads_and_simd_level([&, lx = lx, ly = ly] {
      std::vector<std::int64_t> sums(lx * ly, 7);
      for (std::size_t site = 0; site < lx * ly; ++site)
        add_couplings(rows, site, site % 3 == 0 ? -1 : 1, sums);
      EXPECT_EQ(sums, expected) << lx << "x" << ly;
    });
  }
}

}  // namespace
}  // namespace spinflow::kernels
