// SPDX-License-Identifier: Apache-2.0
#include "spinflow/trainers/trainer.hpp"

#include "base/fill_once.hpp"

namespace spinflow::trainers {

void register_entries();  // generated (cmake/catalogue.cmake)

base::Registry<TrainerEntry>& registry() {
  static base::Registry<TrainerEntry> entries("trainer");
  static base::FillOnce filled;
  filled(register_entries);
  return entries;
}

}  // namespace spinflow::trainers
