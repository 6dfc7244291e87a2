// SPDX-License-Identifier: Apache-2.0
// y_t and Delta_sigma from power laws of the size at K_c. Every sample of the jackknife is read at its own
// K_c, so that the errors hold that of K_c.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/critical_point/critical_parts.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::analysis {

namespace {

/// A power law of the size: quantity ~ L^(factor exponent).
struct Law {
  Quantity quantity;
  std::string name;      // "dQ/dK"
  std::string exponent;  // "y_t"
  double factor;
};

const Law q_slope{Quantity::q_slope, "dQ/dK", "y_t", 1};
const Law log_m2_slope{Quantity::log_m2_slope, "d ln<m^2>/dK", "y_t", 1};
const Law mk2{Quantity::mk2, "<|m_k|^2>", "Delta_sigma", -2};
const Law chi{Quantity::chi, "<m^2>", "Delta_sigma", -2};

/// The K at which a size is read without a batch, or with all of them; NaN if it is not within reach.
using ReadAt = std::function<double(const SizeCurves& curves, std::size_t left_out)>;

/// All quantities of the sizes that can be read, each sample at its own K.
struct Readings {
  std::vector<double> sizes;
  std::vector<double> n_sites;
  std::vector<double> couplings;
  std::vector<std::vector<double>> all;                   // (n_sizes)(n_quantities)
  std::vector<std::vector<std::vector<double>>> without;  // (n_sizes)(n_batches)(n_quantities)
  /// Likewise, all at the K of `all`; empty where every size is read at a K of its own data, which leaves the
  /// sizes independent as they are.
  std::vector<std::vector<std::vector<double>>> fixed;

  [[nodiscard]] ScalingPoints points(Quantity quantity) const {
    const auto q = static_cast<std::size_t>(quantity);
    ScalingPoints result{sizes, couplings, {}};
    std::vector<double> samples;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      // chi = N <m^2> stands for <m^2> here.
      const double scale = quantity == Quantity::chi ? 1 / n_sites[i] : 1;
      Sampled y{all[i][q] * scale, {}};
      for (const auto& sample : without[i]) y.without.push_back(sample[q] * scale);
      result.y.push_back(y);
      if (fixed.empty()) continue;
      samples.clear();
      for (const auto& sample : fixed[i]) samples.push_back(sample[q] * scale);
      result.errors.push_back(stats::jackknife_estimate(y.all, samples).error);
    }
    return result;
  }
};

/// `common`: whether the sizes share the K they are read at.
Readings read(const CriticalInput& input, const ReadAt& read_at, bool common) {
  Readings result;
  for (std::size_t i = 0; i < input.curves.size(); ++i) {
    const auto& curves = input.curves[i];
    const double coupling = read_at(curves, SizeCurves::all_batches);
    if (!(coupling >= curves.reach().first && coupling <= curves.reach().second)) continue;
    result.sizes.push_back(curves.size());
    result.n_sites.push_back(input.data.sizes[i].n_sites);
    result.couplings.push_back(coupling);
    result.all.push_back(curves.at(coupling));
    result.without.emplace_back(curves.n_batches());
    if (common) result.fixed.emplace_back(curves.n_batches());
    base::parallel_for(curves.n_batches(), [&](std::size_t b) {
      if (common) result.fixed.back()[b] = curves.at(coupling, b);
      const double without = read_at(curves, b);
      result.without.back()[b] =
          without > 0 ? curves.at(without, b) : std::vector<double>(n_quantities, Universality::unknown);
    });
  }
  return result;
}

ReadAt at_coupling(const Sampled& coupling, double moved_by) {
  return [coupling, moved_by](const SizeCurves&, std::size_t left_out) {
    return left_out == SizeCurves::all_batches ? coupling.all + moved_by : coupling.without[left_out];
  };
}

/// Where Q = Q*, by Newton's method from `start`.
ReadAt at_known_q(double q_star, double start) {
  return [q_star, start](const SizeCurves& curves, std::size_t left_out) {
    const auto [lowest, highest] = curves.reach();
    double coupling = std::clamp(start, lowest, highest);
    for (int i = 0; i < 50; ++i) {
      const auto at = curves.at(coupling, left_out);
      const double step = (q_star - at[static_cast<std::size_t>(Quantity::q)]) /
                          at[static_cast<std::size_t>(Quantity::q_slope)];
      coupling += step;
      if (!(coupling >= lowest && coupling <= highest)) break;
      if (std::abs(step) < 1e-12 * coupling) return coupling;
    }
    return std::nan("");
  };
}

