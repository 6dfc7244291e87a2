// SPDX-License-Identifier: Apache-2.0
#include "spinflow/trainers/trainer.hpp"

namespace spinflow::trainers {

base::Registry<TrainerEntry>& registry() {
  static base::Registry<TrainerEntry> entries("trainer");
  return entries;
}

}  // namespace spinflow::trainers
