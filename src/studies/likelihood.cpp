// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/likelihood.hpp"

#include <fmt/format.h>

#include <span>
#include <vector>

#include "spinflow/base/error.hpp"
#include "spinflow/ensemble/rows.hpp"

namespace spinflow::studies {

namespace {

LikelihoodOfRows of_rows(const ensemble::Rows& rows, std::span<const std::size_t> indices,
                         const std::vector<double>& log_p, const std::vector<double>& pseudo) {
  std::vector<double> own;
  std::vector<double> own_pseudo;
  for (const std::size_t i : indices) {
    own.push_back(log_p[i]);
    own_pseudo.push_back(pseudo[i]);
  }
  return {.temperature = rows.temperature(),
          .n = rows.size(),
          .log_likelihood = rows.mean(own),
          .pseudo_likelihood = rows.mean(own_pseudo)};
}

}  // namespace

Likelihoods likelihoods(const networks::Rbm& rbm, const ensemble::Ensemble& data,
                        const networks::AisOptions& options, std::uint64_t seed, base::Observer& observer) {
  if (data.size() == 0) throw input_error("likelihood", "there are no configurations", "give at least one");
  if (data.spins.n_columns() != rbm.n_visible())
    throw input_error("likelihood",
                      fmt::format("the configurations have {} spins, the network {}", data.spins.n_columns(),
                                  rbm.n_visible()),
                      "give configurations on the network's lattice");
  Likelihoods result{.partition = networks::log_partition(rbm, options, seed, observer)};
  std::vector<double> log_p = networks::free_energy(rbm, data.spins);
  for (double& f : log_p) f = -f - result.partition.value;
  const auto pseudo = networks::pseudo_log_likelihood(rbm, data.spins);
  std::vector<std::size_t> every(data.size());
  for (std::size_t i = 0; i < every.size(); ++i) every[i] = i;
  for (const auto& group : ensemble::by_temperature(data))
    result.groups.push_back(of_rows({data, group.rows}, group.rows, log_p, pseudo));
  result.all = of_rows(data, every, log_p, pseudo);
  result.mean =
      networks::likelihood_of(-result.all.log_likelihood.value - result.partition.value, result.partition);
  return result;
}

}  // namespace spinflow::studies
