// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "spinflow/io/file_header.hpp"
#include "spinflow/studies/critical_point.hpp"

namespace spinflow::studies::critical {

/// Which number of samplers::GraphMeasurement; the order of Series::values.
enum class Column { m2, m4, mk2, abs_m };
inline constexpr std::size_t n_columns = 4;
inline constexpr const char* column_names[n_columns] = {"m2", "m4", "mk2", "abs_m"};

/// Rounds of doubling length, the first among them, after which a run with `precision` gives up. All of them
/// together fill some hundred megabytes.
inline constexpr std::int64_t most_rounds = 9;

/// The records of one size. All arrays (points, batches, records), row-major: chain after chain.
struct SizeSeries {
  std::int64_t size = 0;
  std::vector<double> couplings;  ///< (points), K
  std::size_t batches = 0;
  std::size_t records = 0;  ///< of each chain
  std::vector<std::int32_t> count;
  std::vector<float> values[n_columns];  ///< float: its rounding is 10^-7 of one record

  SizeSeries() = default;
  SizeSeries(std::int64_t size, std::vector<double> couplings, std::size_t batches, std::size_t records);

  [[nodiscard]] std::size_t offset(std::size_t point, std::size_t batch) const {
    return (point * batches + batch) * records;
  }
  [[nodiscard]] std::span<const std::int32_t> counts(std::size_t point, std::size_t batch) const {
    return std::span(count).subspan(offset(point, batch), records);
  }
  [[nodiscard]] std::span<const float> column(Column which, std::size_t point, std::size_t batch) const {
    return std::span(values[static_cast<std::size_t>(which)]).subspan(offset(point, batch), records);
  }
};

/// The raw time series of a run, or of some batches of one round of it; sizes as in the plan.
using Series = std::vector<SizeSeries>;

/// The batches of all parts side by side (equal records per size).
[[nodiscard]] Series joined_batches(const std::vector<Series>& parts);
/// The chains of all rounds one behind the other (equal batches).
[[nodiscard]] Series joined_rounds(const std::vector<Series>& rounds);

/// Version 1: streams keyed by the seed alone. 2: by what is sampled too; the file is the same.
inline constexpr io::Format series_format{
    .name = "spinflow/series", .made_by = "spinflow critical", .version = 2};

/// HDF5, format spinflow/series: per size a group L<size> with `coupling` (points) and `count`, `m2`, `m4`,
/// `mk2`, `abs_m` (points, batches, records), its `model` (TOML), `thinning`, `burn_in` as attributes.
void write(const Series& series, const CriticalPlan& plan, const std::string& command,
           const std::filesystem::path& path);

/// Error(input) beginning with the path for a file that is none, is damaged, or does not fit the plan.
[[nodiscard]] Series read(const std::filesystem::path& path, const CriticalPlan& plan);

}  // namespace spinflow::studies::critical
