// SPDX-License-Identifier: Apache-2.0
#include "samplers/chain_sampling.hpp"
#include "samplers/cluster/event_wolff_chain.hpp"
#include "samplers/cluster/wolff_chain.hpp"
#include "samplers/request.hpp"

namespace spinflow::samplers {

namespace {

constexpr base::Work wolff1989{.key = "wolff1989",
                               .kind = "article",
                               .author = "Wolff, Ulli",
                               .title = "Collective Monte Carlo Updating for Spin Systems",
                               .journal = "Physical Review Letters",
                               .volume = "62",
                               .pages = "361--364",
                               .year = 1989,
                               .doi = "10.1103/PhysRevLett.62.361"};
constexpr base::Work luijten1995{.key = "luijten1995",
                                 .kind = "article",
                                 .author = "Luijten, Erik and Bl{\\\"o}te, Henk W. J.",
                                 .title = "Monte Carlo method for spin models with long-range interactions",
                                 .journal = "International Journal of Modern Physics C",
                                 .volume = "6",
                                 .pages = "359--370",
                                 .year = 1995,
                                 .doi = "10.1142/S0129183195000265"};

std::string wolff_refusal(const models::Model& model) {
  if (!model.nearest_neighbour_coupling()) return graph_refusal(model);
  if (model.field() != 0) return "a cluster knows nothing of the magnetic field";
  if (frustrated(model)) return "clusters of a frustrated lattice freeze at low temperature";
  return {};
}

class NearestNeighbourWolff final : public ChainSystem {
 public:
  explicit NearestNeighbourWolff(const models::Model& model) : system_(model) {}

  [[nodiscard]] std::unique_ptr<SpinChain> chain(double temperature,
                                                 base::RandomStream words) const override {
    return std::make_unique<WolffChain>(system_, temperature, words);
  }
  [[nodiscard]] std::uint64_t updates_per_report() const override { return system_.updates_per_report(); }

 private:
  NearestNeighbourSystem system_;
};

class LongRangeWolff final : public ChainSystem {
 public:
  explicit LongRangeWolff(const models::Model& model) : system_(std::make_shared<const GraphSystem>(model)) {}

  [[nodiscard]] std::unique_ptr<SpinChain> chain(double temperature,
                                                 base::RandomStream words) const override {
    return std::make_unique<EventWolffChain>(system_, 1 / temperature, words);
  }
  [[nodiscard]] std::uint64_t updates_per_report() const override { return system_->updates_per_report(); }

 private:
  std::shared_ptr<const GraphSystem> system_;
};

std::unique_ptr<const ChainSystem> system_of(const models::Model& model) {
  if (model.nearest_neighbour_coupling()) return std::make_unique<const NearestNeighbourWolff>(model);
  return std::make_unique<const LongRangeWolff>(model);
}

}  // namespace

void register_wolff() {
  const ChainAlgorithm algorithm{
      .name = "wolff", .update = "cluster", .moves = Moves::clusters, .system = system_of};
  add_sampler(chain_sampler(
      algorithm,
      "flips one cluster after another (no field): for large lattices near T_c and long-range models",
      {wolff1989, luijten1995, "madras1988"}, wolff_refusal));
}

}  // namespace spinflow::samplers
