// SPDX-License-Identifier: Apache-2.0
#include "models/image_sums.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

#include "kernels/dense/elementary.hpp"

namespace spinflow::models {

namespace {

using kernels::exp_fixed;
using kernels::log_fixed;

// Couplings decide what samplers do: their bits must not depend on a machine's libm.
double power(double x, double exponent) { return exp_fixed(exponent * log_fixed(x)); }

/// ln Gamma(s), s > 0, by Stirling's series (DLMF 5.11.1) from s >= 16 on.
double log_gamma(double s) {
  double below = 0;
  while (s < 16) {
    below += log_fixed(s);
    s += 1;
  }
  const double u = 1 / (s * s);
  const double series = (1.0 / 12 - u * (1.0 / 360 - u * (1.0 / 1260 - u * (1.0 / 1680 - u / 1188)))) / s;
  return (s - 0.5) * log_fixed(s) - s + 0.5 * log_fixed(2 * std::numbers::pi) + series - below;
}

/// e^x E_p(x), E_p(x) = integral_1^infinity e^(-x v) v^-p dv, for p > 0, x > 0 not small, or for any p with
/// x > 1 - p: the continued fraction of DLMF 8.9.2 by Lentz's evaluation.
double scaled_exponential_integral(double p, double x) {
  double b = x + p;
  double c = 1e300;
  double d = 1 / b;
  double h = d;
  for (int n = 1; n < 10000; ++n) {
    const double a = -n * (n - 1 + p);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    const double factor = c * d;
    h *= factor;
    if (std::abs(factor - 1) < 1e-16) break;
  }
  return h;
}

/// sum_{n >= 0} x^n / ((s + 1) ... (s + n)), so that gamma(s, x) = x^s e^-x / s times it (DLMF 8.7.1).
double lower_gamma_series(double s, double x) {
  double term = 1;
  double sum = 1;
  for (int n = 1; term > sum * 1e-17; ++n) {
    term *= x / (s + n);
    sum += term;
  }
  return sum;
}

/// Ewald's way with a sum over all images of |r + R|^-2s, 2s = 2 + sigma, in two dimensions. Gamma(s) d^-2s
/// is the integral of t^(s-1) e^(-t d^2): above t = a the sum over images converges as it stands, below it
/// Poisson's formula turns it into one over wave vectors k,
///   S(r) = sum_R d^-2s Q(s, a d^2) + pi a^(s-1) / (A Gamma(s)) [1/(s-1) + sum_{k != 0} E_s(k^2/4a) cos k.r],
/// d = |r + R|, A = Lx Ly, Q = Gamma(s, .)/Gamma(s). The result does not depend on a.
class SquareImages {
 public:
  SquareImages(int lx, int ly, double sigma) : lx_(lx), ly_(ly), s_(1 + 0.5 * sigma), excess_(0.5 * sigma) {
    const double longest = std::max(lx, ly);
    // Measured in the longer side, so that a r^2 stays below 2 pi and nothing cancels, whatever the shape.
    a_ = 4 * std::numbers::pi / (longest * longest);
    const double log_a = log_fixed(a_);
    const double log_gamma_s = log_gamma(s_);
    upper_front_ = exp_fixed(s_ * log_a - log_gamma_s);
    wave_front_ =
        std::numbers::pi / (static_cast<double>(lx) * ly) * exp_fixed(excess_ * log_a - log_gamma_s);
    waves_x_ = wave_numbers(lx);
    waves_y_ = wave_numbers(ly);
    for (int n = 0; n <= waves_y_; ++n)
      for (int m = 0; m <= waves_x_; ++m) amplitudes_.push_back(amplitude(m, n));
  }

  /// Element dx: what row() needs of it, (waves_y + 1) numbers.
  [[nodiscard]] std::vector<double> column(int dx) const {
    std::vector<double> sums(static_cast<std::size_t>(waves_y_) + 1);
    for (std::size_t n = 0; n < sums.size(); ++n)
      for (int m = 0; m <= waves_x_; ++m)
        sums[n] += amplitudes_[n * static_cast<std::size_t>(waves_x_ + 1) + static_cast<std::size_t>(m)] *
                   kernels::cos_of_turn(std::int64_t{m} * dx, lx_);
    return sums;
  }

  /// cos k.r of the wave vectors along y.
  [[nodiscard]] std::vector<double> cosines(int dy) const {
    std::vector<double> values;
    for (int n = 0; n <= waves_y_; ++n) values.push_back(kernels::cos_of_turn(std::int64_t{n} * dy, ly_));
    return values;
  }

