// SPDX-License-Identifier: Apache-2.0
#include "samplers/tau_record.hpp"

#include <algorithm>

namespace spinflow::samplers {

void TauRecord::thin() {
  // Records stand at interval, 2 interval, ...: keep the even multiples.
  for (std::size_t i = 1; i < n_records_; i += 2)
    std::copy_n(values_.begin() + static_cast<std::ptrdiff_t>(i * width_), width_,
                values_.begin() + static_cast<std::ptrdiff_t>(i / 2 * width_));
  n_records_ /= 2;
  values_.resize(n_records_ * width_);
  interval_ *= 2;
}

std::vector<double> TauRecord::series(std::size_t column) const {
  std::vector<double> result;
  for (std::size_t i = n_records_ / 4; i < n_records_; ++i) result.push_back(values_[i * width_ + column]);
  return result;
}

PilotResult judge_pilot(const std::vector<std::vector<std::vector<double>>>& chains, std::int64_t interval,
                        std::int64_t updates) {
  PilotResult result;
  result.tau.value = 0;
  for (const auto& observable : chains) {
    const auto tau = stats::tau_int(stats::Chains(observable.begin(), observable.end()));
    if (tau.value > result.tau.value) result.tau = tau;
  }
  result.tau.value *= static_cast<double>(interval);
  result.tau.error *= static_cast<double>(interval);
  result.resolved = static_cast<double>(updates) >= pilot_length_in_tau * result.tau.value;
  return result;
}

}  // namespace spinflow::samplers
