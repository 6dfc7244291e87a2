// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/memory.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace spinflow::base {

double memory_of_machine() {
  const double pages = static_cast<double>(sysconf(_SC_PHYS_PAGES));
  const double bytes = pages * static_cast<double>(sysconf(_SC_PAGE_SIZE));
  double limit = 0;
  if (std::ifstream("/sys/fs/cgroup/memory.max") >> limit && limit > 0) return std::min(bytes, limit);
  return bytes;
}

void check_memory(double bytes, std::string_view where, std::string_view mend) {
  const double available = memory_of_machine();
  if (bytes <= available) return;
  const auto what = fmt::format("this takes about {:.3g} GB of memory and the machine has {:.3g} GB",
                                bytes / 1e9, available / 1e9);
  throw MemoryError(Fault::input, input_error(where, what, mend).what());
}

}  // namespace spinflow::base
