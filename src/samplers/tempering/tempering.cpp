// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "samplers/pilot_starts.hpp"
#include "samplers/reporter.hpp"
#include "samplers/request.hpp"
#include "samplers/saved_work.hpp"
#include "samplers/tau_record.hpp"
#include "samplers/tempering/ladder.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/base/parallel.hpp"

namespace spinflow::samplers {

namespace {

constexpr base::Work hukushima1996{
    .key = "hukushima1996",
    .kind = "article",
    .author = "Hukushima, Koji and Nemoto, Koji",
    .title = "Exchange Monte Carlo Method and Application to Spin Glass Simulations",
    .journal = "Journal of the Physical Society of Japan",
    .volume = "65",
    .pages = "1604--1608",
    .year = 1996,
    .doi = "10.1143/JPSJ.65.1604"};

constexpr std::size_t pilot_ladders = 16;
// As many independent ladders as other samplers have chains; with fewer than two samples each, every sample
// gets a ladder of its own.
constexpr std::size_t sampling_ladders = 32;

// Neighbours exchange with at least this probability on average. The first stage of a pilot is short and
// asks for a little more, so that the later ones rarely have to begin again.
constexpr double least_acceptance = 0.2;
constexpr double least_acceptance_at_first = 0.25;
// -ln of the exchange probability of two Gaussian energy distributions is about this much where rungs stand
// well.
constexpr double wanted_exponent = 2;
// A pilot ends when every ladder's coldest rung has been renewed from the hottest that often.
constexpr std::int64_t least_arrivals = 4;
constexpr std::size_t most_rungs = 2000;
// Limit of a pilot run, in reports to the observer of some milliseconds each.
constexpr double longest_pilot_of_ladders = 0x1p12;

struct Rungs {
  std::vector<double> temperatures;    // ascending
  std::vector<std::size_t> requested;  // (temperatures of the request): on which rung each stands
};

Rungs rungs_of(const SampleRequest& request, std::vector<double> temperatures) {
  std::ranges::sort(temperatures);
  const auto repeated = std::ranges::unique(temperatures);
  temperatures.erase(repeated.begin(), repeated.end());
  Rungs rungs{.temperatures = std::move(temperatures)};
  for (const double t : request.temperatures)
    rungs.requested.push_back(static_cast<std::size_t>(std::ranges::lower_bound(rungs.temperatures, t) -
                                                       rungs.temperatures.begin()));
  return rungs;
}

// The temperatures asked for and one at which nothing is slow: no ordered phase reaches beyond the mean
// field's transition temperature sum_j |J_ij|.
Rungs first_rungs(const FieldSystem& system, const SampleRequest& request) {
  auto temperatures = request.temperatures;
  const double hot = 1.25 * system.coupling_sum;
  if (hot > *std::ranges::max_element(temperatures)) temperatures.push_back(hot);
  return rungs_of(request, std::move(temperatures));
}

struct Pilot {
  std::vector<PilotResult> results;  // (temperatures of the request)
  double acceptance = 1;             // of the worst pair of neighbours
  double updates_per_arrival = 0;    // of one ladder; 0 for a single rung
};

using Exchanges = std::vector<Ladder::Exchange>;

Exchanges exchanges_of(const std::vector<Ladder>& ladders) {
  Exchanges sums(ladders.front().exchanges().size());
  for (const auto& ladder : ladders)
    for (std::size_t pair = 0; pair < sums.size(); ++pair) {
      sums[pair].probability += ladder.exchanges()[pair].probability;
      sums[pair].energy_gap += ladder.exchanges()[pair].energy_gap;
      sums[pair].attempts += ladder.exchanges()[pair].attempts;
    }
  return sums;
}

double acceptance(const Ladder::Exchange& exchange) {
  return exchange.probability / static_cast<double>(std::max<std::int64_t>(exchange.attempts, 1));
}

// The rungs with new ones between neighbours that exchange with less than the given probability.
std::vector<double> with_more_rungs(const std::vector<double>& rungs, const Exchanges& exchanges,
                                    double least) {
  std::vector<double> more = {rungs.front()};
  for (std::size_t pair = 0; pair < exchanges.size(); ++pair) {
    const double low = rungs[pair];
    const double high = rungs[pair + 1];
    if (acceptance(exchanges[pair]) < least) {
      if (low == 0) {
        more.push_back(high / 2);
      } else {
        const double gap = exchanges[pair].energy_gap / static_cast<double>(exchanges[pair].attempts);
        const double parts = std::clamp(
            std::ceil(std::sqrt(std::max(gap * (1 / low - 1 / high), 0.0) / wanted_exponent)), 2.0, 16.0);
        for (double k = 1; k < parts; ++k) more.push_back(low * std::pow(high / low, k / parts));
      }
    }
    more.push_back(high);
  }
  return more;
}

// Walls disappear on the hot rungs, so all kinds of start come to the same means.
constexpr std::array pilot_kinds = {Start::ordered, Start::halves, Start::random};

std::vector<Ladder> started_ladders(const FieldSystem& system, const SampleRequest& request,
                                    const Rungs& rungs, std::uint64_t attempt) {
  std::vector<Ladder> ladders;
  for (std::size_t c = 0; c < pilot_ladders; ++c) {
    const Start kind = pilot_kinds[c % pilot_kinds.size()];
    ladders.emplace_back(system, rungs.temperatures,
                         base::RandomStream(request.seed, "tempering pilot", attempt * pilot_ladders + c));
    ladders.back().start(kind, turned_sites(request.model->lattice(), kind));
  }
  return ladders;
}

// Updates the ladders from sweep `done` to `length`, and records the observables of the rungs asked for.
void run_ladders(std::vector<Ladder>& ladders, std::vector<TauRecord>& records, const FieldSystem& system,
                 const Rungs& rungs, std::int64_t done, std::int64_t length, base::Observer& observer) {
  base::parallel_for(ladders.size(), [&](std::size_t c) {
    Reporter reporter(observer, system.sweeps_per_report() / rungs.temperatures.size() + 1);
    ladders[c].forget_exchanges();
    for (std::int64_t at = done; at < length;) {
      const std::int64_t interval = records[c].interval();
      for (std::int64_t i = 0; i < interval; ++i) {
        ladders[c].update();
        reporter.add(1);
      }
      at += interval;
      std::vector<double> values;
      for (const auto rung : rungs.requested) {
        const auto some = ladders[c].at(rung).measured();
        values.insert(values.end(), some.begin(), some.end());
      }
      records[c].add(values);
    }
  });
}

// Runs ladders on these rungs until all is known; without `results` if neighbours exchange too rarely,
// and `exchanges` then says where.
Pilot run_pilot(const FieldSystem& system, const SampleRequest& request, const Rungs& rungs,
                std::uint64_t attempt, double& least, Exchanges& exchanges, base::Observer& observer) {
  const std::size_t n = rungs.requested.size();
  const std::size_t n_observables = system.n_observables();
  auto ladders = started_ladders(system, request, rungs, attempt);
  std::vector<TauRecord> records(pilot_ladders, TauRecord(n * n_observables));
  Pilot pilot;
  std::vector<PilotResult> results(n);
  std::int64_t done = 0;
  for (std::int64_t length = first_pilot_length;; length *= 2) {
    run_ladders(ladders, records, system, rungs, done, length, observer);
    done = length;
    exchanges = exchanges_of(ladders);
    least = length == first_pilot_length ? least_acceptance_at_first : least_acceptance;
    pilot.acceptance = 1;
    for (const auto& exchange : exchanges)
      pilot.acceptance = std::min(pilot.acceptance, acceptance(exchange));
    if (pilot.acceptance < least) return pilot;

    bool resolved = true;
    bool agreed = true;
    for (std::size_t t = 0; t < n; ++t) {
      std::vector<std::vector<std::vector<double>>> chains(n_observables);
      for (std::size_t o = 0; o < n_observables; ++o)
        for (const auto& record : records) chains[o].push_back(record.series(t * n_observables + o));
      results[t] = judge_pilot(results[t], chains, pilot_kinds.size(), records.front().interval(), done);
      resolved = resolved && results[t].resolved;
      agreed = agreed && results[t].agreed;
    }
    std::int64_t arrivals = 0;
    for (const auto& ladder : ladders) arrivals += ladder.arrivals();
    if (rungs.temperatures.size() > 1) {
      resolved = resolved && arrivals >= least_arrivals * static_cast<std::int64_t>(pilot_ladders);
      pilot.updates_per_arrival =
          static_cast<double>(done) * static_cast<double>(pilot_ladders) / static_cast<double>(arrivals);
    }
    if (resolved) {
      pilot.results = std::move(results);
      return pilot;
    }
    if (static_cast<double>(done) * static_cast<double>(rungs.temperatures.size()) >
        longest_pilot_of_ladders * static_cast<double>(system.sweeps_per_report()))
      refuse_slow("tempering", *request.model, rungs.temperatures.front(), done, agreed);
  }
}

void check_size(const FieldSystem& system, const Rungs& rungs) {
  const std::size_t ladders = std::max(pilot_ladders, static_cast<std::size_t>(base::threads()));
  base::check_memory(static_cast<double>(ladders) * static_cast<double>(rungs.temperatures.size()) *
                         bytes_of_fields(system.n_sites),
                     "sampler tempering", "ask for a smaller lattice");
  if (rungs.temperatures.size() > most_rungs)
    throw input_error("sampler tempering",
                      fmt::format("a ladder from T = {} to {:.4g} needs more than {} replicas",
                                  rungs.temperatures.front(), rungs.temperatures.back(), most_rungs),
                      "ask for higher temperatures or a smaller lattice");
}

// Adds rungs until neighbours exchange often enough, and measures on them.
std::pair<Rungs, Pilot> build_ladder(const FieldSystem& system, const SampleRequest& request,
                                     base::Observer& observer) {
  observer.begin("building a ladder of temperatures", 0, "sweeps");
  Rungs rungs = first_rungs(system, request);
  for (std::uint64_t attempt = 0;; ++attempt) {
    check_size(system, rungs);
    double least = 0;
    Exchanges exchanges;
    auto pilot = run_pilot(system, request, rungs, attempt, least, exchanges, observer);
    if (!pilot.results.empty()) {
      observer.note(
          fmt::format("tempering: {} temperatures from {} to {:.4g}; neighbours exchange with probability "
                      "{:.2f} "
                      "or more, the coldest is renewed from the hottest every {:.0f} sweeps",
                      rungs.temperatures.size(), rungs.temperatures.front(), rungs.temperatures.back(),
                      pilot.acceptance, pilot.updates_per_arrival));
      return {std::move(rungs), std::move(pilot)};
    }
    rungs = rungs_of(request, with_more_rungs(rungs.temperatures, exchanges, least));
  }
}

// The ladder as it was saved, or a new one: the rungs after the numbers of the pilot run.
std::pair<Rungs, Pilot> saved_ladder(const FieldSystem& system, const SampleRequest& request,
                                     base::Observer& observer) {
  const std::size_t of_results = numbers_of_pilot_result * request.temperatures.size();
  if (const auto numbers = restored_numbers(request, "tempering");
      numbers && numbers->size() > of_results + 2) {
    const auto all = std::span<const double>(*numbers);
    Pilot pilot{.acceptance = all[0], .updates_per_arrival = all[1]};
    for (std::size_t t = 0; t < request.temperatures.size(); ++t)
      pilot.results.push_back(
          pilot_result(all.subspan(2 + t * numbers_of_pilot_result, numbers_of_pilot_result)));
    const auto temperatures = all.subspan(2 + of_results);
    const bool has_all = std::ranges::all_of(request.temperatures, [&](double t) {
      return std::ranges::find(temperatures, t) != temperatures.end();
    });
    if (has_all) return {rungs_of(request, {temperatures.begin(), temperatures.end()}), std::move(pilot)};
  }
  auto made = build_ladder(system, request, observer);
  std::vector<double> numbers = {made.second.acceptance, made.second.updates_per_arrival};
  for (const auto& result : made.second.results) append_numbers(result, numbers);
  numbers.insert(numbers.end(), made.first.temperatures.begin(), made.first.temperatures.end());
  save_numbers(request, "tempering", numbers);
  return made;
}

// The rows of one ladder: at each of its sweeps one per temperature of the request.
void draw_ladder(const FieldSystem& system, const SampleRequest& request, const Rungs& rungs,
                 std::size_t index, std::span<const std::size_t> rows, base::Observer& observer,
                 ensemble::Ensemble& result) {
  Ladder ladder(system, rungs.temperatures, base::RandomStream(request.seed, "tempering ladder", index));
  ladder.start();
  // Turning a configuration over is a symmetry: the sign of M has no memory then.
  base::RandomStream signs(request.seed, "tempering signs", index);
  Reporter reporter(observer, system.sweeps_per_report() / rungs.temperatures.size() + 1);
  std::int64_t done = 0;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    for (; done < result.sweep[rows[k]]; ++done) {
      ladder.update();
      reporter.add(1);
    }
    result.spins.pack(rows[k], ladder.at(rungs.requested[k % rungs.requested.size()]).spins());
    if (system.field == 0 && signs.below(2) == 1) result.spins.flip(rows[k]);
  }
  reporter.flush();
}

ensemble::Ensemble sample_by_tempering(const SampleRequest& request, base::Observer& observer) {
  const FieldSystem system(*request.model);
  const auto [rungs, pilot] = saved_ladder(system, request, observer);
  ensemble::Ensemble result = blank_ensemble(request);
  const std::size_t n = request.samples_per_temperature;
  const std::size_t n_temperatures = request.temperatures.size();
  const std::size_t n_ladders = n < 2 * sampling_ladders ? n : sampling_ladders;
  // Beyond the usual burn-in: every replica makes one round trip on average, so that none remembers its
  // start.
  auto burned = static_cast<std::int64_t>(
      std::ceil(pilot.updates_per_arrival * static_cast<double>(rungs.temperatures.size())));
  std::int64_t kept_every = 0;
  for (const auto& found : pilot.results) {
    burned = std::max(burned, burn_in(found));
    kept_every = std::max(kept_every, thinning(found, false));
  }
  observer.begin(fmt::format("sampling {} {} by tempering", request.model->name(), result.lattice.text()),
                 n_ladders * static_cast<std::uint64_t>(burned) +
                     (n - n_ladders) * static_cast<std::uint64_t>(kept_every),
                 "sweeps");
  base::parallel_for(n_ladders, [&, &rungs = rungs](std::size_t c) {
    const std::size_t first = c * n / n_ladders;
    std::vector<std::size_t> rows;
    for (std::size_t i = first; i < (c + 1) * n / n_ladders; ++i)
      for (std::size_t t = 0; t < n_temperatures; ++t) {
        rows.push_back(t * n + i);
        result.chain[rows.back()] = static_cast<std::int32_t>(c);
        result.sweep[rows.back()] = burned + static_cast<std::int64_t>(i - first) * kept_every;
      }
    if (restore_rows(request, "tempering", c, rows, result)) {
      observer.advance(static_cast<std::uint64_t>(result.sweep[rows.back()]));
      return;
    }
    draw_ladder(system, request, rungs, c, rows, observer, result);
    save_rows(request, "tempering", c, rows, result);
  });
  // One ladder serves all temperatures: what it gives at two of them is not independent either, and the
  // number of its chain says so.
  result.independent_pieces = n > n_ladders || n_temperatures > 1 ? ensemble::IndependentPieces::chain
                                                                  : ensemble::IndependentPieces::sample;
  for (std::size_t t = 0; t < n_temperatures; ++t)
    result.sampling.push_back({.temperature = request.temperatures[t],
                               .sampler = "tempering",
                               .tau_int = pilot.results[t].tau.value,
                               .tau_int_error = pilot.results[t].tau.error,
                               .burn_in = burned,
                               .thinning = n > n_ladders ? kept_every : 0,
                               .chains = static_cast<std::int64_t>(n_ladders)});
  ensemble::measure_rows(result);
  return result;
}

// Each row is the cold end of a ladder of two. The hot end is at infinite temperature, where a coin for every
// spin is equilibrium: the product of the two distributions is then exact from the start.
void update_ladder_rows(const models::Model& model, double temperature, kernels::PackedSpins& replicas,
                        std::uint64_t n_updates, std::uint64_t seed) {
  const FieldSystem system(model);
  base::parallel_for(replicas.n_rows(), [&](std::size_t row) {
    Ladder ladder(system, {temperature, std::numeric_limits<double>::infinity()},
                  base::RandomStream(seed, "tempering update", row));
    base::RandomStream coins(seed, "tempering coins", row);
    std::vector<std::int8_t> spins(replicas.n_columns());
    for (auto& spin : spins) spin = coins.below(2) == 1 ? 1 : -1;
    ladder.at(1).set(spins);
    replicas.unpack(row, spins);
    ladder.at(0).set(spins);
    for (std::uint64_t update = 0; update < n_updates; ++update) ladder.update();
    replicas.pack(row, ladder.at(0).spins());
  });
}

}  // namespace

void register_tempering() {
  SamplerEntry entry;
  entry.name = "tempering";
  entry.help =
      "single flips at a ladder of temperatures that exchange configurations: for competing couplings at low "
      "T";
  entry.citations = {hukushima1996, "metropolis1953", "madras1988"};
  entry.update = "sweep";
  entry.refusal = field_refusal;
  entry.sample = sample_by_tempering;
  entry.update_replicas = update_ladder_rows;
  add_sampler(std::move(entry));
}

}  // namespace spinflow::samplers
