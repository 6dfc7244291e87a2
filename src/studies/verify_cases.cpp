// SPDX-License-Identifier: Apache-2.0
#include "studies/verify_cases.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <optional>

#include "spinflow/exact/chain.hpp"
#include "spinflow/exact/curie_weiss.hpp"
#include "spinflow/exact/kaufman.hpp"
#include "spinflow/exact/magnetization.hpp"
#include "spinflow/exact/strip.hpp"

namespace spinflow::studies::verification {

namespace {

using lattice::Boundary;
using lattice::Lattice;

using ModelPointer = std::shared_ptr<const models::Model>;

ModelPointer nearest_neighbour(const Lattice& lattice, double coupling, double field) {
  return models::registry()
      .find(lattice.dimension() == 2 ? "ising-square" : "ising-chain")
      .make(lattice, {{"coupling", coupling}, {"field", field}});
}

ModelPointer power_law(const Lattice& lattice, double sigma, double coupling = 1, double field = 0) {
  return models::registry()
      .find("ising-power-law")
      .make(lattice, {{"dimension", std::int64_t{lattice.dimension()}},
                      {"sigma", sigma},
                      {"coupling", coupling},
                      {"field", field}});
}

ModelPointer infinite_range(int n, double coupling, double field) {
  return models::registry()
      .find("ising-infinite-range")
      .make(Lattice::chain(n), {{"coupling", coupling}, {"field", field}});
}

Case enumerated(ModelPointer model, std::vector<double> temperatures) {
  // Made when first asked: there may be no sampler for the model.
  const auto made = std::make_shared<std::optional<exact::Enumeration>>();
  const auto truth = [made, model](double temperature) {
    if (!*made) made->emplace(model);
    const auto& enumeration = *made;
    const double n = model->lattice().n_sites();
    const auto ground = enumeration->at(0);
    Truth result{.means = enumeration->at(temperature), .ground_energy = ground.energy, .excited = 0};
    if (temperature > 0)
      result.excited =
          -std::expm1(ground.log_partition - n * ground.energy / temperature - result.means.log_partition);
    return result;
  };
  return {"", std::move(model), std::move(temperatures), truth};
}

Case enumerated(const Lattice& lattice, double coupling, double field, std::vector<double> temperatures) {
  return enumerated(nearest_neighbour(lattice, coupling, field), std::move(temperatures));
}

// Couplings that decay with this sigma are those of nearest neighbours: the next ones are below 1e-9.
constexpr double short_ranged = 60;

// J = 1 between nearest neighbours, no field, periodic.
Case transferred_square(ModelPointer model, std::vector<double> temperatures) {
  const auto truth = [lattice = model->lattice()](double temperature) {
    const auto thermodynamics = exact::kaufman(lattice.lx(), lattice.ly(), 1 / temperature);
    const auto moments = exact::magnetization_moments(lattice.lx(), lattice.ly(), 1 / temperature);
    Truth result;
    result.means.energy = thermodynamics.energy;
    result.means.specific_heat = thermodynamics.specific_heat;
    result.means.abs_magnetization = moments.abs;
    result.means.magnetization_2 = moments.second;
    result.means.magnetization_4 = moments.fourth;
    result.ground_energy = -2;
    result.excited =
        -std::expm1(std::log(2) + 2 * lattice.n_sites() / temperature - thermodynamics.log_partition);
    return result;
  };
  return {"", std::move(model), std::move(temperatures), truth};
}

// Too large to enumerate, but narrow.
Case narrow(const Lattice& lattice, double coupling, double field, std::vector<double> temperatures) {
  const auto made = std::make_shared<std::optional<exact::NarrowLattice>>();
  const auto truth = [=](double temperature) {
    if (!*made) made->emplace(lattice);
    return Truth{.means = (*made)->at(temperature, coupling, field)};
  };
  return {"", nearest_neighbour(lattice, coupling, field), std::move(temperatures), truth};
}

Case transferred_chain(const Lattice& lattice, double coupling, double field,
                       std::vector<double> temperatures) {
  const auto truth = [=](double temperature) {
    return Truth{.means = exact::chain(lattice.n_sites(), coupling, field, temperature, lattice.boundary())};
  };
  return {"", nearest_neighbour(lattice, coupling, field), std::move(temperatures), truth};
}

// J = 1, no field.
Case short_ranged_chain(int n, std::vector<double> temperatures) {
  auto result = transferred_chain(Lattice::chain(n), 1, 0, std::move(temperatures));
  result.model = power_law(Lattice::chain(n), short_ranged);
  return result;
}

Case curie_weiss(int n, double coupling, double field, std::vector<double> temperatures) {
  const auto truth = [=](double temperature) {
    return Truth{.means = exact::curie_weiss(n, coupling, field, temperature)};
  };
  return {"", infinite_range(n, coupling, field), std::move(temperatures), truth};
}

// The model's name with what is not default about it.
std::string label_of(const models::Model& model) {
  std::string label(model.name());
  const auto options = model.options();
  const auto add = [&](std::string_view option, std::string_view symbol, double usual) {
    const auto found = options.find(option);
    if (found == options.end()) return;
    const double value = std::get<double>(found->second);
    if (value != usual) label += fmt::format(" {}={}", symbol, value);
  };
  add("sigma", "sigma", std::numeric_limits<double>::quiet_NaN());
  add("coupling", "J", 1);
  add("field", "h", 0);
  if (model.lattice().boundary() == Boundary::open) label += " open";
  return label;
}

}  // namespace

std::vector<Case> all_cases() {
  std::vector<Case> cases = {
      enumerated(Lattice::square(4, 4), 1, 0, {0, 0.5, 1, 2.27, 5}),
      enumerated(Lattice::square(3, 5), 1, 0, {0.7, 2.27}),
      enumerated(Lattice::square(3, 5), 0.8, 0.3, {1.5}),
      enumerated(Lattice::square(4, 4), -1, 0, {0, 2.27}),
      enumerated(Lattice::square(4, 4), -1, 1.2, {0, 0.8, 2}),
      enumerated(Lattice::square(3, 5), -1, 0, {2}),
      enumerated(Lattice::square(4, 3, Boundary::open), 1, 0.1, {0, 0.9, 2}),
      transferred_square(nearest_neighbour(Lattice::square(10, 10), 1, 0), {0.75, 1.5, 2.25, 2.5, 4}),
      transferred_square(nearest_neighbour(Lattice::square(16, 4), 1, 0), {1.5}),
      narrow(Lattice::square(15, 3), 1, 0, {1.35}),
      narrow(Lattice::square(12, 3, Boundary::open), 1, 0, {1.1}),
      narrow(Lattice::square(3, 12, Boundary::open), 1, 0.05, {1.2}),
      narrow(Lattice::square(14, 3), 1, 0.05, {1.5}),
      narrow(Lattice::square(12, 4), -1, 0, {1.5}),
      narrow(Lattice::square(12, 4), -1, 1.2, {1.35}),
      enumerated(Lattice::chain(10), 1, 0, {0, 0.3}),
      enumerated(Lattice::chain(8), -1, 0.2, {0, 1}),
      enumerated(Lattice::chain(9), -1, 0.2, {0.7}),
      transferred_chain(Lattice::chain(64), 1, 0, {0.8, 3}),
      transferred_chain(Lattice::chain(63), 1, 0.3, {1}),
      transferred_chain(Lattice::chain(50, Boundary::open), 1, 0.1, {1.5}),
      transferred_chain(Lattice::chain(50, Boundary::open), -1, 0, {1}),
      enumerated(power_law(Lattice::chain(12), 0.25), {0, 8}),
      enumerated(power_law(Lattice::chain(16), 0.75), {2.5}),
      enumerated(power_law(Lattice::chain(18), 1.5), {1.3}),
      enumerated(power_law(Lattice::square(4, 4), 0.8), {7}),
      enumerated(power_law(Lattice::square(4, 4), 1.25), {5}),
      enumerated(power_law(Lattice::square(3, 5), 1.25), {3, 12}),
      enumerated(power_law(Lattice::chain(13), 0.75, 0.8, 0.1), {1.5}),
      enumerated(power_law(Lattice::chain(13), 0.75, -1), {0.9}),
      enumerated(power_law(Lattice::square(3, 5), 1.25, -1, 0.5), {1.5}),
      short_ranged_chain(24, {1.2}),
      transferred_square(power_law(Lattice::square(12, 3), short_ranged), {1.7}),
      transferred_square(power_law(Lattice::square(8, 8), short_ranged), {2.4}),
      enumerated(infinite_range(16, 1, 0), {0.9}),
      curie_weiss(400, 1, 0, {1.1}),
      curie_weiss(100, 1, 0.05, {1}),
  };
  for (auto& entry : cases) entry.label = label_of(*entry.model);
  return cases;
}

}  // namespace spinflow::studies::verification
