// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/strip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <span>

#include "spinflow/base/error.hpp"

namespace spinflow::exact {

double strip_correlation_length(int width, double coupling) {
  const double k = 2 * coupling;
  // cosh 2K coth 2K - 1 = (sinh 2K - 1)^2 / sinh 2K + 1 without the loss of digits near T_c; where cosh
  // overflows, all gamma are equal to within rounding.
  if (k > 300) return std::numeric_limits<double>::infinity();
  const double sinh = std::sinh(k);
  const double least = (sinh - 1) * (sinh - 1) / sinh;  // cosh gamma_0 - 1
  const auto gamma = [&](int index) {
    const double half = std::sin(0.5 * std::numbers::pi * index / width);
    const double x = least + 2 * half * half;  // cosh gamma - 1
    return std::log1p(x + std::sqrt(x * (x + 2)));
  };
  double rate = -0.5 * (k + std::log(std::tanh(coupling)));
  for (int index = 1; index < 2 * width; ++index) rate += (index % 2 == 0 ? -0.5 : 0.5) * gamma(index);
  return rate > 1e-13 * k * width ? 1 / rate : std::numeric_limits<double>::infinity();
}

namespace {

/// Numbers of configurations by state of the last row, up spins and unequal bonds so far.
class Counts {
 public:
  Counts(int width, std::size_t n_sites, std::size_t n_bonds)
      : n_states_(std::size_t{1} << width),
        n_bonds_(n_bonds),
        stride_((n_sites + 1) * (n_bonds + 1)),
        values_(n_states_ * stride_) {}

  [[nodiscard]] std::size_t n_states() const { return n_states_; }
  [[nodiscard]] std::span<double> of(std::size_t state) {
    return std::span(values_).subspan(state * stride_, stride_);
  }

  void clear() { std::ranges::fill(values_, 0.0); }

  /// All configurations that end in `state` get so many more up spins and unequal bonds.
  void shift(std::size_t state, std::size_t up, std::size_t unequal) {
    const std::size_t by = up * (n_bonds_ + 1) + unequal;
    const auto values = of(state);
    std::copy_backward(values.begin(), values.end() - static_cast<std::ptrdiff_t>(by), values.end());
    std::fill_n(values.begin(), by, 0.0);
  }

  /// Replaces the spin at `x` by the next one in its column, joined to it by a bond.
  void replace(int x) {
    const std::size_t bit = std::size_t{1} << x;
    for (std::size_t state = 0; state < n_states_; ++state) {
      if ((state & bit) != 0) continue;
      const auto down = of(state);
      const auto up = of(state | bit);
      // An unequal bond moves a count to the next index. From the back, so that old values are read.
      for (std::size_t i = stride_ - 1; i > 0; --i) {
        const double now_down = down[i] + up[i - 1];
        up[i] += down[i - 1];
        down[i] = now_down;
      }
    }
  }

 private:
  std::size_t n_states_;
  std::size_t n_bonds_;
  std::size_t stride_;
  std::vector<double> values_;
};

/// Builds the lattice row by row.
class RowByRow {
 public:
  RowByRow(const lattice::Lattice& lattice, std::size_t n_sites, std::size_t n_bonds)
      : width_(std::min(lattice.lx(), lattice.ly())),
        rows_(std::max(lattice.lx(), lattice.ly())),
        ring_(lattice.boundary() == lattice::Boundary::periodic),
        counts_(width_, n_sites, n_bonds) {}

  /// (n_sites + 1, n_bonds + 1)
  [[nodiscard]] std::vector<double> states() {
    std::vector<double> sums(counts_.of(0).size());
    if (!ring_) {
      for (std::size_t state = 0; state < counts_.n_states(); ++state) counts_.of(state)[0] = 1;
      finish_row();
      grow();
      for (std::size_t state = 0; state < counts_.n_states(); ++state) add(state, sums);
      return sums;
    }
    for (std::size_t first = 0; first < counts_.n_states(); ++first) {
      counts_.clear();
      counts_.of(first)[0] = 1;
      finish_row();
      grow();
      for (std::size_t last = 0; last < counts_.n_states(); ++last) {
        counts_.shift(last, 0, static_cast<std::size_t>(std::popcount(first ^ last)));
        add(last, sums);
      }
    }
    return sums;
  }

