// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <mutex>
#include <optional>

#include "models/energy_limits.hpp"
#include "models/image_sums.hpp"
#include "models/pair_table.hpp"
#include "spinflow/models/ising.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::models {

namespace {

constexpr base::Work dyson1969{
    .key = "dyson1969",
    .kind = "article",
    .author = "Dyson, Freeman J.",
    .title = "Existence of a phase-transition in a one-dimensional Ising ferromagnet",
    .journal = "Communications in Mathematical Physics",
    .volume = "12",
    .pages = "91--107",
    .year = 1969,
    .doi = "10.1007/BF01645907"};
constexpr base::Work fisher1972{.key = "fisher1972",
                                .kind = "article",
                                .author = "Fisher, Michael E. and Ma, Shang-keng and Nickel, B. G.",
                                .title = "Critical Exponents for Long-Range Interactions",
                                .journal = "Physical Review Letters",
                                .volume = "29",
                                .pages = "917--920",
                                .year = 1972,
                                .doi = "10.1103/PhysRevLett.29.917"};
constexpr base::Work ewald1921{.key = "ewald1921",
                               .kind = "article",
                               .author = "Ewald, P. P.",
                               .title = "Die Berechnung optischer und elektrostatischer Gitterpotentiale",
                               .journal = "Annalen der Physik",
                               .volume = "369",
                               .pages = "253--287",
                               .year = 1921,
                               .doi = "10.1002/andp.19213690304"};
constexpr base::Work sak1973{
    .key = "sak1973",
    .kind = "article",
    .author = "Sak, J.",
    .title = "Recursion Relations and Fixed Points for Ferromagnets with Long-Range Interactions",
    .journal = "Physical Review B",
    .volume = "8",
    .pages = "281--285",
    .year = 1973,
    .doi = "10.1103/PhysRevB.8.281"};
constexpr base::Work kosterlitz1976{.key = "kosterlitz1976",
                                    .kind = "article",
                                    .author = "Kosterlitz, J. M.",
                                    .title = "Phase Transitions in Long-Range Ferromagnetic Chains",
                                    .journal = "Physical Review Letters",
                                    .volume = "37",
                                    .pages = "1577--1580",
                                    .year = 1976,
                                    .doi = "10.1103/PhysRevLett.37.1577"};
constexpr base::Work luijten1997{
    .key = "luijten1997",
    .kind = "article",
    .author = "Luijten, Erik and Bl{\\\"o}te, Henk W. J.",
    .title = "Classical critical behavior of spin models with long-range interactions",
    .journal = "Physical Review B",
    .volume = "56",
    .pages = "8945--8958",
    .year = 1997,
    .doi = "10.1103/PhysRevB.56.8945"};
constexpr base::Work behan2017{
    .key = "behan2017",
    .kind = "article",
    .author = "Behan, Connor and Rastelli, Leonardo and Rychkov, Slava and Zan, Bernardo",
    .title = "Long-Range Critical Exponents near the Short-Range Crossover",
    .journal = "Physical Review Letters",
    .volume = "118",
    .pages = "241601",
    .year = 2017,
    .doi = "10.1103/PhysRevLett.118.241601"};

base::Options<IsingPowerLaw> power_law_options() {
  base::Options<IsingPowerLaw> options;
  options
      .add("dimension", &IsingPowerLaw::dimension, "d: 1, a ring, or 2, a periodic rectangle",
           {.least = 1, .most = 2})
      // Below 1e-6 the couplings of any lattice are equal to rounding; above 100 all but the nearest vanish.
      .add("sigma", &IsingPowerLaw::sigma, "of the decay |r|^-(d + sigma), greater than 0",
           {.least = 1e-6, .most = 100})
      .add("coupling", &IsingPowerLaw::coupling, "J, the coupling at distance 1; negative: antiferromagnet",
           {.least = -most_energy, .most = most_energy})
      .add("field", &IsingPowerLaw::field, "h, the uniform magnetic field: an energy, in the same units as J",
           {.least = -most_energy, .most = most_energy})
      .add("images", &IsingPowerLaw::images,
           "sum: couplings to all periodic images of a spin added up; minimum: to the nearest alone", {},
           {"sum", "minimum"});
  return options;
}

std::vector<double> couplings_of(const lattice::Lattice& lattice, const IsingPowerLaw& options) {
  auto couplings = options.images == "sum" ? image_sums(lattice, options.sigma)
                                           : minimum_image_powers(lattice, options.sigma);
  for (double& coupling : couplings) coupling *= options.coupling;
  return couplings;
}

/// H = -J sum_{i<j} sum_images |r_ij|^-(d + sigma) s_i s_j - h sum_i s_i on a periodic lattice.
class PowerLaw final : public Model {
 public:
  PowerLaw(lattice::Lattice lattice, IsingPowerLaw options)
      : lattice_(std::move(lattice)), options_(std::move(options)) {}

