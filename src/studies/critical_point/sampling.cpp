// SPDX-License-Identifier: Apache-2.0
#include "studies/critical_point/sampling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "runs/pieces.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/models/identity.hpp"
#include "studies/critical_point/chains.hpp"

namespace spinflow::studies::critical {

namespace {

namespace fs = std::filesystem;

// Batches that are sampled and kept together: enough chains to keep many threads busy, little enough to lose.
constexpr std::int64_t batches_per_piece = 4;

// What is sampled, for the key of the streams: sizes, couplings and batches.
std::string identity_of(const CriticalPlan& plan) {
  std::string text = fmt::format("critical {} batches of", plan.batches);
  for (std::size_t s = 0; s < plan.sizes.size(); ++s) {
    std::vector<double> temperatures;
    for (std::size_t p = 0; p < CriticalPlan::points; ++p)
      temperatures.push_back(1 / plan.couplings[s * CriticalPlan::points + p]);
    text += fmt::format(" {}", models::identity(*plan.model_at(plan.sizes[s]), temperatures));
  }
  return text;
}

// Pieces of an older program have other streams than those that would be added.
void check_streams(const fs::path& file) {
  if (io::expect_header(io::Hdf5Reader(file), series_format).version < series_format.version)
    throw input_error(file.string(),
                      "an older version of the program began this run with other random numbers",
                      "start over with --force");
}

std::int64_t pieces_of_round(const CriticalPlan& plan) {
  return (plan.batches + batches_per_piece - 1) / batches_per_piece;
}

std::string piece_name(std::int64_t round, std::int64_t index) {
  return fmt::format("series-{}-{:03}", round, index);
}

/// Another process that samples the same run has joined the pieces and removed them.
struct SeriesIsWhole {};

class Sampling {
 public:
  Sampling(const CriticalPlan& plan, const std::string& command, const fs::path& folder,
           const runs::Pieces& pieces)
      : plan_(plan),
        command_(command),
        folder_(folder),
        pieces_(pieces),
        observer_(pieces.observer),
        seed_(base::derived_seed(plan.seed, identity_of(plan))) {
    for (const auto size : plan.sizes) {
      models_.push_back(plan.model_at(size));
      systems_.push_back(samplers::graph_system(models_.back()));
    }
  }

  Series round(std::int64_t index) {
    const std::int64_t pieces = pieces_of_round(plan_);
    observer_.begin(plan_.precision > 0 ? fmt::format("sampling, round {}", index + 1) : "sampling",
                    spins_of_round(index), "spins");
    std::vector<Series> parts(static_cast<std::size_t>(pieces));
    runs::in_any_order(pieces_.claims, parts.size(), false, [&](std::size_t p) {
      const std::int64_t first = static_cast<std::int64_t>(p) * batches_per_piece;
      parts[p] = piece(index, static_cast<std::int64_t>(p), first,
                       std::min(plan_.batches - first, batches_per_piece));
    });
    return joined_batches(parts);
  }

  void remove_pieces() const {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("series-") && name.ends_with(".h5")) fs::remove(entry.path(), ignored);
    }
  }

 private:
  /// Records per chain of one size in a round: as many as all rounds before it, so that the run doubles.
  [[nodiscard]] std::int64_t records(std::size_t s, std::int64_t round) const {
    return round == 0 ? plan_.records[s] : plan_.records[s] << (round - 1);
  }

  [[nodiscard]] std::uint64_t spins_of_round(std::int64_t round) const {
    std::int64_t spins = 0;
    for (std::size_t s = 0; s < models_.size(); ++s)
      spins += (plan_.burn_in[s] + records(s, round) * plan_.thinning[s]) * models_[s]->lattice().n_sites();
    return static_cast<std::uint64_t>(spins * plan_.batches * CriticalPlan::points);
  }

