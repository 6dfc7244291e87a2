// SPDX-License-Identifier: Apache-2.0
#include "module.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/exact/chain_renormalization.hpp"
#include "spinflow/exact/enumeration.hpp"
#include "spinflow/exact/infinite.hpp"
#include "spinflow/exact/magnetization.hpp"
#include "spinflow/exact/migdal_kadanoff.hpp"
#include "spinflow/exact/solution.hpp"
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

nb::list exact_means(nb::handle model, nb::handle temperatures) {
  const auto list = numbers_from(temperatures, "exact: T");
  exact::Solution solution(model_of(model, "model"));
  const auto found = work([&](base::Observer&) {
    std::vector<exact::ExactMeans> all;
    for (const double t : list) {
      base::check_stop();
      all.push_back(solution.at(t));
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
