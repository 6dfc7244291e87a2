// SPDX-License-Identifier: Apache-2.0
// The pilot of a critical run: where to sample, and how long.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <optional>

#include "spinflow/analysis/universality.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/models/identity.hpp"
#include "studies/critical_point/chains.hpp"

namespace spinflow::studies {

namespace {

using analysis::Regime;
using critical::SizeSeries;
using Clock = std::chrono::steady_clock;

constexpr std::size_t probe_chains = 8;
constexpr std::size_t first_probe_records = 400;
constexpr std::size_t most_probe_records = first_probe_records << 12;
constexpr std::int64_t probe_burn_in = 100;
// A probe is long enough if each of its chains has so many autocorrelation times.
constexpr double probe_length_in_tau = 40;
constexpr double step_of_search = 1.1;  // in K, while a crossing is searched from the disordered side
constexpr int most_search_steps = 40;
constexpr int most_corrections = 6;  // of the estimate of K_c at one size
// Distance of the outer couplings from the middle one: far enough to show the slope of Q, near enough for it
// not to bend much and for the runs to overlap well. In standard deviations of the count, and in Q.
constexpr double spread_in_deviations = 0.7;
constexpr double spread_in_q = 0.08;
// Equal steps in the scaled variable at every size could not tell a third power from the first.
constexpr double spread_of_size[] = {1.0, 0.85, 1.15};
// A probe is reweighted so far, in standard deviations of its count.
constexpr double trusted_deviations = 1.5;
constexpr double burn_in_in_tau = 20;
constexpr std::int64_t fewest_records = 16;
// Beyond this, a size is known better than the corrections to scaling that it shows.
constexpr std::int64_t most_records = 5000;
constexpr std::int64_t records_of_first_round = 100;
// What analysis, files and report take of a budget.
constexpr double share_for_sampling = 0.93;

/// A short run of one size at one coupling.
struct Probe {
  double coupling = 0;
  stats::CountHistogram histogram;
  double tau = 1;              // sweeps, the longest of count, m2, |m|
  double count_deviation = 0;  // standard deviation of the count
  double seconds = 0;          // of one core, per sweep
};

/// Curves of Q hardly cross at a Kosterlitz-Thouless point, where K <m^2> tends to the jump like 1/ln L from
/// above; about where that is seen at one size is enough to know where to sample.
double jump_seen_at(std::int64_t size, double jump) {
  return jump * (1 + 0.5 / std::log(static_cast<double>(size)));
}

double q_of(const std::vector<double>& moments) { return moments[0] * moments[0] / moments[1]; }

class Pilot {
 public:
  Pilot(const CriticalQuestion& question, base::Observer& observer)
      : question_(question), observer_(observer) {
    CriticalPlan plan;
    plan.model = question.model;
    plan.model_options = question.model_options;
    for (const auto size : question.sizes) {
      models_.push_back(plan.model_at(size));
      systems_.push_back(samplers::graph_system(models_.back()));
    }
    probes_.resize(models_.size());
    std::string key = "critical pilot of";
    for (const auto& model : models_) key += fmt::format(" {}", models::identity(*model));
    seed_ = base::derived_seed(question.seed, key);
  }

  CriticalPlan plan() {
    theory_ = analysis::universality_of(*models_.back());
    const auto started = Clock::now();
    observer_.begin("pilot: looking for the critical point", 0, "spins");
    double coupling = search();
    for (std::size_t s = 1; s < models_.size(); ++s) coupling = corrected(s, coupling);
    for (std::size_t s = 0; s < models_.size(); ++s) (void)probe(s, coupling);
    const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
    observer_.note(fmt::format("pilot: sampling around K = {:.6g} (T = {:.6g}), found in {:.1f} s", coupling,
                               1 / coupling, seconds));
    return planned(coupling, seconds);
  }

 private:
  /// Runs or recalls the probe of a size at a coupling.
  const Probe& probe(std::size_t s, double coupling) {
    if (probes_[s] && probes_[s]->coupling == coupling) return *probes_[s];
    Probe result;
    result.coupling = coupling;
    const auto n_sites = static_cast<std::size_t>(models_[s]->lattice().n_sites());
    for (std::size_t records = first_probe_records;; records *= 2) {
      SizeSeries series(question_.sizes[s], {coupling}, probe_chains, records);
      const std::uint64_t first_stream = streams_;
      streams_ += probe_chains;
      const auto started = Clock::now();
      base::parallel_for(probe_chains, [&](std::size_t c) {
        critical::run_chain({.system = systems_[s],
                             .coupling = coupling,
                             .burn_in = probe_burn_in,
                             .words = {seed_, "critical pilot", first_stream + c},
                             .n_sites = n_sites},
                            series, 0, c, observer_);
      });
      const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
      result.seconds = seconds * std::min<double>(base::threads(), probe_chains) /
                       static_cast<double>(probe_chains * (records + probe_burn_in));
      result.tau = critical::autocorrelation_times(series, 0, 1).longest();
      if (static_cast<double>(records) < probe_length_in_tau * result.tau) {
        if (records < most_probe_records) continue;
        throw failure("critical",
                      fmt::format("at L = {} and K = {:.6g} the autocorrelation time is beyond {} sweeps",
                                  question_.sizes[s], coupling, records),
                      "take smaller sizes");
      }
      std::vector<stats::CountHistogram> parts;
      std::vector<const stats::CountHistogram*> pointers;
      for (std::size_t c = 0; c < probe_chains; ++c) parts.push_back(critical::histogram_of(series, 0, c));
      for (const auto& part : parts) pointers.push_back(&part);
      result.histogram = stats::merged(pointers);
      break;
    }
    result.count_deviation = std::sqrt(curve(s, result).at(log_x(s, coupling)).count_variance);
    probes_[s] = std::move(result);
    return *probes_[s];
  }

