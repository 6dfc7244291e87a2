// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "models/energy_limits.hpp"
#include "spinflow/models/ising.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::models {

namespace {

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
ModelEntry entry(const std::string& name, std::string help, std::vector<std::string> citations,
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
                                    {"onsager1944", "kaufman1949"}, 2));
  registry().add(
      entry<IsingChain>(chain_name, "nearest-neighbour Ising model on the chain", {"ising1925"}, 1));
}

}  // namespace spinflow::models