/// y = A L^p f, f = 1 + sum_i c_i L^-omega_i; without corrections a pure power.
ScalingForm form_of(const Law& law, const ScalingPoints& points, const std::vector<Correction>& corrections) {
  const double small = points.sizes.front();
  const double large = points.sizes.back();
  const double power = std::log(points.y.back().all / points.y.front().all) / std::log(large / small);
  ScalingForm form;
  form.name = law.name + (corrections.empty() ? ", pure power" : "");
  form.formula =
      fmt::format("{} at K_c = A L^{}", law.name,
                  law.factor == 1 ? law.exponent : fmt::format("({:g} {})", law.factor, law.exponent));
  form.parameters = {{"A", points.y.front().all / std::pow(small, power)},
                     {law.exponent, power / law.factor}};
  // Not A (1 + c L^-omega): the data may allow A = 0, which would be c = infinity. Noisy data also take the
  // correction for the whole, with p - omega in place of p: that is not sensible.
  std::string factor_text;
  for (std::size_t c = 0; c < corrections.size(); ++c) {
    const std::string name(1, static_cast<char>('B' + c));
    form.name += fmt::format(", {}", corrections[c].text);
    factor_text += fmt::format(" + ({}/A) {}", name, corrections[c].text);
    form.parameters.push_back({name, 0.0, false, form.parameters.front().start});
  }
  if (!corrections.empty()) form.formula += fmt::format(" (1{})", factor_text);
  const auto amplitude_beside_a = [corrections](double size, std::span<const double> p) {
    double sum = 0;
    for (std::size_t c = 0; c < corrections.size(); ++c) sum += p[2 + c] * corrections[c].at(size);
    return sum;
  };
  form.function = [factor = law.factor, amplitude_beside_a](double size, double, std::span<const double> p) {
    return std::pow(size, factor * p[1]) * (p[0] + amplitude_beside_a(size, p));
  };
  if (!corrections.empty())
    form.sensible = [amplitude_beside_a](double least_size, std::span<const double> p) {
      return std::abs(amplitude_beside_a(least_size, p)) < p[0];
    };
  return form;
}

/// d ln<m^2>/dK = A L^y_t + C: the amplitude of <m^2> depends on K, too, and leaves a constant that outweighs
/// corrections of omega > y_t.
ScalingForm form_with_constant(const ScalingPoints& points) {
  ScalingForm form = form_of(log_m2_slope, points, {});
  form.name = log_m2_slope.name + ", constant";
  form.formula += " + C";
  form.parameters.push_back({"C", 0.0, false, form.parameters.front().start});
  form.function = [](double size, double, std::span<const double> p) {
    return p[0] * std::pow(size, p[1]) + p[2];
  };
  form.sensible = [](double least_size, std::span<const double> p) {
    return std::abs(p[2]) < std::abs(p[0]) * std::pow(least_size, p[1]);
  };
  return form;
}

/// The fits of one law: the chosen one first, then the others.
struct LawFits {
  std::vector<SampledFit> fits;
  std::vector<stats::Estimate> others;  // exponents of those that count beside it
  ScalingForm form;                     // of the chosen one
  const Law* law = nullptr;
  bool is_pure = false;

  [[nodiscard]] const stats::Estimate& exponent() const { return fits.front().fit.values[1]; }
};

/// Preferred are forms with corrections, in their order, at the most sizes; a pure power is the last resort,
/// for data too poor to see corrections accept it with an error that is far too small. All acceptable ones
/// make the systematic error. `y_t`: a first reading of it.
LawFits law_fits(const Law& law, const ScalingPoints& points,
                 const std::vector<std::vector<Correction>>& corrections, double y_t) {
  LawFits result;
  result.law = &law;
  for (const auto& y : points.y)
    if (!(y.all > 0)) return result;
  std::vector<ScalingForm> forms;
  if (&law == &log_m2_slope && !corrections.empty() && !corrections.front().front().logarithmic &&
      corrections.front().front().omega > y_t)
    forms.push_back(form_with_constant(points));
  for (const auto& some : corrections) forms.push_back(form_of(law, points, some));
  std::vector<std::vector<SampledFit>> ladders;
  for (const auto& form : forms) ladders.push_back(ladder(form, points));
  auto choice = choose_by_size(ladders);
  forms.push_back(form_of(law, points, {}));
  ladders.push_back(ladder(forms.back(), points));
  if (choice.ladder == Choice::none) choice = choose(ladders);
  if (choice.ladder == Choice::none) return result;
  const auto& rungs = ladders[choice.ladder];
  result.form = forms[choice.ladder];
  result.is_pure = choice.ladder + 1 == forms.size();
  result.fits.push_back(rungs[choice.rung]);

  const auto add = [&](const SampledFit& fit) {
    result.fits.push_back(fit);
    if (counts_beside(rungs[choice.rung], fit)) result.others.push_back(fit.fit.values[1]);
  };
  for (std::size_t r = 0; r < choice.rung; ++r) result.fits.push_back(rungs[r]);
  const int least_size = rungs[choice.rung].fit.least_size;
  for (const auto& of_form : ladders)
    for (const auto& rung : rungs_from(of_form, least_size))
      if (&rung != &rungs[choice.rung]) add(rung);
  return result;
}

