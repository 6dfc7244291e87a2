// SPDX-License-Identifier: Apache-2.0
#include "spinflow/transformations/decimation.hpp"

#include "spinflow/base/parallel.hpp"
#include "transformations/coarse_lattice.hpp"

namespace spinflow::transformations {

base::Options<DecimationOptions> decimation_options() {
  base::Options<DecimationOptions> options;
  options.add("factor", &DecimationOptions::factor, "b: every b-th site of every axis stays",
              {.least = 2, .most = 1024});
  return options;
}

lattice::Lattice Decimation::output_lattice(const lattice::Lattice& input) const {
  return coarse_lattice(input, options_.factor, "decimation");
}

ensemble::Ensemble Decimation::apply(const ensemble::Ensemble& input, std::uint64_t /*seed*/) const {
  const lattice::Lattice coarse = output_lattice(input.lattice);
  const auto b = static_cast<int>(options_.factor);
  kernels::PackedSpins spins(input.size(), static_cast<std::size_t>(coarse.n_sites()));
  base::parallel_for_rows(
      input.size(), rows_per_piece, [&](std::size_t, std::size_t first, std::size_t last) {
        for (std::size_t row = first; row < last; ++row)
          for (int y = 0; y < coarse.ly(); ++y)
            for (int x = 0; x < coarse.lx(); ++x)
              spins.set(row, static_cast<std::size_t>(coarse.site(x, y)),
                        input.spins.spin(row, static_cast<std::size_t>(input.lattice.site(b * x, b * y))));
      });
  return mapped(input, std::move(spins), coarse);
}

namespace {

constexpr base::Work nelson1975{
    .key = "nelson1975",
    .kind = "article",
    .author = "Nelson, David R. and Fisher, Michael E.",
    .title = "Soluble renormalization groups and scaling fields for low-dimensional Ising systems",
    .journal = "Annals of Physics",
    .volume = "91",
    .pages = "226--274",
    .year = 1975};

}  // namespace

void register_decimation() {
  registry().add({"decimation",
                  "keeps every b-th spin of every axis and forgets the others",
                  {nelson1975},
                  decimation_options().specs(),
                  [](const base::Values& values) {
                    return std::make_unique<Decimation>(decimation_options().parse(values, "decimation"));
                  }});
}

}  // namespace spinflow::transformations
