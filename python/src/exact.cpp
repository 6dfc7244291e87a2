// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include "module.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/exact/chain.hpp"
#include "spinflow/exact/chain_renormalization.hpp"
#include "spinflow/exact/curie_weiss.hpp"
#include "spinflow/exact/enumeration.hpp"
#include "spinflow/exact/infinite.hpp"
#include "spinflow/exact/kaufman.hpp"
#include "spinflow/exact/magnetization.hpp"
#include "spinflow/exact/migdal_kadanoff.hpp"
#include "spinflow/exact/strip.hpp"
#include "spinflow/models/model.hpp"
#include "work.hpp"

namespace spinflow::python {

namespace {

using namespace nb::literals;

nb::dict means_dict(const exact::ExactMeans& means) {
  nb::dict row;
  row["log_partition"] = means.log_partition;
  row["energy"] = means.energy;
  row["specific_heat"] = means.specific_heat;
  row["magnetization"] = means.magnetization;
  row["abs_magnetization"] = means.abs_magnetization;
  row["magnetization_2"] = means.magnetization_2;
  row["magnetization_4"] = means.magnetization_4;
  return row;
}

double option(const models::Model& model, const char* name) {
  const auto options = model.options();
  const auto found = options.find(name);
  return found == options.end() ? 0 : std::get<double>(found->second);
}

bool is_kaufman(const models::Model& model) {
  const auto coupling = model.nearest_neighbour_coupling();
  return model.lattice().dimension() == 2 && model.lattice().boundary() == lattice::Boundary::periodic &&
         coupling.value_or(0) > 0 && model.field() == 0;
}

/// Of the square lattice without field: energies by Kaufman, |m| by a transfer matrix where a side is short.
exact::ExactMeans kaufman_means(const models::Model& model, double temperature) {
  const auto& lattice = model.lattice();
  const double j = *model.nearest_neighbour_coupling();
  const auto found = exact::kaufman(lattice.lx(), lattice.ly(), j / temperature);
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  exact::ExactMeans means{.log_partition = found.log_partition,
                          .energy = found.energy * j,
                          .specific_heat = found.specific_heat,
                          .magnetization = 0,
                          .abs_magnetization = unknown,
                          .magnetization_2 = unknown,
                          .magnetization_4 = unknown};
  if (std::min(lattice.lx(), lattice.ly()) > exact::widest_exact_magnetization || temperature == 0)
    return means;
  const auto moments = exact::magnetization_moments(lattice.lx(), lattice.ly(), j / temperature);
  means.abs_magnetization = moments.abs;
  means.magnetization_2 = moments.second;
  means.magnetization_4 = moments.fourth;
  return means;
}

/// What is exact of a model at each temperature, by the first way there is.
nb::list exact_means(nb::handle model, nb::handle temperatures) {
  const auto hamiltonian = model_of(model, "model");
  const auto& lattice = hamiltonian->lattice();
  const auto list = numbers_from(temperatures, "exact: T");
  for (const double t : list)
    if (!(t >= 0) || std::isinf(t))
      throw input_error("exact: T", "a temperature is below 0 or not finite",
                        "give finite numbers of at least 0");
  const auto found = work([&](base::Observer&) {
    std::vector<exact::ExactMeans> all;
    std::optional<exact::Enumeration> states;
    std::optional<exact::NarrowLattice> narrow;
    for (const double t : list) {
      base::check_stop();
      if (lattice.n_sites() <= 16 || (t == 0 && lattice.n_sites() <= 24)) {
        if (!states) states.emplace(hamiltonian);
        all.push_back(states->at(t));
      } else if (hamiltonian->name() == "ising-infinite-range") {
        all.push_back(
            exact::curie_weiss(lattice.n_sites(), option(*hamiltonian, "coupling"), hamiltonian->field(), t));
      } else if (hamiltonian->nearest_neighbour_coupling() && lattice.dimension() == 1 && t > 0) {
        all.push_back(exact::chain(lattice.n_sites(), *hamiltonian->nearest_neighbour_coupling(),
                                   hamiltonian->field(), t, lattice.boundary()));
      } else if (is_kaufman(*hamiltonian) && t > 0) {
        all.push_back(kaufman_means(*hamiltonian, t));
      } else if (hamiltonian->nearest_neighbour_coupling() && t > 0) {
        if (!narrow) narrow.emplace(lattice);
        all.push_back(narrow->at(t, *hamiltonian->nearest_neighbour_coupling(), hamiltonian->field()));
      } else {
        if (!states) states.emplace(hamiltonian);
        all.push_back(states->at(t));
      }
    }
    return all;
  });
  nb::list rows;
  for (std::size_t i = 0; i < list.size(); ++i) {
    nb::dict row;
    row["temperature"] = list[i];
    row.update(means_dict(found[i]));
    rows.append(row);
  }
  return rows;
}

nb::dict chain_flow(double coupling, double field, int factor, int steps) {
  nb::list rows;
  int step = 0;
  for (const auto& one : exact::chain_flow({.coupling = coupling, .field = field}, factor, steps)) {
    const auto j = exact::chain_decimation_jacobian(one.couplings, factor);
    nb::dict row;
    row["step"] = step++;
    row["coupling"] = one.couplings.coupling;
    row["field"] = one.couplings.field;
    row["constant"] = one.constant;
    row["correlation_length"] = exact::chain_correlation_length(one.couplings);
    row["dK_dK"] = j[0];
    row["dK_dh"] = j[1];
    row["dh_dK"] = j[2];
    row["dh_dh"] = j[3];
    rows.append(row);
  }
  nb::list points;
  for (const auto& point : exact::chain_fixed_points(factor)) {
    nb::dict row;
    row["coupling"] = point.coupling;
    row["stable"] = point.stable;
    row["thermal_eigenvalue"] = point.thermal_eigenvalue;
    row["magnetic_eigenvalue"] = point.magnetic_eigenvalue;
    points.append(row);
  }
  nb::dict answer;
  answer["steps"] = rows;
  answer["fixed_points"] = points;
  return answer;
}

}  // namespace

void bind_exact(nb::module_& m) {
  m.def("exact_means", exact_means);
  m.def("chain_flow", chain_flow);
  m.def("onsager_energy", exact::onsager_energy);
  m.def("yang_magnetization", exact::yang_magnetization);
  m.def("square_correlation_length", exact::square_correlation_length);
  m.def("strip_correlation_length", exact::strip_correlation_length);
  m.def("migdal_kadanoff", exact::migdal_kadanoff);
  m.def("up_spin_distribution", [](int lx, int ly, double coupling) {
    return array_of(work([&](base::Observer&) { return exact::up_spin_distribution(lx, ly, coupling); }));
  });
  m.def("probabilities", [](const ModelHandle& h, double temperature) {
    return array_of(
        work([&](base::Observer&) { return exact::Enumeration(h.model).probabilities(temperature); }));
  });
  m.attr("square_critical_temperature") = exact::square_critical_temperature;
}

}  // namespace spinflow::python
