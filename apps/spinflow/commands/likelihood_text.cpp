// SPDX-License-Identifier: Apache-2.0
#include "commands/likelihood_text.hpp"

#include <fmt/format.h>

namespace spinflow::program {

std::string likelihood_text(const networks::LogLikelihood& likelihood) {
  if (!likelihood.reverse)
    return fmt::format("mean log-likelihood (exact) {:.6g} nats per configuration\n", likelihood.value);
  return fmt::format(
      "mean log-likelihood {:.6g} +- {:.2g} nats per configuration (AIS, effective sample size {:.0f})\n"
      "from the other side {:.6g} +- {:.2g} (reverse AIS; an estimate, as good as its tempering samples)\n{}",
      likelihood.value, likelihood.error, likelihood.effective_sample_size, likelihood.reverse->value,
      likelihood.reverse->error,
      networks::converged(likelihood)
          ? ""
          : "not converged: the effective sample size is below 10 or the two sides "
            "disagree by more than their errors; do not quote these numbers\n");
}

}  // namespace spinflow::program
