// SPDX-License-Identifier: Apache-2.0
#include "spinflow/analysis/mcrg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/renormalization/mcrg_moments.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/ensemble/lattice_sums.hpp"
#include "spinflow/models/identity.hpp"
#include "spinflow/samplers/graph_chain.hpp"
#include "spinflow/stats/autocorrelation.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::analysis {

namespace {

constexpr std::int64_t n_chains = 64;
// Fewer configurations per chain tell no correlations.
constexpr std::int64_t least_kept = 10;
// Cluster sweeps forget an ordered start in some ten sweeps even on the largest lattices.
constexpr std::int64_t least_burn_in = 100;
constexpr std::int64_t most_burn_in = 1000;
// Blocking and summing a configuration take about as long as a sweep, which leaves it much as it was.
constexpr std::int64_t sweeps_per_sample = 2;
// Configurations that go through the map together.
constexpr std::int64_t rows_per_batch = 128;
constexpr std::uint64_t sites_per_report = std::uint64_t{1} << 18;

void check_sector(const std::vector<lattice::Interaction>& list, bool odd) {
  for (const auto& one : list)
    if (one.odd() != odd)
      throw input_error("mcrg",
                        fmt::format("{} is {} under a flip of all spins", one.name, odd ? "even" : "odd"),
                        fmt::format("put it among the {} operators", odd ? "even" : "odd"));
}

/// Operators that are one sum on the smallest lattice leave dK'/dK without meaning.
void check_distinct(const std::vector<lattice::Interaction>& list, const lattice::Lattice& smallest) {
  std::vector<std::vector<std::vector<std::int32_t>>> seen;
  for (const auto& one : list) {
    auto terms = lattice::terms(one, smallest, "mcrg");
    std::ranges::sort(terms);
    terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
    const auto same = std::ranges::find(seen, terms);
    if (same != seen.end())
      throw input_error("mcrg",
                        fmt::format("on {} sites {} and {} are the same sum", smallest.text(),
                                    list[static_cast<std::size_t>(same - seen.begin())].name, one.name),
                        "leave one out, take fewer steps or a larger lattice");
    seen.push_back(std::move(terms));
  }
}

/// Where every pair is coupled alike there is no distance, and a block is any set of spins.
void check_geometry(const models::Model& model) {
  const auto couplings = model.couplings_by_displacement();
  if (couplings.size() < 4) return;
  const auto others = couplings.subspan(1);
  if (std::ranges::min(others) == std::ranges::max(others))
    throw input_error("mcrg",
                      fmt::format("all pairs of {} are coupled alike: it has no blocks", model.name()),
                      "take a model with a geometry");
}

/// What one chain tells.
struct ChainResult {
  std::vector<double> even_means;
  std::vector<double> odd_means;
  std::vector<std::vector<double>> watched;  ///< time series of slow quantities
};

class Sampling {
 public:
  Sampling(const std::shared_ptr<const models::Model>& model, const transformations::Transformation& map,
           const McrgOptions& options, const Mcrg& plan, base::Observer& observer)
      : system_(samplers::graph_system(model)),
        map_(map),
        options_(options),
        plan_(plan),
        observer_(observer),
        n_sites_(static_cast<std::size_t>(model->lattice().n_sites())),
        seed_(base::derived_seed(
            options.seed, fmt::format("mcrg of {} by {}", models::identity(*model, {&options.temperature, 1}),
                                      map.identity()))),
        kept_(static_cast<std::int64_t>(plan.samples) / n_chains) {
    observer.begin("sampling",
                   static_cast<std::uint64_t>(n_chains * (plan.burn_in + kept_ * plan.thinning)) * n_sites_,
                   "spins");
  }

  [[nodiscard]] ChainResult chain(std::size_t index) const {
    const auto spins = samplers::graph_chain(system_, 1 / options_.temperature, {seed_, "mcrg", index});
    spins->start();
    std::uint64_t touched = 0;
    const auto sweep = [&] {
      spins->sweep();
      touched += n_sites_;
      if (touched < sites_per_report) return;
      observer_.advance(touched);
      touched = 0;
    };
    for (std::int64_t i = 0; i < plan_.burn_in; ++i) sweep();

    Reader reader(options_, plan_);
    for (std::int64_t first = 0, batch = 0; first < kept_; first += rows_per_batch, ++batch) {
      const auto n = static_cast<std::size_t>(std::min(rows_per_batch, kept_ - first));
      kernels::PackedSpins rows(n, n_sites_);
      for (std::size_t row = 0; row < n; ++row) {
        for (std::int64_t i = 0; i < plan_.thinning; ++i) sweep();
        rows.pack(row, spins->spins());
      }
      auto level = ensemble::from_spins(std::move(rows), plan_.lattices.front(), nullptr);
      reader.read(level.spins, 0);
      const auto stream =
          index * static_cast<std::uint64_t>(kept_ / rows_per_batch + 1) + static_cast<std::uint64_t>(batch);
      base::RandomStream seeds(seed_, "mcrg.map", stream);
      for (std::size_t step = 1; step < plan_.lattices.size(); ++step) {
        level = map_.apply(level, seeds.next());
        reader.read(level.spins, step);
      }
      reader.add(n);
    }
    observer_.advance(touched);
    return reader.result(static_cast<double>(kept_));
  }

