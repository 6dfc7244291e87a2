// SPDX-License-Identifier: Apache-2.0
#include "spinflow/transformations/transformation.hpp"

#include "base/fill_once.hpp"

namespace spinflow::transformations {

void register_entries();  // generated (cmake/catalogue.cmake)

base::Registry<TransformationEntry>& registry() {
  static base::Registry<TransformationEntry> entries("transformation");
  static base::FillOnce filled;
  filled(register_entries);
  return entries;
}

ensemble::Ensemble mapped(const ensemble::Ensemble& input, kernels::PackedSpins spins,
                          const lattice::Lattice& lattice, bool same_model) {
  const bool keeps_model =
      same_model && input.model != nullptr && input.model->lattice().dimension() == lattice.dimension();
  ensemble::Ensemble output =
      ensemble::from_spins(std::move(spins), lattice,
                           !keeps_model                        ? nullptr
                           : lattice == input.model->lattice() ? input.model
                                                               : input.model->on(lattice));
  output.chain = input.chain;
  output.sweep = input.sweep;
  output.independent_pieces = input.independent_pieces;
  output.seed = input.seed;
  return output;
}

}  // namespace spinflow::transformations