  Series piece(std::int64_t round, std::int64_t index, std::int64_t first_batch, std::int64_t batches) {
    const std::string name = piece_name(round, index);
    const fs::path file = folder_ / (name + ".h5");
    // Only one version of the program fills a folder that several processes join.
    if (pieces_.claims == nullptr && fs::exists(file)) check_streams(file);
    bool is_found = false;
    Series kept = pieces_.kept(
        name, file,
        [&] {
          is_found = true;
          return read(file, plan_);
        },
        [&] {
          is_found = false;
          if (fs::exists(folder_ / series_file)) throw SeriesIsWhole{};
          Series made = sampled_piece(round, first_batch, batches);
          write(made, plan_, command_, file);
          return made;
        });
    if (!is_found) return kept;
    for (std::size_t s = 0; s < kept.size(); ++s)
      if (kept[s].batches != static_cast<std::size_t>(batches) ||
          kept[s].records != static_cast<std::size_t>(records(s, round)))
        throw input_error(file.string(), "it is no piece of this run",
                          "remove it or start over with --force");
    observer_.advance(spins_of_round(round) * static_cast<std::uint64_t>(batches) /
                      static_cast<std::uint64_t>(plan_.batches));
    return kept;
  }

  Series sampled_piece(std::int64_t round, std::int64_t first_batch, std::int64_t batches) {
    Series made;
    for (std::size_t s = 0; s < models_.size(); ++s) {
      const auto at = plan_.couplings.begin() + static_cast<std::ptrdiff_t>(s * CriticalPlan::points);
      made.emplace_back(plan_.sizes[s], std::vector<double>(at, at + CriticalPlan::points),
                        static_cast<std::size_t>(batches), static_cast<std::size_t>(records(s, round)));
    }
    // Large lattices first: what is left for the end is short.
    const auto n_points = static_cast<std::size_t>(CriticalPlan::points);
    const auto n_batches = static_cast<std::size_t>(batches);
    base::parallel_for(models_.size() * n_points * n_batches, [&](std::size_t chain) {
      const std::size_t s = models_.size() - 1 - chain / (n_points * n_batches);
      const std::size_t point = chain / n_batches % n_points;
      const std::size_t batch = chain % n_batches;
      const std::uint64_t stream =
          ((static_cast<std::uint64_t>(round) * models_.size() + s) * n_points + point) *
              static_cast<std::uint64_t>(plan_.batches) +
          static_cast<std::uint64_t>(first_batch) + batch;
      run_chain({.system = systems_[s],
                 .coupling = made[s].couplings[point],
                 .burn_in = plan_.burn_in[s],
                 .thinning = plan_.thinning[s],
                 .words = {seed_, "critical", stream},
                 .n_sites = static_cast<std::size_t>(models_[s]->lattice().n_sites())},
                made[s], point, batch, observer_);
    });
    return made;
  }

  const CriticalPlan& plan_;
  const std::string& command_;
  const fs::path& folder_;
  const runs::Pieces& pieces_;
  base::Observer& observer_;
  std::uint64_t seed_;  // of the streams
  std::vector<std::shared_ptr<const models::Model>> models_;
  std::vector<std::shared_ptr<const samplers::GraphSystem>> systems_;
};

}  // namespace

Series sampled(const CriticalPlan& plan, const std::string& command, const fs::path& folder,
               const std::function<bool(const Series&)>& enough, const runs::Pieces& pieces) {
  const fs::path whole = folder / series_file;
  Sampling sampling(plan, command, folder, pieces);
  if (!fs::exists(whole)) {
    try {
      Series all = sampling.round(0);
      if (plan.precision > 0)
        for (std::int64_t round = 1; round < most_rounds && !enough(all); ++round)
          all = joined_rounds({all, sampling.round(round)});
      write(all, plan, command, whole);
      sampling.remove_pieces();
      return all;
    } catch (const SeriesIsWhole&) {
    }
  }
  Series kept = read(whole, plan);
  sampling.remove_pieces();
  return kept;
}

}  // namespace spinflow::studies::critical

namespace spinflow::studies {

std::vector<std::string> critical_pieces(const std::filesystem::path& folder) {
  using namespace critical;
  if (fs::exists(folder / series_file)) return {fs::path(series_file).stem().string()};
  const std::int64_t n = pieces_of_round(plan_in(folder));
  std::vector<std::string> names;
  for (std::int64_t round = 0;
       round == 0 || (round < most_rounds && fs::exists(folder / (piece_name(round, 0) + ".h5"))); ++round)
    for (std::int64_t index = 0; index < n; ++index) names.push_back(piece_name(round, index));
  return names;
}

}  // namespace spinflow::studies
