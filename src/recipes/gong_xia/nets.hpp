// SPDX-License-Identifier: Apache-2.0
// What the stages of gong-xia have in common: chains, nets trained on them, their signs, and tables of both.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "recipes/gong_xia/measurements.hpp"
#include "spinflow/ensemble/ensemble.hpp"

namespace spinflow::recipes::gong_xia {

/// `n` rings of `size` spins, in equal parts at each of the couplings K (a field only at one), h = `field`,
/// both times 1/(k_B T), drawn exactly. Nobody else's, as long as no two pieces of work have both `stream`
/// and `seed` in common.
[[nodiscard]] ensemble::Ensemble chains(const RunFolder& folder, std::int64_t size,
                                        std::vector<double> couplings, double field, std::int64_t n,
                                        std::string_view stream, std::size_t seed);

/// So many chains that `training` of them are left when the trainer has set its own aside.
[[nodiscard]] std::int64_t rows_to_draw(std::int64_t training, double held_out);

/// A net as in [network], on as many chains as [cells] says.
[[nodiscard]] NetPlan plan_of(const Settings& settings, std::string study, std::string scheme,
                              double coupling, std::int64_t size, std::int64_t factor, std::int64_t seed);

// The nets of the stages that train nets alike (`read_nets`).
[[nodiscard]] std::vector<NetPlan> cell_plans(const Settings& settings);
[[nodiscard]] std::vector<NetPlan> limit_plans(const Settings& settings);
[[nodiscard]] std::vector<NetPlan> course_plans(const Settings& settings);

/// Of experiment B: where the chains of each step come from.
inline constexpr const char* depth_arms[] = {"exact", "predecessor"};

/// The piece of a net; the same for all looks at it.
[[nodiscard]] std::string net_name(const NetReading& net);
/// The piece of a net with another task.
[[nodiscard]] std::string generic_name(const std::string& target, std::size_t seed);

// What stages keep and tables show of each kind of reading.
[[nodiscard]] const results::Record<NetReading>& net_record();
[[nodiscard]] const results::Record<DepthReading>& depth_record();
[[nodiscard]] const results::Record<FieldReading>& field_record();
[[nodiscard]] const results::Record<GenericReading>& generic_record();

}  // namespace spinflow::recipes::gong_xia
