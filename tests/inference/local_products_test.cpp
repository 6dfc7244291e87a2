// SPDX-License-Identifier: Apache-2.0
#include "inference/local_products.hpp"

#include <gtest/gtest.h>

#include <map>

#include "spinflow/base/random.hpp"

namespace spinflow::inference {
namespace {

TEST(LocalProducts, ManyRowsAtOnceCountAsOneByOne) {
  struct Case {
    lattice::Lattice lattice;
    std::vector<std::string> basis;
  };
  const std::vector<Case> cases = {
      {lattice::Lattice::square(5, 7), {"nearest"}},
      {lattice::Lattice::square(4, 4, lattice::Boundary::open), {"nearest", "field"}},
      {lattice::Lattice::square(10, 10), {"nearest", "next-nearest", "plaquette", "field"}},
      {lattice::Lattice::square(9, 8), {"0,0/1,0/2,0/4,1/6,3/3,5/0,7"}},
      {lattice::Lattice::chain(13, lattice::Boundary::open), {"nearest", "0,0/1,0/3,0"}},
  };
  for (const auto& [lattice, texts] : cases) {
    std::vector<lattice::Interaction> basis;
    for (const auto& text : texts)
      basis.push_back(lattice::interaction_from(text, lattice.dimension(), "test"));
    const LocalProducts local(basis, lattice);
    for (const std::size_t n_rows : {1, 63, 64, 150}) {
      kernels::PackedSpins rows(n_rows, static_cast<std::size_t>(lattice.n_sites()));
      base::RandomStream stream(1, "test.products", n_rows);
      std::vector<std::int8_t> spins(rows.n_columns());
      std::map<std::uint64_t, int> expected;
      for (std::size_t row = 0; row < n_rows; ++row) {
        for (auto& spin : spins) spin = stream.uniform() < 0.6 ? 1 : -1;
        rows.pack(row, spins);
        for (std::size_t site = 0; site < spins.size(); ++site) ++expected[local.key(spins, site)];
      }
      std::map<std::uint64_t, int> counted;
      local.count(kernels::transposed(rows), [&](std::uint64_t key, int n) { counted[key] += n; });
      EXPECT_EQ(counted, expected) << lattice.text() << " " << texts.front() << " " << n_rows;
    }
  }
}

}  // namespace
}  // namespace spinflow::inference
