// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

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

/// Puts the operators that a text such as "even:1..6,odd:1..4" names, counted from 1 in the order of
/// lattice::even_interactions and odd_interactions, into `options`. Error(input) beginning with `where`.
void read_operators(const std::string& text, int dimension, analysis::McrgOptions& options,
                    std::string_view where);

/// The temperature itself. Error(input) beginning with `where` if all spins are aligned or independent there:
/// below 10^-3 or above 10^6 units of the model's energy. `flag`: what it is given with.
[[nodiscard]] double mcrg_within_reach(double temperature, const models::Model& model, std::string_view where,
                                       std::string_view flag);

/// The exact critical temperature of the study's model. Error(input) beginning with `where` if there is none
/// (`mend`) or it is not known.
[[nodiscard]] double critical_temperature(const McrgStudy& study, std::string_view where,
                                          std::string_view mend);

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
