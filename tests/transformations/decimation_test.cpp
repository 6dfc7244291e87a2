// SPDX-License-Identifier: Apache-2.0
#include "spinflow/transformations/decimation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/base/error.hpp"

namespace spinflow::transformations {
namespace {

ensemble::Ensemble row_of(const lattice::Lattice& lattice, const std::vector<std::int8_t>& row) {
  kernels::PackedSpins spins(1, static_cast<std::size_t>(lattice.n_sites()));
  spins.pack(0, row);
  return ensemble::from_spins(std::move(spins), lattice, nullptr);
}

TEST(Decimation, HandMadeRectangle) {
  const auto input = row_of(lattice::Lattice::square(6, 4), {+1, -1, -1, +1, +1, +1,  //
                                                             -1, -1, -1, -1, -1, -1,  //
                                                             -1, +1, +1, -1, -1, +1,  //
                                                             +1, +1, +1, +1, +1, +1});
  const auto output = Decimation({.factor = 2}).apply(input, 1);
  EXPECT_EQ(output.lattice, lattice::Lattice::square(3, 2));
  constexpr int expected[] = {+1, -1, +1, -1, +1, -1};
  for (std::size_t site = 0; site < 6; ++site) EXPECT_EQ(output.spins.spin(0, site), expected[site]);
  EXPECT_TRUE(std::isnan(output.temperature[0]));
}

TEST(Decimation, HandMadeChain) {
  const auto input = row_of(lattice::Lattice::chain(9), {+1, -1, -1, -1, +1, +1, +1, -1, -1});
  const auto output = Decimation({.factor = 3}).apply(input, 1);
  EXPECT_EQ(output.lattice, lattice::Lattice::chain(3));
  constexpr int expected[] = {+1, -1, +1};
  for (std::size_t site = 0; site < 3; ++site) EXPECT_EQ(output.spins.spin(0, site), expected[site]);
}

TEST(Decimation, RefusesWhatDoesNotFit) {
  EXPECT_THROW((void)Decimation({.factor = 3}).output_lattice(lattice::Lattice::square(10, 9)), Error);
  EXPECT_THROW((void)Decimation({.factor = 5}).output_lattice(lattice::Lattice::chain(5)), Error);
  EXPECT_THROW((void)decimation_options().parse({{"factor", std::int64_t{1}}}, "test"), Error);
  try {
    (void)Decimation({.factor = 4}).output_lattice(lattice::Lattice::square(8, 6));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()),
              "decimation: blocks of side 4 do not fit a lattice of 8x6; the factor must divide every side "
              "and leave at least 2 blocks; try another factor, fewer steps or another lattice");
  }
}

}  // namespace
}  // namespace spinflow::transformations
