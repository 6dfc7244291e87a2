// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "module.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::python {

/// A map of flows.
struct MapHandle {
  std::shared_ptr<const transformations::Transformation> map;
  nb::object maker = {};  ///< (function, its arguments) that makes it again: what pickle carries
};

/// A map of what a user hands over: a Map, an RBM, a Stack, a Dense, the text of a map, or a function of the
/// spins. ValueError naming the argument for anything else.
[[nodiscard]] MapHandle map_from(nb::handle given, const std::string& argument);

/// A thermometer that is a function of the spins (n, Ly, Lx), which returns T or (T, error) in J/k_B.
[[nodiscard]] std::unique_ptr<thermometers::Thermometer> written_thermometer(nb::handle function,
                                                                             const lattice::Lattice& lattice);

/// What a function written in Python is called.
[[nodiscard]] std::string name_of(nb::handle function);

}  // namespace spinflow::python
