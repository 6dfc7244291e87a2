// SPDX-License-Identifier: Apache-2.0
// A model of one file: nearest neighbours on the square lattice.
#include "spinflow/models/model.hpp"

namespace spinflow::models {

namespace {

constexpr base::Work toy2001{
    .key = "toy2001", .kind = "misc", .author = "Toy, A.", .title = "A magnet of one file", .year = 2001};

struct Toy {
  double coupling = 1;  ///< J
};

base::Options<Toy> toy_options() {
  base::Options<Toy> options;
  options.add("coupling", &Toy::coupling, "J, the nearest-neighbour coupling", {.least = 0, .most = 1e6});
  return options;
}

class ToyMagnet final : public Model {
 public:
  ToyMagnet(lattice::Lattice lattice, Toy options) : lattice_(std::move(lattice)), options_(options) {}

  [[nodiscard]] std::string_view name() const override { return "toy-magnet"; }
  [[nodiscard]] const lattice::Lattice& lattice() const override { return lattice_; }
  [[nodiscard]] double energy(std::span<const std::int8_t> spins) const override {
    double sum = 0;
    for (const auto& [i, j] : lattice_.bonds())
      sum += spins[static_cast<std::size_t>(i)] * spins[static_cast<std::size_t>(j)];
    return -options_.coupling * sum;
  }
  [[nodiscard]] double local_field(std::span<const std::int8_t> spins, int site) const override {
    double sum = 0;
    for (const auto other : lattice_.neighbours(site)) sum += spins[static_cast<std::size_t>(other)];
    return options_.coupling * sum;
  }
  [[nodiscard]] std::optional<double> nearest_neighbour_coupling() const override {
    return options_.coupling;
  }
  [[nodiscard]] double field() const override { return 0; }
  [[nodiscard]] base::Values options() const override { return toy_options().values(options_); }
  [[nodiscard]] std::shared_ptr<const Model> on(const lattice::Lattice& lattice) const override {
    return std::make_shared<ToyMagnet>(lattice, options_);
  }

 private:
  lattice::Lattice lattice_;
  Toy options_;
};

}  // namespace

void register_toy() {
  registry().add({.name = "toy-magnet",
                  .help = "a magnet that a test adds",
                  .citations = {toy2001, "onsager1944"},
                  .options = toy_options().specs(),
                  .make = [](const lattice::Lattice& lattice, const base::Values& values) {
                    return std::make_shared<ToyMagnet>(lattice,
                                                       toy_options().parse(values, "model toy-magnet"));
                  }});
}

}  // namespace spinflow::models
