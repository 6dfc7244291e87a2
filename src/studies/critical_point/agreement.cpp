// SPDX-License-Identifier: Apache-2.0
#include "studies/critical_point/agreement.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spinflow::studies::critical {

Margins margins_of(int dimension) {
  if (dimension == 1) return {.k_c = 0.0015, .y_t = 0.05, .delta_sigma = 0.015, .q_star = 0.02};
  return {.k_c = 0.003, .y_t = 0.08, .delta_sigma = 0.02, .q_star = 0.02};
}

double combined_error(double statistical, double systematic) { return std::hypot(statistical, systematic); }

Status agreement(double value, double error, double expected, double margin, const AgreementErrors& errors) {
  const double off = std::abs(value - expected);
  if (!std::isfinite(off) || !(error > 0)) return Status::open;
  if (off + errors.agree * error <= margin) return Status::met;
  return off > margin && off > errors.contradict * error ? Status::violated : Status::open;
}

std::string agreement_rule() {
  return fmt::format(
      "Supported if the value and all within {:g} combined errors of it, sqrt(statistical^2 + systematic^2), "
      "lie "
      "within the margin; contradicted if the value is further off than the margin and than {:g} combined "
      "errors; "
      "inconclusive otherwise: the error is too wide to tell, or the systematic error is not known.",
      AgreementErrors{}.agree, AgreementErrors{}.contradict);
}

}  // namespace spinflow::studies::critical
