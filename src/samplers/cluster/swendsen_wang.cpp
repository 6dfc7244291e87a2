// SPDX-License-Identifier: Apache-2.0
#include "samplers/chain_sampling.hpp"
#include "samplers/cluster/swendsen_wang_chain.hpp"

namespace spinflow::samplers {

namespace {

/// A Swendsen-Wang chain as the sampling driver moves it: it never asks for the graph.
class ClusterSweeps final : public SpinChain {
 public:
  explicit ClusterSweeps(std::unique_ptr<SwendsenWangChain> chain) : chain_(std::move(chain)) {}

  void start() override { chain_->start(); }
  void set(std::span<const std::int8_t> spins) override { chain_->set(spins); }
  void update() override { chain_->sweep(); }
  [[nodiscard]] std::span<const std::int8_t> spins() const override { return chain_->spins(); }
  [[nodiscard]] std::vector<double> measured() const override {
    return chain_->system().slow_quantities(spins());
  }

 private:
  std::unique_ptr<SwendsenWangChain> chain_;
};

class SwendsenWangSystem final : public ChainSystem {
 public:
  explicit SwendsenWangSystem(const models::Model& model)
      : system_(std::make_shared<const GraphSystem>(model)) {}

  [[nodiscard]] std::unique_ptr<SpinChain> chain(double temperature,
                                                 base::RandomStream words) const override {
    if (system_->events())
      return std::make_unique<ClusterSweeps>(
          std::make_unique<EventChain>(system_, 1 / temperature, EventChain::Graph::for_clusters, words));
    return std::make_unique<ClusterSweeps>(std::make_unique<BondChain>(system_, 1 / temperature, words));
  }
  [[nodiscard]] std::uint64_t updates_per_report() const override { return system_->updates_per_report(); }

 private:
  std::shared_ptr<const GraphSystem> system_;
};

}  // namespace

void register_swendsen_wang() {
  const ChainAlgorithm algorithm{
      .name = "swendsen-wang",
      .update = "sweep",
      .moves = Moves::clusters,
      .system = [](const models::Model& model) { return std::make_unique<const SwendsenWangSystem>(model); }};
  add_sampler(chain_sampler(
      algorithm, "gives every cluster a new sign (J > 0): strips, long-range models, in a field too",
      {"swendsenwang1987", "fukui2009", "madras1988"}, cluster_refusal));
}

}  // namespace spinflow::samplers
