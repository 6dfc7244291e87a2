// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "spinflow/analysis/critical_point.hpp"
#include "spinflow/results/results.hpp"
#include "studies/critical_point/chains.hpp"
#include "studies/critical_point/series.hpp"

namespace spinflow::studies::critical {

/// A run with everything that was read off it.
struct Study {
  const CriticalPlan& plan;
  const Series& series;
  analysis::Universality theory;
  analysis::CriticalData data;
  analysis::CriticalPoint point;
  std::vector<analysis::SizeCurves> curves;                         ///< (n_sizes)
  std::vector<std::vector<AutocorrelationTimes>> autocorrelations;  ///< (n_sizes)(points)
};

/// Histograms of all chains, as the analysis wants them; only sizes that are in `sizes`.
[[nodiscard]] analysis::CriticalData critical_data(const CriticalPlan& plan, const Series& series);

[[nodiscard]] Study studied(const CriticalPlan& plan, const Series& series, double omega);

/// Values, claims, tables and figures.
[[nodiscard]] results::Results results_of(const Study& study);

[[nodiscard]] std::vector<results::Figure> figures_of(const Study& study);
/// "fit-dq-dk-l-1-75" for the fit "dQ/dK, L^-1.75".
[[nodiscard]] std::string fit_figure_id(const analysis::ScalingFit& fit);
/// One per chosen fit, with residuals.
[[nodiscard]] std::vector<results::Figure> fit_figures(const Study& study);

}  // namespace spinflow::studies::critical
