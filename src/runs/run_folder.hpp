// SPDX-License-Identifier: Apache-2.0
// The folder of a recipe that runs: what a stage has finished is a file there and is not computed again.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "spinflow/base/error.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/flow/flow.hpp"
#include "spinflow/results/results.hpp"
#include "spinflow/runs/run_context.hpp"

namespace spinflow::runs {

/// Work that runs beside others of its kind says nothing of its own, but hears when the user wants to stop.
class Listening final : public base::Observer {
 public:
  explicit Listening(base::Observer& outer) : outer_(outer) {}
  void advance(std::uint64_t) override { outer_.advance(0); }

 private:
  base::Observer& outer_;
};

/// `n` configurations per temperature by the default sampler.
[[nodiscard]] ensemble::Ensemble sampled(const std::shared_ptr<const models::Model>& model,
                                         const std::vector<double>& temperatures, std::int64_t n,
                                         std::uint64_t seed, base::Observer& observer);

class RunFolder {
 public:
  using Tables = std::map<std::string, results::Table>;

  /// `recipe`: its registry name, which enters the seeds.
  RunFolder(const RunContext& context, std::string recipe) : context_(context), recipe_(std::move(recipe)) {}

  [[nodiscard]] base::Observer& observer() const { return context_.observer; }
  [[nodiscard]] const std::filesystem::path& path() const { return context_.folder; }
  /// The HDF5 file of that name.
  [[nodiscard]] std::filesystem::path file(const std::string& name) const {
    return context_.folder / (name + ".h5");
  }
  [[nodiscard]] std::filesystem::path rbm_file(const std::string& variant, std::size_t replicate) const;
  /// A seed of its own for each purpose.
  [[nodiscard]] std::uint64_t seed(std::string_view purpose, std::uint64_t index = 0) const;

  [[nodiscard]] ensemble::Ensemble sampled(const std::shared_ptr<const models::Model>& model,
                                           const std::vector<double>& temperatures, std::int64_t n,
                                           std::uint64_t seed) const {
    return runs::sampled(model, temperatures, n, seed, context_.observer);
  }

  /// What the file of that name holds; made and written if it is not there.
  [[nodiscard]] ensemble::Ensemble kept(const std::string& name,
                                        const std::function<ensemble::Ensemble()>& make) const;
  [[nodiscard]] std::vector<flow::FlowStart> kept_flows(
      const std::string& name, const models::Model& model,
      const std::function<std::vector<flow::FlowStart>()>& make) const;
  [[nodiscard]] Tables kept_tables(const std::string& name, const std::function<Tables()>& make) const;
  /// What `read` makes of those tables. Error(input) naming the file where it misses one, or a row or cell,
  /// or finds one of another kind: std::out_of_range, std::bad_variant_access.
  template <class Read>
  [[nodiscard]] auto kept_readings(const std::string& name, const std::function<Tables()>& make,
                                   const Read& read) const {
    const Tables tables = kept_tables(name, make);
    try {
      return read(tables);
    } catch (const std::out_of_range&) {
      throw damaged(name);
    } catch (const std::bad_variant_access&) {
      throw damaged(name);
    }
  }

 private:
  [[nodiscard]] std::filesystem::path table_file(const std::string& name) const;
  [[nodiscard]] Error damaged(const std::string& name) const;

  const RunContext& context_;
  std::string recipe_;
};

/// The square periodic lattice of that side.
[[nodiscard]] lattice::Lattice square(std::int64_t side);

/// The first `n` rows, or as many as there are.
[[nodiscard]] ensemble::Ensemble first_rows(const ensemble::Ensemble& ensemble, std::size_t n);

/// The first `n` rows (or as many as there are) at that temperature.
[[nodiscard]] ensemble::Ensemble first_rows_at(const ensemble::Ensemble& ensemble, double temperature,
                                               std::int64_t n);

}  // namespace spinflow::runs
