// SPDX-License-Identifier: Apache-2.0
// The folder of a recipe that runs: what a stage has finished is a file there and is not computed again.
#pragma once

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "runs/pieces.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/flow/flow.hpp"
#include "spinflow/results/record.hpp"
#include "spinflow/runs/run_context.hpp"

namespace spinflow::runs {

/// `n` configurations per temperature by the default sampler.
[[nodiscard]] ensemble::Ensemble sampled(const std::shared_ptr<const models::Model>& model,
                                         const std::vector<double>& temperatures, std::int64_t n,
                                         std::uint64_t seed, base::Observer& observer);

/// The lists one after the other.
template <class T>
[[nodiscard]] std::vector<T> joined(std::vector<std::vector<T>> lists) {
  std::vector<T> all;
  for (auto& list : lists) std::ranges::move(list, std::back_inserter(all));
  return all;
}

class RunFolder {
  using Tables = std::map<std::string, results::Table>;

 public:
  /// `recipe`: its registry name, which enters the seeds.
  RunFolder(const RunContext& context, std::string recipe) : context_(context), recipe_(std::move(recipe)) {}

  [[nodiscard]] base::Observer& observer() const { return context_.observer; }
  [[nodiscard]] const std::filesystem::path& path() const { return context_.folder; }
  /// The HDF5 file of that name.
  [[nodiscard]] std::filesystem::path file(const std::string& name) const {
    return context_.folder / (name + ".h5");
  }
  /// What stands in files as the command that wrote them.
  [[nodiscard]] std::string command() const { return "spinflow run " + recipe_; }
  /// A seed of its own for each purpose.
  [[nodiscard]] std::uint64_t seed(std::string_view purpose, std::uint64_t index = 0) const;

  [[nodiscard]] ensemble::Ensemble sampled(const std::shared_ptr<const models::Model>& model,
                                           const std::vector<double>& temperatures, std::int64_t n,
                                           std::uint64_t seed) const {
    return runs::sampled(model, temperatures, n, seed, context_.observer);
  }

  /// work(0) ... work(n - 1) on all threads. Where several processes fill the folder, work that needs a piece
  /// which another one is making comes later (`in_any_order`).
  void on_all_threads(std::size_t n, const std::function<void(std::size_t)>& work) const {
    in_any_order(context_.claims, n, true, work);
  }
  /// The same one after the other: each uses all threads.
  void in_turn(std::size_t n, const std::function<void(std::size_t)>& work) const {
    in_any_order(context_.claims, n, false, work);
  }
  void in_turn(const std::vector<std::function<void()>>& works) const {
    in_turn(works.size(), [&](std::size_t i) { works[i](); });
  }

  [[nodiscard]] Pieces pieces() const { return {context_.claims, context_.observer, context_.log}; }
  /// Whether other processes may fill the folder too.
  [[nodiscard]] bool is_joined() const { return context_.claims != nullptr; }

  /// What the file of that name holds; made and written if it is not there.
  [[nodiscard]] ensemble::Ensemble kept(const std::string& name,
                                        const std::function<ensemble::Ensemble()>& make) const;
  [[nodiscard]] std::vector<flow::Trajectory> kept_flows(
      const std::string& name, const models::Model& model,
      const std::function<std::vector<flow::Trajectory>()>& make) const;
  /// The records in the file of that name; made and written if it is not there. Columns are read by name;
  /// what they do not hold is as in `begin`. Error(input) naming the file if it holds other columns or cells.
  template <class T>
  [[nodiscard]] std::vector<T> kept_records(const std::string& name, const results::Record<T>& record,
                                            const std::function<std::vector<T>()>& make,
                                            const T& begin = {}) const {
    const Tables tables = kept_tables(name, [&] { return Tables{{"records", record.table(make())}}; });
    const std::string where = table_file(name).string();
    return record.read(results::table_of(tables, "records", where), where, begin);
  }
  /// The same, of which there must be `n`.
  template <class T>
  [[nodiscard]] std::vector<T> kept_records(const std::string& name, const results::Record<T>& record,
                                            std::size_t n, const std::function<std::vector<T>()>& make,
                                            const T& begin = {}) const {
    auto records = kept_records(name, record, make, begin);
    expect_size(name, records.size(), n);
    return records;
  }
  /// The same with several lists.
  template <class Struct>
  [[nodiscard]] Struct kept_records(const std::string& name, const results::Records<Struct>& records,
                                    const std::function<Struct()>& make) const {
    return records.read(kept_tables(name, [&] { return records.tables(make()); }), table_file(name).string());
  }
  /// Error(input) naming the file of records if `size` is not `n`.
  void expect_size(const std::string& name, std::size_t size, std::size_t n) const;
  /// The lists that work(job, observer) makes of each job, on all threads, joined in the order of the jobs.
  /// `what` and `unit` are for the progress line; what the work would say itself is not heard.
  template <class Job, class Work>
  [[nodiscard]] auto each(std::string_view what, std::string_view unit, const std::vector<Job>& jobs,
                          const Work& work) const {
    std::vector<std::invoke_result_t<const Work&, const Job&, base::Observer&>> found(jobs.size());
    observer().begin(what, jobs.size(), unit);
    on_all_threads(jobs.size(), [&](std::size_t j) {
      base::Listening listening(observer());
      found[j] = work(jobs[j], listening);
      observer().advance(1);
    });
    return joined(std::move(found));
  }

 private:
  [[nodiscard]] Tables kept_tables(const std::string& name, const std::function<Tables()>& make) const;
  [[nodiscard]] std::filesystem::path table_file(const std::string& name) const;

  const RunContext& context_;
  std::string recipe_;
};

/// A flow of the first `n` rows (or as many as there are) of each temperature, on all threads. `name`: of the
/// flow from a temperature; `options`: of the i-th.
[[nodiscard]] std::vector<flow::Trajectory> flows_from_each(
    const flow::Maps& maps, const ensemble::Ensemble& data, const std::vector<double>& temperatures,
    std::int64_t n, const flow::Gauges& gauges, const std::function<std::string(double)>& name,
    const std::function<flow::FlowOptions(std::size_t)>& options, base::Observer& observer);

/// The square periodic lattice of that side.
[[nodiscard]] lattice::Lattice square(std::int64_t side);

/// The first `n` rows, or as many as there are.
[[nodiscard]] ensemble::Ensemble first_rows(const ensemble::Ensemble& ensemble, std::size_t n);

/// The first `n` rows (or as many as there are) at every temperature, in ascending order of those.
[[nodiscard]] ensemble::Ensemble first_rows_of_each(const ensemble::Ensemble& ensemble, std::size_t n);

/// The first `n` rows (or as many as there are) at that temperature.
[[nodiscard]] ensemble::Ensemble first_rows_at(const ensemble::Ensemble& ensemble, double temperature,
                                               std::int64_t n);

}  // namespace spinflow::runs
