// SPDX-License-Identifier: Apache-2.0
// The columns of gong-xia's readings.
#include "recipes/gong_xia/nets.hpp"
#include "recipes/gong_xia/readings.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

using inference::ChainCoupling;

/// What two couplings say: the outputs' and the exact map's on the same chains. The pull is the outputs'.
template <class Reading>
results::Record<Reading> with_couplings(results::Record<Reading> record) {
  return record.add("K_out", &Reading::output, &ChainCoupling::coupling)
      .add("K_pseudo", &Reading::output, &ChainCoupling::pseudo_likelihood)
      .add("c2_over_c1_squared", &Reading::output, &ChainCoupling::correlation_ratio)
      .add("K_target", &Reading::target, &ChainCoupling::coupling)
      .add("K_pseudo_target", &Reading::target, &ChainCoupling::pseudo_likelihood)
      .add("c2_over_c1_squared_target", &Reading::target, &ChainCoupling::correlation_ratio)
      .show("pull", [](const Reading& r) { return pull_of(r.output.coupling, r.expected); });
}

}  // namespace

const results::Record<NetReading>& net_record() {
  static const auto record =
      with_couplings(results::Record<NetReading>()
                         .add("study", &NetReading::study)
                         .add("scheme", &NetReading::scheme)
                         .show("variant",
                               [](const NetReading& r) {
                                 return r.variant.empty() ? std::string("as in [network]") : r.variant;
                               })
                         .add("K", &NetReading::coupling)
                         .add("N", &NetReading::size)
                         .add("b", &NetReading::factor)
                         .add("seed", &NetReading::seed)
                         .add("updates", &NetReading::update)
                         .add("accuracy", &NetReading::accuracy)
                         .add("loss", &NetReading::loss)
                         .add("K_exact", &NetReading::expected)
                         .add("K_flips", &NetReading::flipped)
                         .add("far_over_near", &NetReading::far_ratio));
  return record;
}

const results::Record<DepthReading>& depth_record() {
  static const auto record = with_couplings(results::Record<DepthReading>()
                                                .add("arm", &DepthReading::arm)
                                                .add("seed", &DepthReading::seed)
                                                .add("step", &DepthReading::step)
                                                .add("N", &DepthReading::size)
                                                .add("accuracy", &DepthReading::accuracy)
                                                .add("K_exact", &DepthReading::expected));
  return record;
}

const results::Record<FieldReading>& field_record() {
  static const auto record =
      results::Record<FieldReading>()
          .add("K", &FieldReading::coupling)
          .add("h", &FieldReading::field)
          .add("seed", &FieldReading::seed)
          .add("accuracy", &FieldReading::accuracy)
          .add("K_out", &FieldReading::coupling_out)
          .add("h_out", &FieldReading::field_out)
          .add("K_exact_map", &FieldReading::coupling_target)
          .add("h_exact_map", &FieldReading::field_target)
          .add("K_exact", &FieldReading::expected_coupling)
          .add("h_exact", &FieldReading::expected_field)
          .show("K_pull", [](const FieldReading& r) { return pull_of(r.coupling_out, r.expected_coupling); })
          .show("h_pull", [](const FieldReading& r) { return pull_of(r.field_out, r.expected_field); });
  return record;
}

const results::Record<GenericReading>& generic_record() {
  static const auto record =
      results::Record<GenericReading>()
          .add("target", &GenericReading::target)
          .add("seed", &GenericReading::seed)
          .add("update", &GenericReading::update)
          .add("loss", &GenericReading::loss)
          .add("accuracy", &GenericReading::accuracy)
          .add("unconditional", &GenericReading::features, &analysis::FeatureCouplings::unconditional)
          .add("conditional_covariance", &GenericReading::features,
               &analysis::FeatureCouplings::conditional_covariance)
          .add("normalised", &GenericReading::features, &analysis::FeatureCouplings::normalised);
  return record;
}

}  // namespace spinflow::recipes::gong_xia
