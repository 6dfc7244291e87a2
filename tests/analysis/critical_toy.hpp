// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "spinflow/analysis/critical_point.hpp"
#include "spinflow/base/random.hpp"

namespace spinflow::analysis {

/// A critical point that can be sampled exactly. One number phi > 0 per record, of density
///   phi^(k-1) exp(u phi^2 - phi^4 - g L^-omega phi^6),  u = (K - K_c) L^y_t,
/// m^2 = L^(-2 Delta_sigma) phi^2, and exp(K L^y_t phi^2) = sum_n K^n (L^y_t phi^2)^n / n!, so that a record
/// with n of mean K L^y_t phi^2 (Poisson) reweights by x^n, x = K. Q is a function of u but for corrections
/// L^-omega; |m_k|^2 = L^(-2 Delta_sigma) (1 + c L^-omega) times an exponential variate.
struct CriticalToy {
  double k_c = 0.44;
  double y_t = 1;
  double delta_sigma = 0.125;
  double omega = 1;
  double correction = 0.2;      // g
  double mk2_correction = 0.3;  // c
  double k = 6;                 // components of phi

  /// Q at u = 0 for L -> infinity.
  [[nodiscard]] double q_star() const {
    return std::pow(std::tgamma((k + 2) / 4), 2) / (std::tgamma(k / 4) * std::tgamma((k + 4) / 4));
  }

  [[nodiscard]] std::vector<double> weights(double coupling, int size) const {
    std::vector<double> result(n_phi);
    for (int i = 0; i < n_phi; ++i) {
      const double s = phi(i) * phi(i);
      result[static_cast<std::size_t>(i)] =
          std::pow(phi(i), k - 1) * std::exp((coupling - k_c) * std::pow(size, y_t) * s - s * s -
                                             correction * std::pow(size, -omega) * s * s * s);
    }
    return result;
  }

  /// <phi^power> at K.
  [[nodiscard]] double mean(double coupling, int size, double power) const {
    const auto w = weights(coupling, size);
    double sum = 0;
    double all = 0;
    for (int i = 0; i < n_phi; ++i) {
      sum += w[static_cast<std::size_t>(i)] * std::pow(phi(i), power);
      all += w[static_cast<std::size_t>(i)];
    }
    return sum / all;
  }
  [[nodiscard]] double q(double coupling, int size) const {
    return std::pow(mean(coupling, size, 2), 2) / mean(coupling, size, 4);
  }

  /// Runs at K_c + {-1, 0, 1} `spread` L^-y_t. Each record stands `repeats` times in a row, as those of a
  /// slow chain do: who takes records for independent gets errors too small by the root of it.
  [[nodiscard]] CriticalData data(const std::vector<int>& sizes, std::size_t n_batches, std::size_t n_records,
                                  std::uint64_t seed, int repeats = 1, double spread = 1.5) const {
    CriticalData result;
    result.log_fugacity = [](double coupling) { return std::log(coupling); };
    result.log_fugacity_slope = [](double coupling) { return 1 / coupling; };
    for (const int size : sizes) {
      SizeData of;
      of.size = size;
      of.n_sites = static_cast<double>(size) * size;
      for (int p = -1; p <= 1; ++p) of.couplings.push_back(k_c + p * spread * std::pow(size, -y_t));
      std::vector<std::vector<double>> cumulative;
      for (const double coupling : of.couplings) {
        cumulative.push_back(weights(coupling, size));
        for (std::size_t i = 1; i < n_phi; ++i) cumulative.back()[i] += cumulative.back()[i - 1];
      }
      base::RandomStream random(seed, "test.critical_toy", static_cast<std::uint64_t>(size));
      for (std::size_t b = 0; b < n_batches; ++b) {
        of.runs.emplace_back();
        for (std::size_t p = 0; p < of.couplings.size(); ++p)
          of.runs.back().push_back(run(of.couplings[p], size, cumulative[p], n_records, repeats, random));
      }
      result.sizes.push_back(of);
    }
    return result;
  }

 private:
  static constexpr int n_phi = 2000;
  static double phi(int i) { return (i + 0.5) * (3.0 / n_phi); }

  [[nodiscard]] stats::CountHistogram run(double coupling, int size, const std::vector<double>& cumulative,
                                          std::size_t n_records, int repeats,
                                          base::RandomStream& random) const {
    std::vector<std::int64_t> counts;
    std::vector<double> observables;
    const double scale = std::pow(size, -2 * delta_sigma);
    for (std::size_t r = 0; r < n_records; ++r) {
      const auto at =
          std::upper_bound(cumulative.begin(), cumulative.end(), random.uniform() * cumulative.back());
      const double s = std::pow(phi(static_cast<int>(at - cumulative.begin())), 2);
      std::int64_t n = -1;
      const double mean_count = coupling * std::pow(size, y_t) * s;
      for (double t = 0; t < mean_count; ++n) t -= std::log(1 - random.uniform());
      n = std::max<std::int64_t>(n, 0);
      const double mk2 =
          0.2 * scale * (1 + mk2_correction * std::pow(size, -omega)) * -std::log(1 - random.uniform());
      for (int i = 0; i < repeats; ++i) {
        counts.push_back(n);
        observables.insert(observables.end(), {scale * s, scale * scale * s * s, mk2});
      }
    }
    return stats::count_histogram(counts, observables, 3);
  }
};

}  // namespace spinflow::analysis
