// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "observables/by_definition.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::observables {

namespace {

std::vector<double> correlation_by_definition(const ensemble::Rows& rows) {
  const auto& lattice = rows.lattice();
  const bool ring = lattice.boundary() == lattice::Boundary::periodic;
  const bool square = lattice.dimension() == 2;
  const int reach = (square ? std::min(lattice.lx(), lattice.ly()) : lattice.lx()) / 2;
  return means_of(rows, [&](Spins spins) {
    const auto at = [&](int x, int y) {
      return spins[static_cast<std::size_t>(lattice.site(x % lattice.lx(), y % lattice.ly()))];
    };
    std::vector<double> g;
    for (int r = 1; r <= reach; ++r) {
      double sum = 0;
      double pairs = 0;
      for (int y = 0; y < lattice.ly(); ++y)
        for (int x = 0; x < lattice.lx(); ++x) {
          if (ring || x + r < lattice.lx()) sum += at(x, y) * at(x + r, y), pairs += 1;
          if (square && (ring || y + r < lattice.ly())) sum += at(x, y) * at(x, y + r), pairs += 1;
        }
      g.push_back(sum / pairs);
    }
    return g;
  });
}

}  // namespace

void register_correlation() {
  registry().add({.name = correlation,
                  .help = "G(r) = <s_0 s_r> along the axes, r = 1 to half of the shorter side, not connected",
                  .in_flow = Unasked::read,
                  .in_measure = Unasked::shown,
                  .order = 110,
                  .numbers = {{.name = correlation, .symbol = "G"}},
                  .along = "r",
                  .read = [](const ensemble::Rows& rows) { return ensemble::correlation(rows); },
                  .reference = correlation_by_definition});
}

}  // namespace spinflow::observables
