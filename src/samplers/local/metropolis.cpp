// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "samplers/chain_sampling.hpp"
#include "samplers/local/field_spins.hpp"
#include "samplers/local/local_sampling.hpp"
#include "samplers/request.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::samplers {

namespace {

constexpr base::Work metropolis1953{.key = "metropolis1953",
                                    .kind = "article",
                                    .author =
                                        "Metropolis, Nicholas and Rosenbluth, Arianna W. and Rosenbluth, "
                                        "Marshall N. and Teller, Augusta H. and Teller, Edward",
                                    .title = "Equation of State Calculations by Fast Computing Machines",
                                    .journal = "The Journal of Chemical Physics",
                                    .volume = "21",
                                    .pages = "1087--1092",
                                    .year = 1953,
                                    .doi = "10.1063/1.1699114"};
constexpr base::Work madras1988{
    .key = "madras1988",
    .kind = "article",
    .author = "Madras, Neal and Sokal, Alan D.",
    .title = "The pivot algorithm: A highly efficient Monte Carlo method for the self-avoiding walk",
    .journal = "Journal of Statistical Physics",
    .volume = "50",
    .pages = "109--186",
    .year = 1988,
    .doi = "10.1007/BF01022990"};

// One configuration of a model of many couplings under sweeps of single flips.
class MetropolisChain final : public SpinChain {
 public:
  MetropolisChain(const FieldSystem& system, double temperature, base::RandomStream words)
      : temperature_(temperature), random_(words), state_(system) {}

  void start() override { state_.start(random_); }
  void set(std::span<const std::int8_t> spins) override { state_.set(spins); }
  void update() override { state_.sweep(temperature_, random_); }
  [[nodiscard]] std::span<const std::int8_t> spins() const override { return state_.spins(); }
  [[nodiscard]] std::vector<double> measured() const override { return state_.measured(); }

 private:
  double temperature_;
  base::RandomStream random_;
  FieldSpins state_;
};

class MetropolisSystem final : public ChainSystem {
 public:
  explicit MetropolisSystem(const models::Model& model) : system_(model) {}

  [[nodiscard]] std::unique_ptr<SpinChain> chain(double temperature,
                                                 base::RandomStream words) const override {
    return std::make_unique<MetropolisChain>(system_, temperature, words);
  }
  [[nodiscard]] std::uint64_t updates_per_report() const override { return system_.sweeps_per_report(); }

 private:
  FieldSystem system_;
};

// Competing couplings leave valleys that single flips do not climb out of at low T, and in a field no ordered
// start need be the lowest of them.
void check_chains_reach(const SampleRequest& request) {
  double strongest = 0;
  bool antiferromagnetic = false;
  for (const double coupling : request.model->couplings_by_displacement()) {
    strongest = std::max(strongest, std::abs(coupling));
    antiferromagnetic = antiferromagnetic || coupling < 0;
  }
  if (!antiferromagnetic) return;
  const double lowest = strongest / 2;
  for (const double temperature : request.temperatures)
    if (temperature < lowest)
      throw input_error(
          "sample",
          fmt::format("single flips do not reach the low energies of competing couplings at T = {}",
                      temperature),
          fmt::format("use T >= {:.4g}, or the sampler tempering", lowest));
}

}  // namespace

void register_metropolis() {
  const SamplerEntry lanes =
      local_sampler("metropolis", "proposes to flip one spin after another, 512 replicas at once",
                    {metropolis1953, madras1988}, kernels::LocalUpdate::metropolis);
  const ChainAlgorithm algorithm{
      .name = "metropolis",
      .update = lanes.update,
      .moves = Moves::local,
      .system = [](const models::Model& model) { return std::make_unique<const MetropolisSystem>(model); }};
  SamplerEntry entry = lanes;
  entry.help = "proposes to flip one spin after another, 512 replicas at once; any couplings, in a field too";
  entry.refusal = field_refusal;
  entry.sample = [lanes, algorithm](const SampleRequest& request, base::Observer& observer) {
    if (request.model->nearest_neighbour_coupling()) return lanes.sample(request, observer);
    check_chains_reach(request);
    return sample_by_chains(algorithm, request, observer);
  };
  entry.update_replicas = [lanes, algorithm](const models::Model& model, double temperature,
                                             kernels::PackedSpins& replicas, std::uint64_t n_updates,
                                             std::uint64_t seed) {
    if (model.nearest_neighbour_coupling())
      lanes.update_replicas(model, temperature, replicas, n_updates, seed);
    else
      update_rows_by_chains(algorithm, model, temperature, replicas, n_updates, seed);
  };
  add_sampler(std::move(entry));
}

}  // namespace spinflow::samplers