 private:
  /// Lattice sums of a batch at all levels.
  class Reader {
   public:
    Reader(const McrgOptions& options, const Mcrg& plan)
        : n_even_(options.even.size()),
          n_odd_(options.odd.size()),
          n_levels_(plan.lattices.size()),
          even_(n_even_, n_levels_ - 1),
          odd_(n_odd_, n_levels_ - 1) {
      auto all = options.even;
      all.insert(all.end(), options.odd.begin(), options.odd.end());
      for (const auto& lattice : plan.lattices) sums_.emplace_back(all, lattice, "mcrg");
      batch_even_.resize(static_cast<std::size_t>(rows_per_batch) * n_levels_ * n_even_);
      batch_odd_.resize(static_cast<std::size_t>(rows_per_batch) * n_levels_ * n_odd_);
      one_.resize(all.size());
      watched_.resize(n_levels_ * ((n_even_ > 0 ? 1 : 0) + (n_odd_ > 0 ? 1 : 0)));
    }

    void read(const kernels::PackedSpins& spins, std::size_t level) {
      for (std::size_t row = 0; row < spins.n_rows(); ++row) {
        sums_[level].measure(spins, row, one_);
        const auto middle = one_.begin() + static_cast<std::ptrdiff_t>(n_even_);
        const std::size_t at = row * n_levels_ + level;
        std::copy(one_.begin(), middle, batch_even_.begin() + static_cast<std::ptrdiff_t>(at * n_even_));
        std::copy(middle, one_.end(), batch_odd_.begin() + static_cast<std::ptrdiff_t>(at * n_odd_));
      }
    }

    void add(std::size_t n_rows) {
      for (std::size_t row = 0; row < n_rows; ++row) {
        const auto even = std::span(batch_even_).subspan(row * n_levels_ * n_even_, n_levels_ * n_even_);
        const auto odd = std::span(batch_odd_).subspan(row * n_levels_ * n_odd_, n_levels_ * n_odd_);
        even_.add(even);
        odd_.add(odd);
        std::size_t quantity = 0;
        for (std::size_t level = 0; level < n_levels_; ++level) {
          if (n_even_ > 0) watched_[quantity++].push_back(static_cast<double>(even[level * n_even_]));
          if (n_odd_ > 0)
            watched_[quantity++].push_back(std::pow(static_cast<double>(odd[level * n_odd_]), 2));
        }
      }
    }

    [[nodiscard]] ChainResult result(double n) {
      return {.even_means = even_.means(n), .odd_means = odd_.means(n), .watched = std::move(watched_)};
    }

   private:
    std::size_t n_even_;
    std::size_t n_odd_;
    std::size_t n_levels_;
    SectorMoments even_;
    SectorMoments odd_;
    std::vector<ensemble::LatticeSums> sums_;  // of each level
    std::vector<std::int64_t> batch_even_;     // (rows, levels, operators)
    std::vector<std::int64_t> batch_odd_;
    std::vector<std::int64_t> one_;
    std::vector<std::vector<double>> watched_;
  };