/// Each alone.
std::vector<std::vector<Correction>> one_by_one(const std::vector<Correction>& all) {
  std::vector<std::vector<Correction>> result;
  for (const auto& correction : all) result.push_back({correction});
  return result;
}

/// What corrects <|m_k|^2> first: in 1/k^sigma the constant beside it and k^2 beside k^sigma, of relative
/// order L^-sigma and L^-(2 - sigma), which come with powers of k L = 2 pi, so that the second order matters;
/// then what corrects everything.
std::vector<std::vector<Correction>> corrections_of_mk2(const CriticalInput& input,
                                                        const std::vector<Correction>& all) {
  const auto regime = input.theory.regime;
  const double sigma = input.theory.dimension - 2 * input.theory.delta_sigma;
  const bool long_range =
      regime == Regime::non_classical || regime == Regime::mean_field || regime == Regime::logarithmic;
  if (!long_range || !std::isfinite(sigma)) return one_by_one(all);
  const double omega = std::min(sigma, 2 - sigma);
  const Correction first{fmt::format("L^-{:g}", omega), omega, false};
  const Correction second{fmt::format("L^-{:g}", 2 * omega), 2 * omega, false};
  std::vector<std::vector<Correction>> result = {{first, second}, {first}};
  for (const auto& correction : all)
    if (correction.logarithmic || std::abs(correction.omega - omega) > 1e-9) result.push_back({correction});
  return result;
}

/// The sizes read at K_c moved by its systematic error, or by a part of it that keeps all sizes within reach.
struct Moved {
  Readings readings;
  double part = 1;
  std::string unknown;  // why not all sizes can be read there; empty if they can
};

Moved moved_by_systematic(const CriticalInput& input, const CouplingFits& critical, const Readings& at_k_c) {
  Moved moved;
  const auto read_moved = [&] {
    return read(input, at_coupling(critical.k_c, moved.part * critical.coupling.systematic), true);
  };
  moved.readings = read_moved();
  while (moved.readings.sizes != at_k_c.sizes && moved.part > 0.01) {
    moved.part /= 2;
    moved.readings = read_moved();
  }
  if (!std::isfinite(critical.coupling.systematic))
    moved.unknown = critical.coupling.unknown;
  else if (moved.readings.sizes != at_k_c.sizes)
    moved.unknown = "sizes cannot be read at K_c moved by its systematic error";
  return moved;
}

/// The change of the exponent of the chosen fit; where it is not known, NaN and the reason.
struct Change {
  double value = Universality::unknown;
  std::string unknown;
};

Change change_by(const Moved& moved, const LawFits& chosen) {
  if (!moved.unknown.empty()) return {.unknown = moved.unknown};
  const auto again =
      fit_sizes(chosen.form, moved.readings.points(chosen.law->quantity), chosen.fits.front().fit.least_size);
  if (!again.fit.converged)
    return {.unknown = fmt::format("the fit of {} does not converge at K_c moved by its systematic error",
                                   chosen.law->name)};
  return {(again.values[1].all - chosen.exponent().value) / moved.part, {}};
}

/// The acceptable one of smallest error, those with a correction first; else the one of largest p.
bool better(const LawFits& a, const LawFits& b) {
  const auto& fa = a.fits.front().fit;
  const auto& fb = b.fits.front().fit;
  if (fa.acceptable != fb.acceptable) return fa.acceptable;
  if (a.is_pure != b.is_pure) return b.is_pure;
  return fa.acceptable ? a.exponent().error < b.exponent().error
                       : fa.goodness.probability > fb.goodness.probability;
}

/// The data from which an exponent is fitted.
struct Source {
  std::vector<const Law*> laws;
  const Readings& at;
  const Moved* moved;  // nullptr: the data do not depend on K_c
  std::vector<std::vector<Correction>> corrections;
  stats::Estimate beside = {};  // another reading of it, if its error is > 0
};

std::vector<LawFits> candidates_of(const Source& source, double y_t) {
  std::vector<LawFits> candidates;
  for (const auto* law : source.laws)
    if (auto fits = law_fits(*law, source.at.points(law->quantity), source.corrections, y_t);
        !fits.fits.empty())
      candidates.push_back(std::move(fits));
  return candidates;
}

