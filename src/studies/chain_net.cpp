// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/chain_net.hpp"

#include <fmt/format.h>

#include "spinflow/exact/chain.hpp"
#include "spinflow/exact/chain_renormalization.hpp"
#include "spinflow/studies/dense_targets.hpp"
#include "spinflow/trainers/net_score.hpp"

namespace spinflow::studies {

namespace {

ensemble::Ensemble mapped_chains(const ensemble::Ensemble& chains, const std::string& map, int factor) {
  auto targets = dense_targets(chains, fmt::format("{}:{}", map, factor), "none", 0, "chains");
  return ensemble::from_spins(std::move(targets.spins), *targets.lattice, nullptr);
}

}  // namespace

double mapped_bond(const std::string& map, int size, double coupling, int factor) {
  if (map == "majority") return exact::majority_ring_correlation(size, coupling, factor).front();
  return exact::ring_correlation(size, coupling, 0, 1).at(static_cast<std::size_t>(factor - 1));
}

ChainTest::ChainTest(ensemble::Ensemble chains, double coupling, const std::string& map, int factor)
    : chains_(std::move(chains)),
      wanted_(mapped_chains(chains_, map, factor)),
      bond_(mapped_bond(map, chains_.lattice.n_sites(), coupling, factor)) {
  begin_.target = *inference::chain_coupling(wanted_);
  begin_.expected = inference::ring_coupling(bond_, wanted_.lattice.n_sites());
}

ChainNetReading ChainTest::read(const networks::Dense& net) const {
  auto signs = trainers::signs_of(net, chains_.spins, wanted_.spins);
  ChainNetReading r = begin_;
  r.accuracy = signs.accuracy;
  r.loss = signs.loss;
  // Both spins of a bond must be right, or both wrong.
  const double kept = 2 * signs.accuracy - 1;
  r.flipped = inference::ring_coupling(bond_ * kept * kept, wanted_.lattice.n_sites());
  r.far_ratio = inference::far_over_near(signs.spins);
  r.output =
      *inference::chain_coupling(ensemble::from_spins(std::move(signs.spins), wanted_.lattice, nullptr));
  return r;
}

}  // namespace spinflow::studies