  std::shared_ptr<const samplers::GraphSystem> system_;
  const transformations::Transformation& map_;
  const McrgOptions& options_;
  const Mcrg& plan_;
  base::Observer& observer_;
  std::size_t n_sites_;
  std::uint64_t seed_;
  std::int64_t kept_;
};

/// y = ln(lambda) / ln(b) and its error.
stats::Estimate exponent_of(const stats::Estimate& eigenvalue, int factor) {
  const double scale = std::log(factor);
  return {.value = std::log(eigenvalue.value) / scale, .error = eigenvalue.error / eigenvalue.value / scale};
}

void read_sector(const std::vector<ChainResult>& chains, std::vector<double> ChainResult::*means,
                 std::size_t n_operators, bool odd, Mcrg& result, std::vector<McrgEigenvalue>& eigenvalues,
                 std::vector<std::vector<stats::Estimate>>& matrices) {
  if (n_operators == 0) return;
  const std::size_t steps = result.lattices.size() - 1;
  const Linearised linearised(n_operators, steps, odd);
  stats::Pieces pieces{.n_observables = linearised.n_means(), .means = {}, .weights = {}};
  for (const auto& chain : chains)
    pieces.means.insert(pieces.means.end(), (chain.*means).begin(), (chain.*means).end());
  const auto all =
      stats::jackknife_of_several(pieces, [&](std::span<const double> m) { return linearised.results(m); });
  for (std::size_t step = 0; step < steps; ++step) {
    const auto here = std::span(all).subspan(step * linearised.results_per_step());
    for (std::size_t k = 0; k < n_operators; ++k)
      eigenvalues.push_back({.step = static_cast<int>(step) + 1,
                             .operators = k + 1,
                             .eigenvalue = here[k],
                             .exponent = exponent_of(here[k], result.factor)});
    const auto matrix = here.subspan(n_operators, n_operators * n_operators);
    matrices.emplace_back(matrix.begin(), matrix.end());
  }
}

Mcrg plan_of(const models::Model& model, const transformations::Transformation& map,
             const McrgOptions& options) {
  if (!(options.temperature > 0) || !std::isfinite(options.temperature))
    throw input_error("mcrg", "the temperature is not positive and finite",
                      "give that of the critical point");
  if (options.steps < 1) throw input_error("mcrg", "there is no step", "take one at least");
  if (options.samples < n_chains * least_kept)
    throw input_error("mcrg", fmt::format("{} configurations are too few", options.samples),
                      fmt::format("take at least {}", n_chains * least_kept));
  if (options.even.empty() && options.odd.empty())
    throw input_error("mcrg", "there is no operator", "name at least one");
  check_geometry(model);
  check_sector(options.even, false);
  check_sector(options.odd, true);
  Mcrg plan;
  plan.lattices.push_back(model.lattice());
  for (std::int64_t step = 0; step < options.steps; ++step)
    plan.lattices.push_back(map.output_lattice(plan.lattices.back()));
  plan.factor = plan.lattices[0].lx() / plan.lattices[1].lx();
  if (plan.factor < 2)
    throw input_error("mcrg", fmt::format("{} makes no coarser lattice", map.name()), "take block spins");
  for (std::size_t step = 0; step + 1 < plan.lattices.size(); ++step) {
    const auto& fine = plan.lattices[step];
    const auto& coarse = plan.lattices[step + 1];
    const int block_height = fine.dimension() == 2 ? plan.factor : 1;
    if (coarse.dimension() != fine.dimension() || coarse.lx() * plan.factor != fine.lx() ||
        coarse.ly() * block_height != fine.ly())
      throw input_error("mcrg",
                        fmt::format("step {} leads from {} to {}, no lattice of blocks of side {}", step + 1,
                                    fine.text(), coarse.text(), plan.factor),
                        "take fewer steps, or a map that makes blocks of one side");
  }
  check_distinct(options.even, plan.lattices.back());
  check_distinct(options.odd, plan.lattices.back());
  const std::int64_t kept = (options.samples + n_chains - 1) / n_chains;
  plan.samples = static_cast<std::size_t>(kept * n_chains);
  plan.thinning = sweeps_per_sample;
  plan.burn_in = std::clamp(kept * sweeps_per_sample / 4, least_burn_in, most_burn_in);
  return plan;
}

}  // namespace

Mcrg mcrg(const std::shared_ptr<const models::Model>& model, const transformations::Transformation& map,
          const McrgOptions& options, base::Observer& observer) {
  const base::StopScope scope(observer);
  Mcrg result = plan_of(*model, map, options);
  std::vector<ChainResult> chains(n_chains);
  {
    const Sampling sampling(model, map, options, result, observer);
    base::parallel_for(n_chains, [&](std::size_t index) { chains[index] = sampling.chain(index); });
  }
  read_sector(chains, &ChainResult::even_means, options.even.size(), false, result, result.even,
              result.even_matrix);
  read_sector(chains, &ChainResult::odd_means, options.odd.size(), true, result, result.odd,
              result.odd_matrix);
  for (std::size_t quantity = 0; quantity < chains.front().watched.size(); ++quantity) {
    stats::Chains series;
    for (const auto& chain : chains) series.push_back(chain.watched[quantity]);
    result.tau_int =
        std::max(result.tau_int, stats::tau_int(series).value * static_cast<double>(result.thinning));
  }
  return result;
}

}  // namespace spinflow::analysis