/// The exponents of all fits that enter the systematic error of candidate `best`.
std::vector<stats::Estimate> exponents_beside(const std::vector<LawFits>& candidates, std::size_t best,
                                              const stats::Estimate& beside) {
  std::vector<stats::Estimate> others;
  if (beside.error > 0) others.push_back(beside);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (i != best && !counts_beside(candidates[best].fits.front(), candidates[i].fits.front())) continue;
    others.insert(others.end(), candidates[i].others.begin(), candidates[i].others.end());
    if (i != best) others.push_back(candidates[i].exponent());
  }
  return others;
}

/// The exponent of the best law. Its systematic error comes from all other acceptable fits and from the
/// change when K_c is moved by its own systematic error. Appends all fits to `fits`.
CriticalValue exponent_of(CriticalInput& input, const Source& source, double y_t,
                          std::vector<SampledFit>& fits) {
  auto candidates = candidates_of(source, y_t);
  if (candidates.empty()) {
    input.reasons.push_back(fmt::format("no fit of {} converges", source.laws.front()->name));
    return {};
  }
  const auto found = std::ranges::min_element(candidates, better);
  LawFits& chosen = *found;
  chosen.fits.front().fit.chosen = true;
  const auto& goodness = chosen.fits.front().fit.goodness;
  if (goodness.degrees > 0 && goodness.probability < hopeless_probability)
    input.reasons.push_back(fmt::format("no fit of {} describes the data (best p = {:.1e})", chosen.law->name,
                                        goodness.probability));
  if (chosen.is_pure && !source.corrections.empty())
    input.reasons.push_back(
        fmt::format("the data are too few to fit the corrections to scaling of {}", chosen.law->name));

  const auto others =
      exponents_beside(candidates, static_cast<std::size_t>(found - candidates.begin()), source.beside);
  CriticalValue value{chosen.exponent().value, chosen.exponent().error};
  // Pure powers alone do not determine the error that comes from the missing corrections.
  if (source.corrections.empty())
    value.unknown = no_known_correction;
  else if (others.empty())
    value.unknown = no_other_fit;
  else
    value.systematic = systematic_error(chosen.exponent(), others);
  if (source.moved != nullptr && value.unknown.empty()) {
    const Change change = change_by(*source.moved, chosen);
    value.unknown = change.unknown;
    value.systematic = std::hypot(value.systematic, change.value);
  }
  for (const auto& candidate : candidates)
    fits.insert(fits.end(), candidate.fits.begin(), candidate.fits.end());
  return value;
}

}  // namespace

ExponentFits exponent_fits(CriticalInput& input, const CouplingFits& critical) {
  ExponentFits result;
  // At a Kosterlitz-Thouless point nothing is a power of L: only logarithms are seen.
  if (!std::isfinite(critical.k_c.all) || input.theory.regime == Regime::kosterlitz_thouless) return result;
  const auto corrections = corrections_of(input);
  const auto alone = one_by_one(corrections);
  const auto at_k_c = read(input, at_coupling(critical.k_c, 0), true);
  if (at_k_c.sizes.size() < 3) {
    input.reasons.push_back(fmt::format("K_c = {:.6g} lies within reach of the runs of {} of {} sizes only",
                                        critical.k_c.all, at_k_c.sizes.size(), input.curves.size()));
    return result;
  }
  const Moved moved = moved_by_systematic(input, critical, at_k_c);
  const auto exponent = [&](const Source& source) {
    return exponent_of(input, source, critical.y_t.value, result.fits);
  };
  // Where Q* is known, the slopes are read at Q = Q*: there t L^y_t is the same for all sizes, whatever the
  // shift of t, the leading correction of mean field.
  const auto at_q =
      critical.q_known ? read(input, at_known_q(input.theory.q_star, critical.k_c.all), false) : Readings{};
  if (at_q.sizes.size() >= 3)
    result.y_t = exponent({{&q_slope, &log_m2_slope}, at_q, nullptr, alone});
  else
    result.y_t = exponent({{&q_slope, &log_m2_slope},
                           at_k_c,
                           &moved,
                           alone,
                           critical.q_known ? stats::Estimate{} : critical.y_t});
  // Infinite range has no distance, and m_k does not tell how correlations fall off.
  const bool has_distance =
      input.theory.regime != Regime::mean_field || std::isfinite(input.theory.delta_sigma);
  const bool short_range = input.theory.regime == Regime::short_range;
  if (has_distance)
    result.delta_sigma = exponent({short_range ? std::vector{&mk2, &chi} : std::vector{&mk2}, at_k_c, &moved,
                                   corrections_of_mk2(input, corrections)});
  return result;
}

}  // namespace spinflow::analysis
