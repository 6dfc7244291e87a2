// SPDX-License-Identifier: Apache-2.0
#include "samplers/chain_sampling.hpp"
#include "samplers/cluster/swendsen_wang_chain.hpp"

namespace spinflow::samplers {

namespace {

constexpr base::Work swendsenwang1987{.key = "swendsenwang1987",
                                      .kind = "article",
                                      .author = "Swendsen, Robert H. and Wang, Jian-Sheng",
                                      .title = "Nonuniversal critical dynamics in Monte Carlo simulations",
                                      .journal = "Physical Review Letters",
                                      .volume = "58",
                                      .pages = "86--88",
                                      .year = 1987,
                                      .doi = "10.1103/PhysRevLett.58.86"};
constexpr base::Work fukui2009{
    .key = "fukui2009",
    .kind = "article",
    .author = "Fukui, Kouki and Todo, Synge",
    .title = "Order-N cluster Monte Carlo method for spin systems with long-range interactions",
    .journal = "Journal of Computational Physics",
    .volume = "228",
    .pages = "2629--2642",
    .year = 2009,
    .doi = "10.1016/j.jcp.2008.12.022"};
constexpr base::Work walker1977{
    .key = "walker1977",
    .kind = "article",
    .author = "Walker, Alastair J.",
    .title = "An Efficient Method for Generating Discrete Random Variables with General Distributions",
    .journal = "ACM Transactions on Mathematical Software",
    .volume = "3",
    .pages = "253--256",
    .year = 1977,
    .doi = "10.1145/355744.355749"};

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
      {swendsenwang1987, fukui2009, walker1977, "madras1988"}, cluster_refusal));
}

}  // namespace spinflow::samplers
