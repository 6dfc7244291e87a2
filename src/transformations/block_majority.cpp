// SPDX-License-Identifier: Apache-2.0
#include "spinflow/transformations/block_majority.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "transformations/coarse_lattice.hpp"

namespace spinflow::transformations {

base::Options<BlockMajorityOptions> block_majority_options() {
  base::Options<BlockMajorityOptions> options;
  options
      .add("factor", &BlockMajorityOptions::factor, "b, the side of a block in sites",
           {.least = 2, .most = 1024})
      .add("ties", &BlockMajorityOptions::ties, "what a block of total spin 0 becomes", {},
           {"random", "corner"});
  return options;
}

std::string BlockMajority::identity() const {
  return fmt::format("block-majority {} {}", options_.factor, options_.ties);
}

lattice::Lattice BlockMajority::output_lattice(const lattice::Lattice& input) const {
  return coarse_lattice(input, options_.factor, "block-majority");
}

ensemble::Ensemble BlockMajority::apply(const ensemble::Ensemble& input, std::uint64_t seed) const {
  const lattice::Lattice coarse = output_lattice(input.lattice);
  const auto b = static_cast<int>(options_.factor);
  const int block_height = input.lattice.dimension() == 2 ? b : 1;
  const bool random_ties = options_.ties == "random";

  kernels::PackedSpins spins(input.size(), static_cast<std::size_t>(coarse.n_sites()));
  base::parallel_for_rows(
      input.size(), rows_per_piece, [&](std::size_t piece, std::size_t first, std::size_t last) {
        base::RandomStream stream(seed, "block-majority.ties", piece);
        std::vector<std::int8_t> fine(static_cast<std::size_t>(input.lattice.n_sites()));
        std::vector<int> sums(static_cast<std::size_t>(coarse.n_sites()));
        for (std::size_t row = first; row < last; ++row) {
          input.spins.unpack(row, fine);
          std::fill(sums.begin(), sums.end(), 0);
          for (int y = 0; y < input.lattice.ly(); ++y)
            for (int x = 0; x < input.lattice.lx(); ++x)
              sums[static_cast<std::size_t>(coarse.site(x / b, y / block_height))] +=
                  fine[static_cast<std::size_t>(input.lattice.site(x, y))];
          for (int site = 0; site < coarse.n_sites(); ++site) {
            int spin = sums[static_cast<std::size_t>(site)];
            if (spin == 0 && random_ties) spin = (stream.next() >> 63) != 0 ? 1 : -1;
            if (spin == 0) {
              const int corner =
                  input.lattice.site(b * (site % coarse.lx()), block_height * (site / coarse.lx()));
              spin = fine[static_cast<std::size_t>(corner)];
            }
            spins.set(row, static_cast<std::size_t>(site), spin);
          }
        }
      });
  return mapped(input, std::move(spins), coarse);
}

namespace {

constexpr base::Work kadanoff1966{.key = "kadanoff1966",
                                  .kind = "article",
                                  .author = "Kadanoff, Leo P.",
                                  .title = "Scaling laws for Ising models near $T_c$",
                                  .journal = "Physics Physique Fizika",
                                  .volume = "2",
                                  .pages = "263--272",
                                  .year = 1966,
                                  .doi = "10.1103/PhysicsPhysiqueFizika.2.263"};

}  // namespace

void register_block_majority() {
  registry().add({"block-majority",
                  "the majority rule on blocks of b x b spins (b in one dimension)",
                  {kadanoff1966},
                  block_majority_options().specs(),
                  [](const base::Values& values) {
                    return std::make_unique<BlockMajority>(
                        block_majority_options().parse(values, "block-majority"));
                  }});
}

}  // namespace spinflow::transformations