  [[nodiscard]] double log_x(std::size_t s, double coupling) const {
    return samplers::log_fugacity(*models_[s], coupling);
  }

  /// d ln x / d ln K: 1 for events, near 2 K e^2K / (e^2K - 1) for bonds.
  [[nodiscard]] double fugacity_slope(std::size_t s, double coupling) const {
    return (log_x(s, coupling * 1.001) - log_x(s, coupling / 1.001)) / (2 * std::log(1.001));
  }

  [[nodiscard]] stats::Reweighting curve(std::size_t s, const Probe& probe) const {
    const double at = log_x(s, probe.coupling);
    return {std::span(&probe.histogram, 1), std::span(&at, 1)};
  }

  /// The size to compare size s with: the nearest to half of it.
  [[nodiscard]] std::size_t partner(std::size_t s) const {
    std::size_t best = 0;
    for (std::size_t other = 0; other < s; ++other)
      if (std::abs(2 * question_.sizes[other] - question_.sizes[s]) <
          std::abs(2 * question_.sizes[best] - question_.sizes[s]))
        best = other;
    return best;
  }

  /// A coupling at which the smallest size and one about twice as large have crossed: above it the larger is
  /// the more ordered. Begins in the disordered phase, below the mean-field K = 1 / sum_r J(r).
  double search() {
    std::size_t larger = 1;
    while (larger + 1 < models_.size() && question_.sizes[larger] < 2 * question_.sizes[0]) ++larger;
    double total = 0;
    for (const double j : models_[0]->couplings_by_displacement()) total += j;
    if (const auto j = models_[0]->nearest_neighbour_coupling())
      total = *j * static_cast<double>(models_[0]->lattice().neighbours(0).size());
    double coupling = 0.8 / total;
    for (int step = 0; step < most_search_steps; ++step, coupling *= step_of_search) {
      const double small = q_at(0, coupling, coupling);
      const double large = q_at(larger, coupling, coupling);
      // Q of the ordered phase tends to 1, of the disordered one to 1/3; the difference of two noisy
      // numbers near 1/3 is no crossing.
      if (large > small && large > 0.42) return coupling;
    }
    throw failure("critical",
                  fmt::format("the curves of Q of sizes {} and {} do not cross between K = {:.4g} and {:.4g}",
                              question_.sizes[0], question_.sizes[larger], 0.8 / total, coupling),
                  "try larger sizes");
  }

  double q_at(std::size_t s, double probed, double coupling) {
    const Probe& at = probe(s, probed);
    return q_of(curve(s, at).at(log_x(s, coupling)).value);
  }

  /// The crossing of size s with its partner (or what stands for it), from an estimate; as far as the data of
  /// a probe reach, then probed again from there.
  double corrected(std::size_t s, double coupling) {
    const std::size_t other = partner(s);
    for (int step = 0; step < most_corrections; ++step) {
      const Probe& large = probe(s, coupling);
      const Probe& small = probe(other, coupling);
      const double reach = trusted_deviations / (fugacity_slope(s, coupling) * large.count_deviation);
      const auto of_large = curve(s, large);
      const auto of_small = curve(other, small);
      const auto excess = [&](double k) {
        const auto of_this = of_large.at(log_x(s, k)).value;
        if (theory_.regime == Regime::kosterlitz_thouless)
          return k * of_this[0] - jump_seen_at(question_.sizes[s], theory_.jump);
        // In mean field crossings drift far, while Q is near its known limit where t is small.
        if (theory_.regime == Regime::mean_field || theory_.regime == Regime::logarithmic)
          return q_of(of_this) - theory_.q_star;
        return q_of(of_this) - q_of(of_small.at(log_x(other, k)).value);
      };
      double low = coupling * std::exp(-reach);
      double high = coupling * std::exp(reach);
      const double at_low = excess(low);
      const double at_high = excess(high);
      if (at_low < 0 && at_high > 0) {
        for (int i = 0; i < 40; ++i) {
          const double middle = 0.5 * (low + high);
          (excess(middle) < 0 ? low : high) = middle;
        }
        return low;
      }
      // The larger size is the more ordered one above the crossing.
      coupling = excess(coupling) > 0 ? low : high;
    }
    return coupling;
  }

