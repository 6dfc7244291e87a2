// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace spinflow::stats {

/// P(Z > z) for a standard normal Z; accurate far into the tail.
[[nodiscard]] double normal_survival(double z);

/// The z with P(Z <= z) = p, 0 < p < 1 (infinite at 0 and 1).
[[nodiscard]] double normal_quantile(double p);

/// The t with P(T <= t) = p for Student's T with `degrees_of_freedom` >= 1, which need not be whole; to
/// 1e-10 max(1, |t|). ONE-sided: a two-sided interval mean +- t error of confidence c (.95, say) from n
/// numbers takes t = student_quantile((1 + c) / 2, n - 1). 0 <= p <= 1, infinite at 0 and 1; Error(input) for
/// anything else.
[[nodiscard]] double student_quantile(double p, double degrees_of_freedom);

/// P(T > t) for Student's T with `degrees_of_freedom` > 0, which need not be whole; accurate far into the
/// tail.
[[nodiscard]] double student_survival(double t, double degrees_of_freedom);

/// P(X > chi2) for chi^2 with `degrees` >= 1 of freedom.
[[nodiscard]] double chi2_survival(double chi2, int degrees);

/// P(X >= count) for a Poisson X with mean `mu` >= 0.
[[nodiscard]] double poisson_at_least(std::uint64_t count, double mu);

/// P(X <= count) for a Poisson X with mean `mu` >= 0.
[[nodiscard]] double poisson_at_most(std::uint64_t count, double mu);

/// Q(a, x) = Gamma(a, x) / Gamma(a), the regularised upper incomplete gamma function; a > 0, x >= 0.
[[nodiscard]] double gamma_q(double a, double x);

/// P(a, x) = 1 - Q(a, x).
[[nodiscard]] double gamma_p(double a, double x);

}  // namespace spinflow::stats