 private:
  void grow() {
    for (int row = 1; row < rows_; ++row) {
      for (int x = 0; x < width_; ++x) counts_.replace(x);
      finish_row();
    }
  }

  void finish_row() {
    for (std::size_t state = 0; state < counts_.n_states(); ++state)
      counts_.shift(state, static_cast<std::size_t>(std::popcount(state)), unequal_within(state));
  }

  [[nodiscard]] std::size_t unequal_within(std::size_t state) const {
    std::size_t unequal = 0;
    const int bonds = width_ == 1 ? 0 : ring_ ? width_ : width_ - 1;
    for (int x = 0; x < bonds; ++x) unequal += ((state >> x) ^ (state >> ((x + 1) % width_))) & 1;
    return unequal;
  }

  void add(std::size_t state, std::vector<double>& sums) {
    const auto values = counts_.of(state);
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += values[i];
  }

  int width_;
  int rows_;
  bool ring_;
  Counts counts_;
};

}  // namespace

NarrowLattice::NarrowLattice(const lattice::Lattice& lattice)
    : n_sites_(static_cast<std::size_t>(lattice.n_sites())), n_bonds_(lattice.bonds().size()) {
  constexpr int widest = 8;
  constexpr std::size_t most_sites = 1000;
  constexpr double most_numbers = 0x1p26;
  const int width = std::min(lattice.lx(), lattice.ly());
  if (width > widest || n_sites_ > most_sites ||
      std::ldexp(static_cast<double>(n_sites_ * n_bonds_), width) > most_numbers)
    throw input_error(
        "exact means", fmt::format("a lattice of {} is too large", lattice.text()),
        fmt::format("the smaller side must be at most {}, with a short enough longer one", widest));
  states_ = RowByRow(lattice, n_sites_, n_bonds_).states();
}

ExactMeans NarrowLattice::at(double temperature, double coupling, double field) const {
  if (!(temperature > 0) || !std::isfinite(coupling / temperature) || !std::isfinite(field / temperature))
    throw input_error("exact means", fmt::format("T = {} is out of reach", temperature),
                      "the temperature must be above 0, couplings and field over it finite");
  const auto sites = static_cast<double>(n_sites_);
  const auto bonds = static_cast<double>(n_bonds_);
  const auto for_each = [&](const auto& visit) {
    for (std::size_t up = 0; up <= n_sites_; ++up)
      for (std::size_t unequal = 0; unequal <= n_bonds_; ++unequal) {
        const double count = states_[up * (n_bonds_ + 1) + unequal];
        if (count == 0) continue;
        const double sum = 2 * static_cast<double>(up) - sites;
        const double energy = -coupling * (bonds - 2 * static_cast<double>(unequal)) - field * sum;
        visit(std::log(count) - energy / temperature, energy, sum / sites);
      }
  };
  double largest = -std::numeric_limits<double>::infinity();
  for_each([&](double log_weight, double, double) { largest = std::max(largest, log_weight); });
  ExactMeans means;
  double total = 0;
  double squares = 0;
  for_each([&](double log_weight, double energy, double m) {
    const double weight = std::exp(log_weight - largest);
    total += weight;
    means.energy += weight * energy;
    squares += weight * energy * energy;
    means.magnetization += weight * m;
    means.abs_magnetization += weight * std::abs(m);
    means.magnetization_2 += weight * m * m;
    means.magnetization_4 += weight * m * m * m * m;
  });
  for (double* mean : {&means.energy, &squares, &means.magnetization, &means.abs_magnetization,
                       &means.magnetization_2, &means.magnetization_4})
    *mean /= total;
  means.log_partition = largest + std::log(total);
  means.specific_heat = (squares - means.energy * means.energy) / (sites * temperature * temperature);
  means.energy /= sites;
  return means;
}

}  // namespace spinflow::exact
