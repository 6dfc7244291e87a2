// SPDX-License-Identifier: Apache-2.0
#include "samplers/chain_sampling.hpp"
#include "samplers/request.hpp"
#include "samplers/wolff_chain.hpp"

namespace spinflow::samplers {

namespace {

std::string refusal(const models::Model& model) {
  if (const auto general = nearest_neighbour_refusal(model); !general.empty()) return general;
  if (model.field() != 0) return "a cluster knows nothing of the magnetic field";
  if (frustrated(model)) return "clusters of a frustrated lattice freeze at low temperature";
  return {};
}

class WolffSystem final : public ChainSystem {
 public:
  explicit WolffSystem(const models::Model& model) : system_(model) {}

  [[nodiscard]] std::unique_ptr<SpinChain> chain(double temperature,
                                                 base::RandomStream words) const override {
    return std::make_unique<WolffChain>(system_, temperature, words);
  }
  [[nodiscard]] std::uint64_t updates_per_report() const override { return system_.updates_per_report(); }

 private:
  NearestNeighbourSystem system_;
};

}  // namespace

void register_wolff() {
  const ChainAlgorithm algorithm{
      .name = "wolff", .update = "cluster", .system = [](const models::Model& model) {
        return std::make_unique<const WolffSystem>(model);
      }};
  registry().add(chain_sampler(algorithm,
                               "flips one cluster after another (no field): for large lattices near T_c",
                               {"wolff1989", "madras1988"}, refusal));
}

}  // namespace spinflow::samplers
