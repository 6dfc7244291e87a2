// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "spinflow/base/options.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::studies {

/// A model as a user names it.
///
///     auto model = studies::named_model({.name = "ising-square", .size = "16x10"}, "sample");
struct ModelQuestion {
  std::string name;                   ///< of models::registry()
  std::string size;                   ///< "10", "16x10" (Lx x Ly), or the length of a chain
  std::string boundary = "periodic";  ///< periodic | open
  base::Values options = {};          ///< of the model, where they are not the defaults
  double bytes = 0;                   ///< that what is done with it needs besides model and lattice
};

/// That model. Error(input) beginning with `where` for more memory than the machine has (before any is taken)
/// and for a size that is none; beginning with the model's name for bad options.
[[nodiscard]] std::shared_ptr<const models::Model> named_model(const ModelQuestion& question,
                                                               std::string_view where);

/// The model of that name on a lattice that is there, such as that of a file's spins. Error(input) beginning
/// with `where` for a model of another dimension, otherwise as named_model.
[[nodiscard]] std::shared_ptr<const models::Model> model_on(const lattice::Lattice& lattice,
                                                            const std::string& name, base::Values options,
                                                            std::string_view where);

/// Error(input) beginning with `where` if a temperature is given twice.
void check_distinct(std::span<const double> temperatures, std::string_view where);

}  // namespace spinflow::studies