  /// S(dx, dy), 0 <= dx <= Lx/2, 0 <= dy <= Ly/2, not both 0.
  [[nodiscard]] double at(int dx, int dy, const std::vector<double>& column,
                          const std::vector<double>& cosines) const {
    double waves = 1 / excess_;
    for (std::size_t n = 0; n < column.size(); ++n) waves += column[n] * cosines[n];
    return near(dx, dy) + wave_front_ * waves;
  }

 private:
  // Terms beyond are below e^-30 of what is kept.
  static constexpr double cut = 30;

  [[nodiscard]] double wave_scale(int side) const {
    const double k = 2 * std::numbers::pi / side;
    return k * k / (4 * a_);
  }

  [[nodiscard]] int wave_numbers(int side) const {
    return static_cast<int>(std::sqrt(cut / wave_scale(side)));
  }

  // E_s(k^2/4a) times the number of wave vectors that differ by signs alone.
  [[nodiscard]] double amplitude(int m, int n) const {
    if (m == 0 && n == 0) return 0;
    const double x = m * m * wave_scale(lx_) + n * n * wave_scale(ly_);
    return (m == 0 ? 1 : 2) * (n == 0 ? 1 : 2) * exp_fixed(-x) * scaled_exponential_integral(s_, x);
  }

  // d^-2s Q(s, a d^2).
  [[nodiscard]] double upper(double d2) const {
    const double x = a_ * d2;
    if (x >= s_ + 1) return upper_front_ * exp_fixed(-x) * scaled_exponential_integral(1 - s_, x);
    return power(d2, -s_) - upper_front_ / s_ * exp_fixed(-x) * lower_gamma_series(s_, x);
  }

  [[nodiscard]] double near(int dx, int dy) const {
    const double reach2 = (double{1} * dx * dx + double{1} * dy * dy) + cut / a_;
    const int most_x = static_cast<int>(std::sqrt(reach2) / lx_) + 1;
    const int most_y = static_cast<int>(std::sqrt(reach2) / ly_) + 1;
    double sum = 0;
    for (int n = -most_y; n <= most_y; ++n) {
      const double y = dy + static_cast<double>(n) * ly_;
      for (int m = -most_x; m <= most_x; ++m) {
        const double x = dx + static_cast<double>(m) * lx_;
        const double d2 = x * x + y * y;
        if (d2 <= reach2) sum += upper(d2);
      }
    }
    return sum;
  }

