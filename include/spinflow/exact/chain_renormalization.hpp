// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

namespace spinflow::exact {

/// Couplings of the chain: -H/(k_B T) = sum_i (K s_i s_(i+1) + h s_i).
struct ChainCouplings {
  double coupling = 0;  ///< K, |K| <= 1e6
  double field = 0;     ///< h, |h| <= 1e6
};

/// One decimation: the trace over b - 1 of every b spins.
struct ChainDecimation {
  ChainCouplings couplings;  ///< (K', h') of the spins that stay
  double constant = 0;       ///< g per kept spin: Z_N(K, h) = exp((N / b) g) Z_(N/b)(K', h'), on the ring
};

/// Exact: the b-th power of the transfer matrix, read as a transfer matrix (Nelson and Fisher 1975); without
/// field tanh K' = tanh^b K. In logarithms, so that large couplings do not overflow: K' and h' are good to
/// rounding of themselves or of |K| + |h|, whichever is more. Error(input) for b < 2 and couplings beyond
/// their range, here and below.
[[nodiscard]] ChainDecimation decimated_chain(const ChainCouplings& couplings, int factor);

/// d(K', h')/d(K, h), row-major {dK'/dK, dK'/dh, dh'/dK, dh'/dh}. To rounding of b, and of themselves without
/// a field.
[[nodiscard]] std::array<double, 4> chain_decimation_jacobian(const ChainCouplings& couplings, int factor);

/// 1 / ln(lambda_+/|lambda_-|) of the transfer matrix, in lattice spacings: how far connected correlations
/// reach; 1/|ln |tanh K|| without a field. A decimation divides it by b. 0 for K = 0, infinity beyond the
/// range of a double.
[[nodiscard]] double chain_correlation_length(const ChainCouplings& couplings);

/// The exact flow of `spinflow analyze rg ising-chain`: step 0 is the start. (steps + 1)
[[nodiscard]] std::vector<ChainDecimation> chain_flow(const ChainCouplings& start, int factor, int steps);

/// A fixed point of the decimation without field, and its linearisation.
struct ChainFixedPoint {
  double coupling = 0;  ///< K*: 0, infinity, or -infinity for odd b (even b leads from there to +infinity)
  bool stable = false;  ///< in K
  double thermal_eigenvalue =
      0;  ///< dt'/dt at t = tanh K* = 0; d(exp(-2|K|))'/d(exp(-2|K|)) = b at +-infinity
  double magnetic_eigenvalue = 0;  ///< dh'/dh: 1 at K* = 0, b at infinity, 1/b at -infinity
};
[[nodiscard]] std::vector<ChainFixedPoint> chain_fixed_points(int factor);

/// ln Z_N(K, h) of the ring of n >= 1 spins.
[[nodiscard]] double ring_log_partition(int n, const ChainCouplings& couplings);

/// Majority of blocks of b spins (b odd, >= 3) along the ring of n = b m spins without field, m >= 2: <S_0
/// S_r> of the block spins, r = 1 .. floor(m / 2), from transfer matrices resolved by the sign of a block's
/// sum. Exact for any n, in a time that grows like b^2. Element r - 1. Error(input) for blocks that do not
/// fit, also below.
[[nodiscard]] std::vector<double> majority_ring_correlation(int n, double coupling, int factor);

/// The effective Hamiltonian of the block spins of that ring by enumeration of the 2^m of them, m = n / b <=
/// 12: -H' = const + K_1 sum S_a S_(a+1) + K_2 sum S_a S_(a+2) + K_4 sum S_a S_(a+1) S_(a+2) S_(a+3) + ...;
/// the couplings named are those of ln P in the basis of products of spins.
struct MajorityCouplings {
  double nearest = 0;       ///< K_1; m = 2 has two bonds
  double next_nearest = 0;  ///< K_2; NaN for m < 5
  double four_spin = 0;     ///< K_4 of four in a row; NaN for m < 5
};
[[nodiscard]] MajorityCouplings majority_couplings(int n, double coupling, int factor);

}  // namespace spinflow::exact
