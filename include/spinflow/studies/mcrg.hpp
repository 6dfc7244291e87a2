// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "spinflow/analysis/mcrg.hpp"
#include "spinflow/analysis/universality.hpp"
#include "spinflow/results/results.hpp"

namespace spinflow::studies {

/// What was asked, beside the numbers that came out.
struct McrgStudy {
  std::string model;  ///< name of a transformation, or a file
  std::string map;    ///< name of a transformation, or a file
  analysis::Universality theory;
  analysis::McrgOptions options;
  analysis::Mcrg found;
};

/// Appends to `out` the tables mcrg_exponents, mcrg_even_matrix, mcrg_odd_matrix, the figures mcrg-exponents,
/// mcrg-even-matrices and mcrg-odd-matrices (of two operators or more), the values y_T_step_<n> and
/// y_H_step_<n> (all operators) and the claims y_T and y_H of the sectors that were measured.
void mcrg_results(const McrgStudy& study, results::Results& out);

/// y_T = d - Delta_epsilon and y_H = d - Delta_sigma; NaN where theory knows none that finite sizes show.
[[nodiscard]] double exact_thermal_exponent(const analysis::Universality& theory);
[[nodiscard]] double exact_magnetic_exponent(const analysis::Universality& theory);

/// What the claims rest on.
[[nodiscard]] std::vector<base::Citation> mcrg_citations();

}  // namespace spinflow::studies