  int lx_;
  int ly_;
  double s_;
  double excess_;  // s - 1, to all digits where sigma is small
  double a_ = 0;
  double upper_front_ = 0;
  double wave_front_ = 0;
  int waves_x_ = 0;
  int waves_y_ = 0;
  std::vector<double> amplitudes_;  // (waves_y + 1, waves_x + 1)
};

// Fills all displacements from those with 0 <= dx <= Lx/2, 0 <= dy <= Ly/2: J(r) depends on |dx| and |dy|
// alone, and on a square lattice not on their order.
template <class Value>
std::vector<double> unfolded(const lattice::Lattice& lattice, Value value) {
  const int lx = lattice.lx();
  const int ly = lattice.ly();
  std::vector<double> all(static_cast<std::size_t>(lattice.n_sites()));
  const auto set = [&](int dx, int dy, double number) {
    for (const int x : {dx, (lx - dx) % lx})
      for (const int y : {dy, (ly - dy) % ly}) all[static_cast<std::size_t>(lattice.site(x, y))] = number;
  };
  for (int dy = 0; dy <= ly / 2; ++dy)
    for (int dx = lx == ly ? dy : 0; dx <= lx / 2; ++dx) {
      if (dx == 0 && dy == 0) continue;
      const double number = value(dx, dy);
      set(dx, dy, number);
      if (lx == ly) set(dy, dx, number);
    }
  return all;
}

}  // namespace

double ladder_sum(double sigma, double x, double step) {
  const double p = 1 + sigma;
  // Euler and Maclaurin: after 8 terms the rest is an asymptotic series in 1/q = step/y with an error below
  // 1e-15 of the sum (DLMF 25.11.28 has it for zeta).
  constexpr int terms = 8;
  // B_2k / (2k)!
  constexpr std::array<double, 8> coefficients = {1.0 / 12,          -1.0 / 720,
                                                  1.0 / 30240,       -1.0 / 1209600,
                                                  1.0 / 47900160,    -691.0 / 1307674368000,
                                                  1.0 / 74724249600, -3617.0 / 10670622842880000};
  double sum = 0;
  for (int n = 0; n < terms; ++n) sum += power(x + n * step, -p);
  const double y = x + terms * step;
  const double inverse = step / y;
  double rest = 1 / (sigma * inverse) + 0.5;  // p - 1 would have lost the digits of a small sigma
  double factor = p * inverse;                // p (p + 1) ... (p + 2k - 2) / q^(2k - 1)
  for (std::size_t k = 1; k <= coefficients.size(); ++k) {
    rest += coefficients[k - 1] * factor;
    const auto next = static_cast<double>(2 * k);
    factor *= (p + next - 1) * (p + next) * inverse * inverse;
  }
  return sum + power(y, -p) * rest;
}

namespace {

std::vector<double> rectangle_sums(const lattice::Lattice& lattice, double sigma) {
  const SquareImages images(lattice.lx(), lattice.ly(), sigma);
  std::vector<std::vector<double>> columns;
  for (int dx = 0; dx <= lattice.lx() / 2; ++dx) columns.push_back(images.column(dx));
  int row = -1;
  std::vector<double> cosines;
  return unfolded(lattice, [&](int dx, int dy) {
    if (dy != row) cosines = images.cosines(row = dy);
    return images.at(dx, dy, columns[static_cast<std::size_t>(dx)], cosines);
  });
}

// A strip much longer than wide has too many images within reach. But from X >= 10 Ly on, a whole column of
// images is to e^(-2 pi X/Ly) the same as a line of that density,
//   sum_n (X^2 + (y + n Ly)^2)^-s = sqrt(pi) Gamma(s - 1/2) / (Ly Gamma(s)) X^(1 - 2s),
// and columns at X, X + Lx, ... make ladders. Nearer columns come from a rectangle of sides 20 Ly, Ly, whose
// other columns are lines. The larger sigma, the farther away it holds.
int longest_rectangle(double sigma) { return 20 + static_cast<int>(sigma); }

/// S(dx, dy), 0 <= dx <= Lx/2, 0 <= dy <= Ly/2, for Lx >= 20 Ly.
class Strip {
 public:
  Strip(int lx, int ly, double sigma)
      : rectangle_lx_(longest_rectangle(sigma) * ly),
        rectangle_(rectangle_sums(lattice::Lattice::square(rectangle_lx_, ly), sigma)) {
    const double s = 1 + 0.5 * sigma;
    const double line = std::sqrt(std::numbers::pi) / ly * exp_fixed(log_gamma(s - 0.5) - log_gamma(s));
    const auto others = [&](double dx, double side) {  // all columns but the displacement's own
      return line * (ladder_sum(sigma, side - dx, side) + ladder_sum(sigma, side + dx, side));
    };
    for (int dx = 0; dx <= lx / 2; ++dx)
      columns_.push_back(near(dx) ? others(dx, lx) - others(dx, rectangle_lx_)
                                  : others(dx, lx) + line * power(dx, -1 - sigma));
  }

  [[nodiscard]] double at(int dx, int dy) const {
    const double column = columns_[static_cast<std::size_t>(dx)];
    return near(dx) ? column + rectangle_[static_cast<std::size_t>(dy * rectangle_lx_ + dx)] : column;
  }

 private:
  [[nodiscard]] bool near(int dx) const { return 2 * dx <= rectangle_lx_; }

  int rectangle_lx_;
  std::vector<double> rectangle_;
  std::vector<double> columns_;
};

}  // namespace

std::vector<double> image_sums(const lattice::Lattice& lattice, double sigma) {
  const int lx = lattice.lx();
  const int ly = lattice.ly();
  if (lattice.dimension() == 1) {
    const double side = lx;
    return unfolded(lattice, [&](int dx, int) {
      return ladder_sum(sigma, dx, side) + ladder_sum(sigma, side - dx, side);
    });
  }
  const int longest = longest_rectangle(sigma);
  if (lx / longest >= ly) {
    const Strip strip(lx, ly, sigma);
    return unfolded(lattice, [&](int dx, int dy) { return strip.at(dx, dy); });
  }
  if (ly / longest >= lx) {
    const Strip strip(ly, lx, sigma);
    return unfolded(lattice, [&](int dx, int dy) { return strip.at(dy, dx); });
  }
  return rectangle_sums(lattice, sigma);
}

std::vector<double> minimum_image_powers(const lattice::Lattice& lattice, double sigma) {
  const double exponent = -0.5 * (lattice.dimension() + sigma);
  return unfolded(lattice, [&](int dx, int dy) {
    const double x = dx;
    const double y = dy;
    return power(x * x + y * y, exponent);
  });
}

}  // namespace spinflow::models
