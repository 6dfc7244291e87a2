// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace spinflow::exact {

/// T_c = 2 / ln(1 + sqrt 2) of the square lattice, in J/k_B (Onsager 1944).
inline constexpr double square_critical_temperature = 2.269185314213022;

/// Energy per site of the infinite square lattice, K = J/(k_B T) > 0, J = 1:
/// e = -coth(2K) [1 + (2/pi) (2 tanh^2(2K) - 1) K_1(k)], k = 2 sinh(2K) / cosh^2(2K) (Onsager, Phys. Rev. 65,
/// 117 (1944)).
[[nodiscard]] double onsager_energy(double coupling);

/// Spontaneous magnetization (1 - sinh^-4(2K))^(1/8), 0 above T_c (Yang, Phys. Rev. 85, 808 (1952)).
[[nodiscard]] double yang_magnetization(double coupling);

/// Correlation length along an axis, in sites: 1/xi = -ln tanh K - 2K above T_c, twice 2K + ln tanh K below;
/// infinite at T_c.
[[nodiscard]] double square_correlation_length(double coupling);

}  // namespace spinflow::exact
