// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "models/energy_limits.hpp"
#include "spinflow/models/ising.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::models {

namespace {

constexpr base::Work ising1925{.key = "ising1925",
                               .kind = "article",
                               .author = "Ising, Ernst",
                               .title = "Beitrag zur Theorie des Ferromagnetismus",
                               .journal = "Zeitschrift f{\\\"u}r Physik",
                               .volume = "31",
                               .pages = "253--258",
                               .year = 1925,
                               .doi = "10.1007/BF02980577"};
constexpr base::Work onsager1944{
    .key = "onsager1944",
    .kind = "article",
    .author = "Onsager, Lars",
    .title = "Crystal Statistics. I. A Two-Dimensional Model with an Order-Disorder Transition",
    .journal = "Physical Review",
    .volume = "65",
    .pages = "117--149",
    .year = 1944,
    .doi = "10.1103/PhysRev.65.117"};
constexpr base::Work kaufman1949{
    .key = "kaufman1949",
    .kind = "article",
    .author = "Kaufman, Bruria",
    .title = "Crystal Statistics. II. Partition Function Evaluated by Spinor Analysis",
    .journal = "Physical Review",
    .volume = "76",
    .pages = "1232--1243",
    .year = 1949,
    .doi = "10.1103/PhysRev.76.1232"};
constexpr base::Work yang1952{.key = "yang1952",
                              .kind = "article",
                              .author = "Yang, C. N.",
                              .title = "The Spontaneous Magnetization of a Two-Dimensional Ising Model",
                              .journal = "Physical Review",
                              .volume = "85",
                              .pages = "808--816",
                              .year = 1952,
                              .doi = "10.1103/PhysRev.85.808"};
constexpr base::Work kamieniarz1993{
    .key = "kamieniarz1993",
    .kind = "article",
    .author = "Kamieniarz, G. and Bl{\\\"o}te, H. W. J.",
    .title = "Universal ratio of magnetization moments in two-dimensional Ising models",
    .journal = "Journal of Physics A: Mathematical and General",
    .volume = "26",
    .pages = "201--212",
    .year = 1993,
    .doi = "10.1088/0305-4470/26/2/009"};

template <class Ising>
base::Options<Ising> options_of() {
  base::Options<Ising> options;
  options
      .add("coupling", &Ising::coupling, "J, the nearest-neighbour coupling; negative: antiferromagnet",
           {.least = -most_energy, .most = most_energy})
      .add("field", &Ising::field, "h, the uniform magnetic field: an energy, in the same units as J",
           {.least = -most_energy, .most = most_energy});
  return options;
}

/// H = -J sum_<ij> s_i s_j - h sum_i s_i on a chain or a square lattice.
template <class Ising>
class NearestNeighbour final : public Model {
 public:
  NearestNeighbour(std::string name, lattice::Lattice lattice, Ising options)
      : name_(std::move(name)), lattice_(std::move(lattice)), options_(options) {}

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] const lattice::Lattice& lattice() const override { return lattice_; }

  [[nodiscard]] double energy(std::span<const std::int8_t> spins) const override {
    std::int64_t bonds = 0;
    for (const auto& [i, j] : lattice_.bonds())
      bonds += spins[static_cast<std::size_t>(i)] * spins[static_cast<std::size_t>(j)];
    std::int64_t sum = 0;
    for (const auto spin : spins) sum += spin;
    return -options_.coupling * static_cast<double>(bonds) - options_.field * static_cast<double>(sum);
  }

  [[nodiscard]] double local_field(std::span<const std::int8_t> spins, int site) const override {
    int sum = 0;
    for (const auto j : lattice_.neighbours(site)) sum += spins[static_cast<std::size_t>(j)];
    return options_.coupling * sum + options_.field;
  }

  [[nodiscard]] std::optional<double> nearest_neighbour_coupling() const override {
    return options_.coupling;
  }
  [[nodiscard]] double field() const override { return options_.field; }
  [[nodiscard]] base::Values options() const override { return options_of<Ising>().values(options_); }

  [[nodiscard]] std::shared_ptr<const Model> on(const lattice::Lattice& lattice) const override {
    return std::make_shared<NearestNeighbour>(name_, lattice, options_);
  }

 private:
  std::string name_;
  lattice::Lattice lattice_;
  Ising options_;
};

template <class Ising>
std::shared_ptr<const Model> made(const std::string& name, const lattice::Lattice& lattice,
                                  const base::Values& values) {
  const std::string where = "model " + name;
  const auto options = options_of<Ising>().parse(values, where);
  check_energy(where, "coupling", options.coupling);
  check_energy(where, "field", options.field);
  return std::make_shared<NearestNeighbour<Ising>>(name, lattice, options);
}

template <class Ising>
ModelEntry entry(const std::string& name, std::string help, std::vector<base::Citation> citations,
                 int dimension) {
  ModelEntry result;
  result.name = name;
  result.help = std::move(help);
  result.citations = std::move(citations);
  result.dimensions = {dimension};
  result.options = options_of<Ising>().specs();
  result.make = [name](const lattice::Lattice& lattice, const base::Values& values) {
    return made<Ising>(name, lattice, values);
  };
  return result;
}

constexpr auto square_name = "ising-square";
constexpr auto chain_name = "ising-chain";

}  // namespace

IsingSquare::operator std::shared_ptr<const Model>() const {
  return made<IsingSquare>(square_name, lattice::Lattice::square(side.x, side.y, boundary),
                           options_of<IsingSquare>().values(*this));
}

IsingChain::operator std::shared_ptr<const Model>() const {
  return made<IsingChain>(chain_name, lattice::Lattice::chain(side, boundary),
                          options_of<IsingChain>().values(*this));
}

void register_nearest_neighbour() {
  registry().add(entry<IsingSquare>(square_name, "nearest-neighbour Ising model on the square lattice",
                                    {onsager1944, kaufman1949, yang1952, kamieniarz1993}, 2));
  registry().add(entry<IsingChain>(chain_name, "nearest-neighbour Ising model on the chain", {ising1925}, 1));
}

}  // namespace spinflow::models