  CriticalPlan planned(double coupling, double pilot_seconds) {
    CriticalPlan plan;
    plan.model = question_.model;
    plan.model_options = models_.back()->options();
    plan.sizes = question_.sizes;
    plan.precision = question_.precision;
    plan.seed = question_.seed;
    for (std::size_t s = 0; s < models_.size(); ++s) {
      const Probe& at = *probes_[s];
      const double slope = fugacity_slope(s, coupling);
      const auto means = curve(s, at).at(log_x(s, coupling));
      // d ln Q / d ln x = 2 d ln <m^2> - d ln <m^4>.
      const double q_slope =
          q_of(means.value) * (2 * means.slope[0] / means.value[0] - means.slope[1] / means.value[1]);
      const double reach =
          spread_of_size[s % std::size(spread_of_size)] / slope *
          std::min(spread_in_deviations / at.count_deviation, q_slope > 0 ? spread_in_q / q_slope : 1.0);
      for (const double side : {-1.0, 0.0, 1.0}) plan.couplings.push_back(coupling * std::exp(side * reach));
      plan.burn_in.push_back(static_cast<std::int64_t>(std::ceil(burn_in_in_tau * at.tau)));
      plan.thinning.push_back(std::max<std::int64_t>(1, std::lround(at.tau / 2)));
    }
    if (plan.precision > 0)
      plan.records.assign(models_.size(), records_of_first_round);
    else
      share_out(plan, (question_.budget * share_for_sampling - pilot_seconds) * base::threads());
    for (std::size_t s = 0; s < models_.size(); ++s)
      observer_.note(
          fmt::format("pilot: L = {}: tau_int {:.2f} sweeps, {:.3g} us per sweep, {} chains of {} records "
                      "every {} sweeps at K = {:.6g}, {:.6g}, {:.6g}",
                      plan.sizes[s], probes_[s]->tau, probes_[s]->seconds * 1e6,
                      plan.batches * CriticalPlan::points, plan.records[s], plan.thinning[s],
                      plan.couplings[3 * s], plan.couplings[3 * s + 1], plan.couplings[3 * s + 2]));
    return plan;
  }

  /// Records per chain for `seconds` of one core: the time of a size grows like the root of the cost of one
  /// independent sample, so that small sizes are known better (they show the corrections) and cost less.
  /// Where files would become too large, records are further apart, up to independent ones.
  void share_out(CriticalPlan& plan, double seconds) const {
    const std::size_t n = models_.size();
    const auto chains = static_cast<double>(plan.batches * CriticalPlan::points);
    const auto cost_of_record = [&](std::size_t s) {
      return chains * static_cast<double>(plan.thinning[s]) * probes_[s]->seconds;
    };
    plan.records.assign(n, fewest_records);
    std::vector<bool> full(n, false);
    // What a full size leaves goes to the others.
    for (std::size_t pass = 0; pass < n; ++pass) {
      double left = seconds;
      double weights = 0;
      for (std::size_t s = 0; s < n; ++s) {
        left -= chains * static_cast<double>(plan.burn_in[s]) * probes_[s]->seconds;
        if (full[s])
          left -= static_cast<double>(plan.records[s]) * cost_of_record(s);
        else
          weights += std::sqrt(probes_[s]->seconds * probes_[s]->tau);
      }
      bool changed = false;
      for (std::size_t s = 0; s < n; ++s) {
        if (full[s]) continue;
        const double share = left * std::sqrt(probes_[s]->seconds * probes_[s]->tau) / weights;
        double records = share / cost_of_record(s);
        if (records > most_records) {
          const auto independent = static_cast<std::int64_t>(std::ceil(2 * probes_[s]->tau));
          plan.thinning[s] = std::clamp(
              static_cast<std::int64_t>(static_cast<double>(plan.thinning[s]) * records / most_records),
              plan.thinning[s], std::max(plan.thinning[s], independent));
          records = share / cost_of_record(s);
        }
        plan.records[s] =
            std::clamp(static_cast<std::int64_t>(std::max(records, 0.0)), fewest_records, most_records);
        full[s] = plan.records[s] == most_records;
        changed = changed || full[s];
      }
      if (!changed) break;
    }
  }

  const CriticalQuestion& question_;
  base::Observer& observer_;
  std::vector<std::shared_ptr<const models::Model>> models_;
  std::vector<std::shared_ptr<const samplers::GraphSystem>> systems_;
  std::vector<std::optional<Probe>> probes_;
  analysis::Universality theory_;
  std::uint64_t seed_ = 0;     // of the streams
  std::uint64_t streams_ = 0;  // random streams used so far
};

}  // namespace

CriticalPlan plan_critical(const CriticalQuestion& question, base::Observer& observer) {
  const base::StopScope scope(observer);
  check(question);
  return Pilot(question, observer).plan();
}

}  // namespace spinflow::studies
