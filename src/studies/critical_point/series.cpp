// SPDX-License-Identifier: Apache-2.0
#include "studies/critical_point/series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/hdf5.hpp"

namespace spinflow::studies::critical {

SizeSeries::SizeSeries(std::int64_t side, std::vector<double> at, std::size_t n_batches,
                       std::size_t n_records)
    : size(side), couplings(std::move(at)), batches(n_batches), records(n_records) {
  const std::size_t all = couplings.size() * batches * records;
  count.resize(all);
  for (auto& column : values) column.resize(all);
}

namespace {

// Copies the records of one chain to a place in another's.
void copy_chain(const SizeSeries& from, std::size_t point, std::size_t batch, SizeSeries& to,
                std::size_t to_batch, std::size_t to_record) {
  const std::size_t source = from.offset(point, batch);
  const std::size_t target = to.offset(point, to_batch) + to_record;
  std::copy_n(from.count.begin() + static_cast<std::ptrdiff_t>(source), from.records,
              to.count.begin() + static_cast<std::ptrdiff_t>(target));
  for (std::size_t c = 0; c < n_columns; ++c)
    std::copy_n(from.values[c].begin() + static_cast<std::ptrdiff_t>(source), from.records,
                to.values[c].begin() + static_cast<std::ptrdiff_t>(target));
}

std::string group_of(std::int64_t size) { return fmt::format("L{}", size); }

}  // namespace

Series joined_batches(const std::vector<Series>& parts) {
  Series whole;
  for (std::size_t s = 0; s < parts.front().size(); ++s) {
    const SizeSeries& first = parts.front()[s];
    std::size_t batches = 0;
    for (const auto& part : parts) batches += part[s].batches;
    SizeSeries& joined = whole.emplace_back(first.size, first.couplings, batches, first.records);
    std::size_t at = 0;
    for (const auto& part : parts)
      for (std::size_t b = 0; b < part[s].batches; ++b, ++at)
        for (std::size_t p = 0; p < first.couplings.size(); ++p) copy_chain(part[s], p, b, joined, at, 0);
  }
  return whole;
}

Series joined_rounds(const std::vector<Series>& rounds) {
  Series whole;
  for (std::size_t s = 0; s < rounds.front().size(); ++s) {
    const SizeSeries& first = rounds.front()[s];
    std::size_t records = 0;
    for (const auto& round : rounds) records += round[s].records;
    SizeSeries& joined = whole.emplace_back(first.size, first.couplings, first.batches, records);
    for (std::size_t p = 0; p < first.couplings.size(); ++p)
      for (std::size_t b = 0; b < first.batches; ++b) {
        std::size_t at = 0;
        for (const auto& round : rounds) {
          copy_chain(round[s], p, b, joined, b, at);
          at += round[s].records;
        }
      }
  }
  return whole;
}

void write(const Series& series, const CriticalPlan& plan, const std::string& command,
           const std::filesystem::path& path) {
  io::Hdf5Writer file(path);
  const auto largest = plan.model_at(plan.sizes.back());
  io::write_header(file, {.format = std::string(series_format.name),
                          .version = series_format.version,
                          .seed = plan.seed,
                          .command = command,
                          .model = models::to_toml(*largest)});
  for (std::size_t s = 0; s < series.size(); ++s) {
    const SizeSeries& size = series[s];
    const std::string group = group_of(size.size);
    const std::vector<std::size_t> shape = {size.couplings.size(), size.batches, size.records};
    file.group(group);
    file.attribute(group, "model", models::to_toml(*plan.model_at(size.size)));
    file.attribute(group, "burn_in", plan.burn_in[s]);
    file.attribute(group, "thinning", plan.thinning[s]);
    file.dataset(group + "/coupling", size.couplings);
    file.dataset(group + "/count", std::span<const std::int32_t>(size.count), shape);
    for (std::size_t c = 0; c < n_columns; ++c)
      file.dataset(group + "/" + column_names[c], std::span<const float>(size.values[c]), shape);
  }
  file.commit();
}

namespace {

/// Records per chain of all rounds together.
std::size_t most_records(const CriticalPlan& plan, std::size_t s) {
  return static_cast<std::size_t>(plan.records[s]) << (plan.precision > 0 ? most_rounds - 1 : 0);
}

}  // namespace

Series read(const std::filesystem::path& path, const CriticalPlan& plan) {
  const io::Hdf5Reader file(path);
  (void)io::expect_header(file, series_format);
  const auto misfit = [&](const std::string& what) {
    return input_error(path.string(), what, "use the files of one run");
  };
  Series series;
  for (std::size_t s = 0; s < plan.sizes.size(); ++s) {
    const std::string group = group_of(plan.sizes[s]);
    if (!file.contains(group)) throw misfit(fmt::format("it has no records of size {}", plan.sizes[s]));
    if (file.text_attribute(group, "model") != models::to_toml(*plan.model_at(plan.sizes[s])))
      throw misfit(fmt::format("its size {} is of another model than the recipe's", plan.sizes[s]));
    SizeSeries size;
    size.size = plan.sizes[s];
    const std::vector<double> planned(
        plan.couplings.begin() + static_cast<std::ptrdiff_t>(s * plan.points),
        plan.couplings.begin() + static_cast<std::ptrdiff_t>((s + 1) * plan.points));
    size.couplings = file.read<double>(group + "/coupling", {planned.size()});
    const auto shape = file.shape(group + "/count");
    if (size.couplings != planned || shape.size() != 3 || shape[0] != planned.size() ||
        shape[1] > static_cast<std::size_t>(plan.batches) || shape[2] > most_records(plan, s))
      throw misfit(fmt::format("its records of size {} are not those of the recipe", plan.sizes[s]));
    size.batches = shape[1];
    size.records = shape[2];
    size.count = file.read<std::int32_t>(group + "/count", shape);
    for (std::size_t c = 0; c < n_columns; ++c) {
      size.values[c] = file.read<float>(group + "/" + column_names[c], shape);
      if (std::ranges::any_of(size.values[c],
                              [](float v) { return !std::isfinite(v) || v < 0 || v > 1.001f; }))
        throw misfit(
            fmt::format("{}/{} holds a number that is no moment of a magnetization", group, column_names[c]));
    }
    if (std::ranges::any_of(size.count, [](std::int32_t n) { return n < 0; }))
      throw misfit(fmt::format("{}/count holds a negative number", group));
    series.push_back(std::move(size));
  }
  return series;
}

}  // namespace spinflow::studies::critical