  [[nodiscard]] std::string_view name() const override { return "ising-power-law"; }
  [[nodiscard]] const lattice::Lattice& lattice() const override { return lattice_; }

  [[nodiscard]] double energy(std::span<const std::int8_t> spins) const override {
    std::int64_t sum = 0;
    for (const auto spin : spins) sum += spin;
    return pairs().energy(spins) - options_.field * static_cast<double>(sum);
  }

  [[nodiscard]] double local_field(std::span<const std::int8_t> spins, int site) const override {
    return pairs().field_at(spins, site) + options_.field;
  }

  [[nodiscard]] std::optional<double> nearest_neighbour_coupling() const override { return std::nullopt; }
  [[nodiscard]] std::span<const double> couplings_by_displacement() const override {
    return pairs().couplings();
  }
  [[nodiscard]] double field() const override { return options_.field; }
  [[nodiscard]] base::Values options() const override { return power_law_options().values(options_); }

  [[nodiscard]] std::shared_ptr<const Model> on(const lattice::Lattice& lattice) const override;

 private:
  // Computed when they are first used: this takes long for large lattices, and often only the name of a model
  // from a file is needed.
  [[nodiscard]] const PairTable& pairs() const {
    std::call_once(once_, [this] { pairs_.emplace(lattice_, couplings_of(lattice_, options_)); });
    return *pairs_;
  }

  lattice::Lattice lattice_;
  IsingPowerLaw options_;
  mutable std::once_flag once_;
  mutable std::optional<PairTable> pairs_;
};

std::shared_ptr<const Model> made(const lattice::Lattice& lattice, const IsingPowerLaw& options) {
  constexpr std::string_view where = "model ising-power-law";
  check_energy(where, "coupling", options.coupling);
  check_energy(where, "field", options.field);
  if (lattice.boundary() != lattice::Boundary::periodic)
    throw input_error(where, "it has no open boundary", "use a periodic lattice");
  if (lattice.dimension() != options.dimension)
    throw input_error(where,
                      fmt::format("dimension = {}, but the lattice {} has {}", options.dimension,
                                  lattice.text(), lattice.dimension()),
                      "give a lattice of that dimension");
  return std::make_shared<PowerLaw>(lattice, options);
}

std::shared_ptr<const Model> PowerLaw::on(const lattice::Lattice& lattice) const {
  return made(lattice, options_);
}

std::shared_ptr<const Model> power_law(const lattice::Lattice& lattice, const base::Values& values) {
  return made(lattice, power_law_options().parse(values, "model ising-power-law"));
}

}  // namespace

IsingPowerLaw::operator std::shared_ptr<const Model>() const {
  return power_law(
      dimension == 1 ? lattice::Lattice::chain(side.x) : lattice::Lattice::square(side.x, side.y),
      power_law_options().values(*this));
}

void register_power_law() {
  ModelEntry entry;
  entry.name = "ising-power-law";
  entry.help = "long-range Ising model, couplings J |r|^-(d + sigma), on a periodic chain or square lattice";
  entry.citations = {dyson1969, fisher1972, ewald1921, sak1973, kosterlitz1976, luijten1997, behan2017};
  entry.dimensions = {1, 2};
  entry.options = power_law_options().specs();
  entry.make = power_law;
  entry.bytes_per_site += sizeof(double);  // its couplings
  registry().add(std::move(entry));
}

}  // namespace spinflow::models
