// SPDX-License-Identifier: Apache-2.0
#include "analysis/critical_point/q_forms.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spinflow::analysis {

double QForm::correction(std::size_t i, double size, std::span<const double> p) const {
  const double b = p[first_correction + i];
  return variant.free_omega ? b * std::pow(size, -p[first_correction + 1])
                            : b * variant.corrections[i].at(size);
}

std::size_t QForm::n_corrections() const { return variant.free_omega ? 1 : variant.corrections.size(); }

double QForm::shift(double size, std::span<const double> p) const {
  return variant.mean_field && n_corrections() > 0 ? correction(0, size, p) : 0;
}

double QForm::offset(double size, std::span<const double> p) const {
  double sum = 0;
  for (std::size_t i = variant.mean_field ? 1 : 0; i < n_corrections(); ++i) sum += correction(i, size, p);
  return sum;
}

double QForm::q(double size, double coupling, std::span<const double> p) const {
  const double u = (coupling - p[k_c]) * std::pow(size, p[y_t]) + shift(size, p);
  double sum = 0;
  for (int power = variant.order; power >= 1; --power)
    sum = (sum + p[first_coefficient + static_cast<std::size_t>(power) - 1]) * u;
  if (variant.mixed) sum += p[mixed] * u * variant.mixed_correction.at(size);
  return p[q_star] + sum + offset(size, p);
}

NamedQForm form_of(const QVariant& variant, const QStart& start) {
  QForm q{variant};
  ScalingForm form;
  form.name = variant.name;
  form.formula = variant.q_fixed ? fmt::format("Q = {:.6f}", start.q_star) : "Q = Q*";
  form.parameters = {
      {"K_c", start.k_c}, {"y_t", start.y_t, variant.y_t_fixed}, {"Q*", start.q_star, variant.q_fixed}};
  for (int power = 1; power <= variant.order; ++power) {
    form.parameters.push_back(
        {fmt::format("a{}", power), power == 1 ? start.slope : 0.0, false, std::pow(start.k_c, -power)});
    form.formula += power == 1 ? " + a1 u" : fmt::format(" + a{0} u^{0}", power);
  }
  q.first_correction = form.parameters.size();
  std::string u = variant.y_t_fixed ? fmt::format("(K - K_c) L^{:g}", start.y_t) : "(K - K_c) L^y_t";
  if (variant.free_omega) {
    // b = 0 would leave omega without effect.
    form.parameters.push_back({"b", variant.mean_field ? 0.1 * start.k_c : 0.1});
    form.parameters.push_back({"omega", 1.0});
    const std::size_t omega = q.first_correction + 1;
    form.sensible = [omega](double, std::span<const double> p) { return p[omega] > 0.1 && p[omega] < 6; };
    (variant.mean_field ? u : form.formula) += " + b L^-omega";
  } else {
    for (std::size_t i = 0; i < variant.corrections.size(); ++i) {
      const bool shift = variant.mean_field && i == 0;  // of K
      form.parameters.push_back({fmt::format("b{}", i + 1), 0.0, false, shift ? start.k_c : 1.0});
      (shift ? u : form.formula) += fmt::format(" + b{} {}", i + 1, variant.corrections[i].text);
    }
  }
  q.mixed = form.parameters.size();
  if (variant.mixed) {
    form.parameters.push_back({"c", 0.0, false, 1 / start.k_c});
    form.formula += fmt::format(" + c u {}", variant.mixed_correction.text);
  }
  form.formula += ", u = " + u;
  form.function = [q](double size, double coupling, std::span<const double> p) {
    return q.q(size, coupling, p);
  };
  return {q, form};
}

}  // namespace spinflow::analysis
