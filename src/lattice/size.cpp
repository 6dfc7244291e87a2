// SPDX-License-Identifier: Apache-2.0
#include "spinflow/lattice/size.hpp"

#include <algorithm>
#include <charconv>

namespace spinflow::lattice {

double sites_of_text(std::string_view text, int dimension) {
  double sites = 1;
  int sides = 0;
  while (!text.empty()) {
    const auto cross = std::min(text.find('x'), text.size());
    double side = 0;
    if (std::from_chars(text.data(), text.data() + cross, side).ec != std::errc{}) return 0;
    sites *= side;
    ++sides;
    text.remove_prefix(std::min(cross + 1, text.size()));
  }
  return sides == 1 && dimension == 2 ? sites * sites : sites;
}

}  // namespace spinflow::lattice
