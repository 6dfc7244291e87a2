// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <complex>
#include <cstdint>
#include <numbers>

#include "ensemble/row_pieces.hpp"
#include "observables/by_definition.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::observables {

namespace {

// e^(2 pi i x / n), x = 0 .. n - 1.
std::vector<std::complex<double>> longest_wave(std::size_t n) {
  std::vector<std::complex<double>> wave;
  for (std::size_t x = 0; x < n; ++x)
    wave.push_back(std::polar(1.0, 2 * std::numbers::pi * static_cast<double>(x) / static_cast<double>(n)));
  return wave;
}

double power(std::span<const std::complex<double>> wave, std::span<const std::int32_t> sums) {
  std::complex<double> amplitude;
  for (std::size_t x = 0; x < sums.size(); ++x) amplitude += wave[x] * static_cast<double>(sums[x]);
  return std::norm(amplitude);
}

// m_k = (1/N) sum_r s_r exp(i k r); along each axis k = 2 pi / (its own side), the smallest but 0. On open
// boundaries the same waves.
std::vector<stats::Estimate> read_mode_2(const ensemble::Rows& rows) {
  const auto& lattice = rows.lattice();
  const auto& packed = rows.ensemble().spins;
  const auto lx = static_cast<std::size_t>(lattice.lx());
  const auto ly = static_cast<std::size_t>(lattice.ly());
  const auto wave_x = longest_wave(lx);
  const auto wave_y = longest_wave(ly);
  const double norm = 1.0 / (static_cast<double>(lattice.n_sites()) * lattice.n_sites());
  std::vector<double> values(rows.size());
  ensemble::for_row_pieces(packed, [&](std::size_t first, std::size_t count) {
    std::vector<std::int8_t> spins(lx * ly);
    std::vector<std::int32_t> columns(lx);
    std::vector<std::int32_t> lines(ly);
    for (std::size_t row = first; row < first + count; ++row) {
      packed.unpack(row, spins);
      std::ranges::fill(columns, 0);
      std::ranges::fill(lines, 0);
      for (std::size_t y = 0; y < ly; ++y)
        for (std::size_t x = 0; x < lx; ++x) {
          columns[x] += spins[y * lx + x];
          lines[y] += spins[y * lx + x];
        }
      values[row] = norm * power(wave_x, columns);
      if (lattice.dimension() == 2) values[row] = 0.5 * (values[row] + norm * power(wave_y, lines));
    }
  });
  return {rows.mean(values)};
}

std::vector<double> mode_2_by_definition(const ensemble::Rows& rows) {
  const auto& lattice = rows.lattice();
  return means_of(rows, [&](Spins spins) {
    std::complex<double> along_x;
    std::complex<double> along_y;
    for (int y = 0; y < lattice.ly(); ++y)
      for (int x = 0; x < lattice.lx(); ++x) {
        const double s = spins[static_cast<std::size_t>(lattice.site(x, y))];
        along_x += std::polar(1.0, 2 * std::numbers::pi * x / lattice.lx()) * s;
        along_y += std::polar(1.0, 2 * std::numbers::pi * y / lattice.ly()) * s;
      }
    const double sum =
        lattice.dimension() == 1 ? std::norm(along_x) : (std::norm(along_x) + std::norm(along_y)) / 2;
    return std::vector{sum / lattice.n_sites() / lattice.n_sites()};
  });
}

}  // namespace

void register_mode_2() {
  registry().add({.name = mode_2,
                  .help = "<|m_k|^2> of the Fourier mode of the longest wave, mean over the axes",
                  .in_flow = Unasked::read,
                  .order = 90,
                  .numbers = {{.name = mode_2, .symbol = "|m_k|^2"}},
                  .read = read_mode_2,
                  .reference = mode_2_by_definition});
}

}  // namespace spinflow::observables
