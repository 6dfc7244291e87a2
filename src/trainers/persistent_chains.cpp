// SPDX-License-Identifier: Apache-2.0
#include "trainers/persistent_chains.hpp"

#include "networks/file_parts.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"

namespace spinflow::trainers {

namespace {

networks::RbmTempering begun(const PhaseStart& start, std::int64_t n_chains, std::int64_t replicas) {
  const auto n = n_chains == 0 ? start.batch_size : static_cast<std::size_t>(n_chains);
  const auto visible = static_cast<double>(start.parameters.n_visible());
  const auto hidden = static_cast<double>(start.parameters.n_hidden());
  // Parameters, velocities and gradient; bits and fields of the replicas.
  base::check_memory(32 * visible * hidden +
                         static_cast<double>(n) * static_cast<double>(replicas) * (12 * visible + 8 * hidden),
                     "train rbm", "ask for fewer chains or replicas");
  return {start.parameters, networks::even_betas(static_cast<std::size_t>(replicas)), start.first_rows(n),
          start.seed};
}

}  // namespace

PersistentChains::PersistentChains(const PhaseStart& start, std::int64_t n_chains, std::int64_t replicas)
    : k_(start.k), chains_(begun(start, n_chains, replicas)) {}

base::OptionSpec PersistentChains::chains_option() {
  return {.name = "chains",
          .help = "persistent chains; 0: as many as the batch has rows",
          .fallback = std::int64_t{0},
          .least = 0,
          .most = 1 << 24};
}

void PersistentChains::fill(RbmGradient& gradient, RbmParameters& parameters, std::uint64_t /*update*/,
                            base::Observer& observer, base::Ranks& ranks) {
  chains_.swap_parameters(parameters);
  chains_.sweep(1, k_, observer, ranks);
  chains_.swap_parameters(parameters);
  gradient.oppose(parameters, chains_.visible(), ranks);
}

void PersistentChains::save(io::Hdf5Writer& file, std::string_view group) const {
  chains_.save(file, networks::inside(group, "chains"));
}

void PersistentChains::load(const RbmParameters& parameters, const io::Hdf5Reader& file,
                            std::string_view group) {
  auto chains = networks::RbmTempering::load(parameters, file, networks::inside(group, "chains"));
  if (chains.n_chains() != chains_.n_chains() || chains.betas() != chains_.betas())
    throw input_error(file.path().string(), "its chains do not fit its settings", "start the training anew");
  chains_ = std::move(chains);
}

}  // namespace spinflow::trainers
