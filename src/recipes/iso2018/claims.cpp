// SPDX-License-Identifier: Apache-2.0
// What the claims of iso2018 have in common.
#include "recipes/iso2018/claims.hpp"

#include <algorithm>

#include "spinflow/results/figures.hpp"

namespace spinflow::recipes::iso2018 {

using results::Claim;

std::optional<Control> control_of(const Variant& v, const Settings& s) {
  if (v.type != "V" || v.size != s.ensemble.size || v.hidden != s.rbm.hidden || v.method != s.train.method ||
      v.k != s.train.k)
    return std::nullopt;
  const bool same_length = v.epochs == s.train.epochs;
  const bool same_decay = v.weight_decay == s.train.weight_decay;
  const bool same_range = v.temperatures == s.ensemble.temperatures;
  const auto among = [](const std::vector<double>& values, double x) {
    return std::ranges::find(values, x) != values.end();
  };
  if (same_decay && same_range && !same_length &&
      std::ranges::any_of(s.controls.epochs_factors,
                          [&](double factor) { return factor * s.train.epochs == v.epochs; }))
    return Control::length;
  if (same_length && same_range && !same_decay && among(s.controls.weight_decays, v.weight_decay))
    return Control::decay;
  if (same_length && same_decay && !same_range) return Control::range;
  return std::nullopt;
}

std::vector<Claim> claims(const Measurements& m) {
  const FixedPoint v = fixed_point(*m.find("V"), m);
  return {claim_a(m, v), claim_b1(m, v), claim_b2(m, v), claim_c(m, v), claim_d(m), claim_e(m), claim_f(m)};
}

}  // namespace spinflow::recipes::iso2018
