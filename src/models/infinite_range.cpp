// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "models/energy_limits.hpp"
#include "spinflow/models/ising.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::models {

namespace {

constexpr base::Work weiss1907{
    .key = "weiss1907",
    .kind = "article",
    .author = "Weiss, Pierre",
    .title = "L'hypoth{\\`e}se du champ mol{\\'e}culaire et la propri{\\'e}t{\\'e} ferromagn{\\'e}tique",
    .journal = "Journal de Physique Th{\\'e}orique et Appliqu{\\'e}e",
    .volume = "6",
    .pages = "661--690",
    .year = 1907,
    .doi = "10.1051/jphystap:019070060066100"};
constexpr base::Work botet1982{.key = "botet1982",
                               .kind = "article",
                               .author = "Botet, R. and Jullien, R. and Pfeuty, P.",
                               .title = "Size Scaling for Infinitely Coordinated Systems",
                               .journal = "Physical Review Letters",
                               .volume = "49",
                               .pages = "478--481",
                               .year = 1982,
                               .doi = "10.1103/PhysRevLett.49.478"};
constexpr base::Work brezin1985{.key = "brezin1985",
                                .kind = "article",
                                .author = "Br{\\'e}zin, E. and Zinn-Justin, J.",
                                .title = "Finite size effects in phase transitions",
                                .journal = "Nuclear Physics B",
                                .volume = "257",
                                .pages = "867--893",
                                .year = 1985,
                                .doi = "10.1016/0550-3213(85)90379-7"};

base::Options<IsingInfiniteRange> options_of() {
  base::Options<IsingInfiniteRange> options;
  options
      .add("coupling", &IsingInfiniteRange::coupling,
           "J, N times the coupling of any two spins; negative: antiferromagnet",
           {.least = -most_energy, .most = most_energy})
      .add("field", &IsingInfiniteRange::field,
           "h, the uniform magnetic field: an energy, in the same units as J",
           {.least = -most_energy, .most = most_energy});
  return options;
}

/// H = -(J / N) sum_{i<j} s_i s_j - h sum_i s_i = -(J / 2N) (M^2 - N) - h M, M = sum_i s_i: the Curie-Weiss
/// model. Its chain is a row of names: all sites are neighbours.
class InfiniteRange final : public Model {
 public:
  InfiniteRange(lattice::Lattice lattice, IsingInfiniteRange options)
      : lattice_(std::move(lattice)),
        options_(options),
        couplings_(static_cast<std::size_t>(lattice_.n_sites()), options.coupling / lattice_.n_sites()) {
    couplings_[0] = 0;
  }

  [[nodiscard]] std::string_view name() const override { return "ising-infinite-range"; }
  [[nodiscard]] const lattice::Lattice& lattice() const override { return lattice_; }

  [[nodiscard]] double energy(std::span<const std::int8_t> spins) const override {
    const double n = lattice_.n_sites();
    const auto m = static_cast<double>(sum(spins));
    return -options_.coupling / (2 * n) * (m * m - n) - options_.field * m;
  }

  [[nodiscard]] double local_field(std::span<const std::int8_t> spins, int site) const override {
    const auto others = static_cast<double>(sum(spins) - spins[static_cast<std::size_t>(site)]);
    return options_.coupling / lattice_.n_sites() * others + options_.field;
  }

  [[nodiscard]] std::optional<double> nearest_neighbour_coupling() const override { return std::nullopt; }
  [[nodiscard]] std::span<const double> couplings_by_displacement() const override { return couplings_; }
  [[nodiscard]] double field() const override { return options_.field; }
  [[nodiscard]] base::Values options() const override { return options_of().values(options_); }

  [[nodiscard]] std::shared_ptr<const Model> on(const lattice::Lattice& lattice) const override;

 private:
  static std::int64_t sum(std::span<const std::int8_t> spins) {
    std::int64_t total = 0;
    for (const auto spin : spins) total += spin;
    return total;
  }

  lattice::Lattice lattice_;
  IsingInfiniteRange options_;
  std::vector<double> couplings_;
};

std::shared_ptr<const Model> made(const lattice::Lattice& lattice, const IsingInfiniteRange& options) {
  constexpr std::string_view where = "model ising-infinite-range";
  check_energy(where, "coupling", options.coupling);
  check_energy(where, "field", options.field);
  if (lattice.dimension() != 1)
    throw input_error(where, "its sites stand in a row, whatever their number", "use a chain of N sites");
  if (lattice.boundary() != lattice::Boundary::periodic)
    throw input_error(where, "it has no open boundary", "use a periodic chain");
  return std::make_shared<InfiniteRange>(lattice, options);
}

std::shared_ptr<const Model> InfiniteRange::on(const lattice::Lattice& lattice) const {
  return made(lattice, options_);
}

std::shared_ptr<const Model> infinite_range(const lattice::Lattice& lattice, const base::Values& values) {
  return made(lattice, options_of().parse(values, "model ising-infinite-range"));
}

}  // namespace

IsingInfiniteRange::operator std::shared_ptr<const Model>() const {
  return infinite_range(lattice::Lattice::chain(side), options_of().values(*this));
}

void register_infinite_range() {
  ModelEntry entry;
  entry.name = "ising-infinite-range";
  entry.help = "Ising model with equal couplings J/N between all pairs (Curie-Weiss)";
  entry.citations = {weiss1907, botet1982, brezin1985};
  entry.dimensions = {1};
  entry.options = options_of().specs();
  entry.make = infinite_range;
  entry.bytes_per_site += sizeof(double);  // its couplings
  registry().add(std::move(entry));
}

}  // namespace spinflow::models
