// SPDX-License-Identifier: Apache-2.0
// Made-up flows of iso2018 whose verdicts are known.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "recipes/iso2018/measurements.hpp"
#include "spinflow/exact/kaufman.hpp"
#include "spinflow/exact/magnetization.hpp"
#include "spinflow/thermometers/energy.hpp"
#include "spinflow/thermometers/magnetization.hpp"

namespace spinflow::recipes::iso2018 {

using results::Verdict;

inline constexpr int side = 4;
inline constexpr std::size_t n_seeds = 5;
// Deviations of the training seeds: mean 0, standard deviation 1.
inline constexpr std::array<double, n_seeds> scatter = {-1.265, -0.632, 0.0, 0.632, 1.265};

/// T of the flow at (seed, start, step).
using Course = std::function<double(std::size_t, std::size_t, int)>;

inline Course steady(double t, double sd = 0.01) {
  return [t, sd](std::size_t seed, std::size_t, int) { return t + sd * scatter[seed]; };
}

inline Settings settings(std::vector<std::string> more = {}) {
  std::vector<std::string> overrides = {"ensemble.size=4",
                                        "rg.sizes=8",
                                        "train.seeds=5",
                                        "controls.epochs_factors=0.5,2",
                                        "controls.weight_decays=0.3",
                                        "controls.upper_temperatures=3"};
  overrides.insert(overrides.end(), more.begin(), more.end());
  return settings_from(resolve("iso2018", "smoke", overrides));
}

inline void set_correlation(flow::FlowStep& step, double g1, double g2) {
  step.observed.set_list(observables::correlation,
                         {{.value = g1, .error = 0.01}, {.value = g2, .error = 0.01}});
}

/// The energy reads `by_energy`, <|m|> reads `by_magnetization`.
inline VariantResult flow_of(const Measurements& m, const Variant& variant, const Course& by_energy,
                             const Course& by_magnetization) {
  VariantResult result{.variant = variant, .seeds = std::vector<SeedResult>(n_seeds)};
  const auto side_of = static_cast<int>(variant.size);
  for (std::size_t s = 0; s < n_seeds; ++s)
    for (std::size_t i = 0; i < m.settings.flow.starts.size(); ++i) {
      flow::Trajectory start{.name = "", .temperature = m.settings.flow.starts[i]};
      for (int step = 0; step <= m.settings.flow.steps; ++step) {
        flow::FlowStep now{.step = step, .n = 100};
        const double e = exact::kaufman(side_of, side_of, 1 / by_energy(s, i, step)).energy;
        const double m_abs =
            exact::magnetization_moments(side_of, side_of, 1 / by_magnetization(s, i, step)).abs;
        now.observed.set(observables::energy, {.value = e, .error = 1e-5});
        now.observed.set(observables::sd_energy, {});
        now.observed.set(observables::abs_magnetization, {.value = m_abs, .error = 1e-5});
        set_correlation(now, 0.74, 0.60 + 0.001 * scatter[s]);
        start.steps.push_back(now);
      }
      result.seeds[s].starts.push_back(start);
    }
  return result;
}

/// Every training of the settings, type V at `t` and the others where `others` puts them.
inline Measurements measurements(const Settings& s, const std::function<Course(const Variant&)>& course) {
  const auto model = models::registry().find("ising-square").make(lattice::Lattice::square(side, side), {});
  Measurements m{.settings = s,
                 .model = model,
                 .critical = {.lattice = model->lattice()},
                 .pool = {.lattice = model->lattice()}};
  const auto energy = std::make_shared<thermometers::EnergyThermometer>(model, base::silent());
  const auto magnetization = std::make_shared<thermometers::MagnetizationThermometer>(model, base::silent());
  m.sizes[side] = {model, [energy](const stats::Estimate& e) { return energy->from_mean(e, 1000); },
                   [magnetization](const stats::Estimate& e) { return magnetization->from_mean(e, 1000); }};
  for (const auto& variant : variants(s))
    m.variants.push_back(flow_of(m, variant, course(variant), course(variant)));
  return m;
}

inline FixedPoint point_of(const Measurements& m, const Course& by_energy, const Course& by_magnetization) {
  return fixed_point(flow_of(m, m.variants.front().variant, by_energy, by_magnetization), m);
}

class Judging : public ::testing::Test {
 protected:
  const Measurements m = measurements(settings(), [](const Variant&) { return steady(2.3); });
};

}  // namespace spinflow::recipes::iso2018
