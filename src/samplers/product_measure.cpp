// SPDX-License-Identifier: Apache-2.0
#include "spinflow/samplers/product_measure.hpp"

#include "spinflow/base/random.hpp"

namespace spinflow::samplers {

ensemble::Ensemble product_measure(const std::shared_ptr<const models::Model>& model, double m,
                                   std::int64_t n, std::uint64_t seed) {
  const auto& lattice = model->lattice();
  kernels::PackedSpins spins(static_cast<std::size_t>(n), static_cast<std::size_t>(lattice.n_sites()));
  base::RandomStream stream(seed, "product_measure");
  for (std::size_t row = 0; row < spins.n_rows(); ++row) {
    const double up = 0.5 * (1 + (stream.uniform() < 0.5 ? m : -m));
    for (std::size_t site = 0; site < spins.n_columns(); ++site)
      spins.set(row, site, stream.uniform() < up ? 1 : -1);
  }
  return ensemble::from_spins(std::move(spins), lattice, model);
}

}  // namespace spinflow::samplers
