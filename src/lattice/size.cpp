// SPDX-License-Identifier: Apache-2.0
#include "spinflow/lattice/size.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"

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

Lattice lattice_of_sites(std::string_view text, std::size_t sites, Boundary boundary,
                         const std::string& where) {
  const auto wanted = static_cast<double>(sites);
  const bool one_side = text.find('x') == std::string_view::npos;
  const int dimension = one_side && sites_of_text(text, 2) != wanted ? 1 : 2;
  const double given = sites_of_text(text, dimension);
  if (given != 0 && given != wanted)
    throw input_error(where, fmt::format("a configuration has {} spins", sites),
                      fmt::format("a lattice of {} has {:.0f} sites", text, given));
  base::check_memory(bytes_per_site * wanted, where, "give a smaller lattice");
  return lattice_from_text(text, dimension, boundary, where);
}

}  // namespace spinflow::lattice
