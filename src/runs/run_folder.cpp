// SPDX-License-Identifier: Apache-2.0
#include "runs/run_folder.hpp"

#include <fmt/format.h>

#include <numeric>

#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/flow/flow_file.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/samplers/sampler.hpp"

namespace spinflow::runs {

namespace fs = std::filesystem;

std::uint64_t RunFolder::seed(std::string_view purpose, std::uint64_t index) const {
  return base::derived_seed(context_.seed, fmt::format("{}.{}", recipe_, purpose), index);
}

ensemble::Ensemble sampled(const std::shared_ptr<const models::Model>& model,
                           const std::vector<double>& temperatures, std::int64_t n, std::uint64_t seed,
                           base::Observer& observer) {
  return samplers::sample({.model = model,
                           .temperatures = temperatures,
                           .samples_per_temperature = static_cast<std::size_t>(n),
                           .seed = seed},
                          "auto", observer);
}

ensemble::Ensemble RunFolder::kept(const std::string& name,
                                   const std::function<ensemble::Ensemble()>& make) const {
  return pieces().kept(
      name, file(name), [&] { return ensemble::read(file(name)); },
      [&] {
        ensemble::Ensemble made = make();
        ensemble::write(made, file(name));
        return made;
      });
}

std::vector<flow::Trajectory> RunFolder::kept_flows(
    const std::string& name, const models::Model& model,
    const std::function<std::vector<flow::Trajectory>()>& make) const {
  return pieces().kept(
      name, file(name), [&] { return flow::read(file(name)).starts; },
      [&] {
        flow::FlowRecord record{
            .starts = make(), .model = models::to_toml(model), .seed = context_.seed, .command = command()};
        flow::write(record, file(name));
        return record.starts;
      });
}

fs::path RunFolder::table_file(const std::string& name) const { return context_.folder / (name + ".json"); }

void RunFolder::expect_size(const std::string& name, std::size_t size, std::size_t n) const {
  if (size == n) return;
  throw input_error(table_file(name).string(), fmt::format("it holds {} records, not {}", size, n),
                    "remove it; `--resume` makes it anew");
}

RunFolder::Tables RunFolder::kept_tables(const std::string& name, const std::function<Tables()>& make) const {
  const fs::path path = table_file(name);
  return pieces().kept(
      name, path, [&] { return results::results_from_json(io::read_text(path), path.string()).tables; },
      [&] {
        results::Results made{.recipe = recipe_, .scale = context_.scale, .seed = context_.seed};
        made.tables = make();
        // Read back even when just made, so that a resumed run has the very same numbers.
        const std::string text = results::to_json(made);
        io::write_text(path, text);
        return results::results_from_json(text, path.string()).tables;
      });
}

std::vector<flow::Trajectory> flows_from_each(const flow::Maps& maps, const ensemble::Ensemble& data,
                                              const std::vector<double>& temperatures, std::int64_t n,
                                              const flow::Gauges& gauges,
                                              const std::function<std::string(double)>& name,
                                              const std::function<flow::FlowOptions(std::size_t)>& options,
                                              base::Observer& observer) {
  std::vector<flow::Trajectory> flows(temperatures.size());
  base::parallel_for(flows.size(), [&](std::size_t i) {
    const double t = temperatures[i];
    flows[i] = flow::iterate(maps, first_rows_at(data, t, n), name(t), t, gauges, options(i), observer);
  });
  return flows;
}

lattice::Lattice square(std::int64_t side) {
  return lattice::Lattice::square(static_cast<int>(side), static_cast<int>(side));
}

ensemble::Ensemble first_rows(const ensemble::Ensemble& ensemble, std::size_t n) {
  std::vector<std::size_t> rows(std::min(n, ensemble.size()));
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return ensemble::select(ensemble, rows);
}

ensemble::Ensemble first_rows_of_each(const ensemble::Ensemble& ensemble, std::size_t n) {
  std::vector<std::size_t> rows;
  for (const auto& group : ensemble::by_temperature(ensemble)) {
    const auto end = group.rows.begin() + static_cast<std::ptrdiff_t>(std::min(n, group.rows.size()));
    rows.insert(rows.end(), group.rows.begin(), end);
  }
  return ensemble::select(ensemble, rows);
}

ensemble::Ensemble first_rows_at(const ensemble::Ensemble& ensemble, double temperature, std::int64_t n) {
  for (const auto& group : ensemble::by_temperature(ensemble))
    if (group.temperature == temperature)
      return ensemble::select(
          ensemble, std::span(group.rows).first(std::min(group.rows.size(), static_cast<std::size_t>(n))));
  return ensemble::select(ensemble, {});
}

}  // namespace spinflow::runs
