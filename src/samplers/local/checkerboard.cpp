// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "kernels/checkerboard/checkerboard_update.hpp"
#include "samplers/chain_sampling.hpp"
#include "samplers/request.hpp"

namespace spinflow::samplers {

namespace {

std::string checkerboard_refusal(const models::Model& model) {
  if (std::string no_neighbours = nearest_neighbour_refusal(model); !no_neighbours.empty())
    return no_neighbours;
  const auto& lattice = model.lattice();
  if (lattice.dimension() != 2) return "it sweeps the square lattice only";
  if (lattice.boundary() != lattice::Boundary::periodic) return "it knows periodic boundaries only";
  if (!lattice.bipartite()) return "a periodic lattice with an odd side is no checkerboard";
  if (model.field() != 0) return "its sweep knows nothing of the magnetic field";
  return {};
}

// One configuration, one bit per spin. For J < 0 odd sites are stored turned over: that makes a ferromagnet
// of the model.
class CheckerboardChain final : public SpinChain {
 public:
  CheckerboardChain(const lattice::Lattice& lattice, double coupling, double temperature,
                    base::RandomStream words)
      : antiferromagnetic_(coupling < 0),
        n_sites_(lattice.n_sites()),
        packed_(static_cast<std::size_t>(lattice.lx()), static_cast<std::size_t>(lattice.ly())),
        rule_(std::abs(coupling), temperature, packed_),
        random_(words),
        spins_(static_cast<std::size_t>(n_sites_)) {}

  // The other ordered start is this one turned over, and samples are turned over at random.
  void start() override {
    std::ranges::fill(spins_, std::int8_t{1});
    packed_.pack(spins_);
  }

  void set(std::span<const std::int8_t> spins) override {
    std::ranges::copy(spins, spins_.begin());
    turn_odd_sites();
    packed_.pack(spins_);
  }

  void update() override { kernels::sweep(rule_, random_, packed_); }

  [[nodiscard]] std::span<const std::int8_t> spins() const override {
    packed_.unpack(spins_);
    turn_odd_sites();
    return spins_;
  }

  // Number of unequal bonds, |M|, for J < 0 also the size of the staggered magnetization.
  [[nodiscard]] std::vector<double> measured() const override {
    const std::int64_t even = 2 * packed_.count_up(0) - n_sites_ / 2;
    const std::int64_t odd = 2 * packed_.count_up(1) - n_sites_ / 2;
    const auto stored = static_cast<double>(std::abs(even + odd));
    const auto unequal = static_cast<double>(packed_.count_unequal());
    if (!antiferromagnetic_) return {unequal, stored};
    return {2.0 * static_cast<double>(n_sites_) - unequal, static_cast<double>(std::abs(even - odd)), stored};
  }

 private:
  void turn_odd_sites() const {
    if (!antiferromagnetic_) return;
    for (std::size_t i = 0, y = 0; i < spins_.size(); ++y)
      for (std::size_t x = 0; x < packed_.lx(); ++x, ++i)
        if ((x + y) % 2 != 0) spins_[i] = static_cast<std::int8_t>(-spins_[i]);
  }

  bool antiferromagnetic_;
  std::int64_t n_sites_;
  kernels::CheckerboardSpins packed_;
  kernels::CheckerboardRule rule_;
  kernels::LaneRandom random_;
  mutable std::vector<std::int8_t> spins_;  // unpacked when somebody asks for them
};

class CheckerboardSystem final : public ChainSystem {
 public:
  explicit CheckerboardSystem(const models::Model& model)
      : lattice_(model.lattice()), coupling_(model.nearest_neighbour_coupling().value()) {}

  [[nodiscard]] std::unique_ptr<SpinChain> chain(double temperature,
                                                 base::RandomStream words) const override {
    return std::make_unique<CheckerboardChain>(lattice_, coupling_, temperature, words);
  }
  [[nodiscard]] std::uint64_t updates_per_report() const override {
    return (std::uint64_t{1} << 24) / static_cast<std::uint64_t>(lattice_.n_sites()) + 1;
  }

 private:
  lattice::Lattice lattice_;
  double coupling_;
};

}  // namespace

void register_checkerboard() {
  const ChainAlgorithm algorithm{
      .name = "checkerboard",
      .update = "sweep",
      .moves = Moves::local,
      .system = [](const models::Model& model) { return std::make_unique<const CheckerboardSystem>(model); }};
  add_sampler(chain_sampler(
      algorithm,
      "proposes to flip all even, then all odd sites of one large lattice (square, even sides, no field)",
      {"metropolis1953", "madras1988"}, checkerboard_refusal));
}

}  // namespace spinflow::samplers
