// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "spinflow/base/error.hpp"
#include "spinflow/transformations/file_formats.hpp"
#include "studies/critical_point/series.hpp"

namespace spinflow::studies {

namespace {

using transformations::FileFacts;

FileFacts series_facts(const io::Hdf5Reader& file) {
  std::vector<FileFacts> series;
  for (const auto& size : file.children("/")) {
    const auto shape = file.shape(size + "/count");
    if (shape.size() != 3)
      throw input_error(file.path().string(),
                        fmt::format("'{}/count' has {} axes where 3 belong", size, shape.size()),
                        "give the series.h5 of a `spinflow critical`");
    series.push_back({{"size", size},
                      {"couplings", file.read<double>(size + "/coupling")},
                      {"chains", static_cast<std::int64_t>(shape[1])},
                      {"records", static_cast<std::int64_t>(shape[2])}});
  }
  return {{"series", std::move(series)}};
}

}  // namespace

void register_series_format() {
  transformations::file_formats().add({.name = std::string(critical::series_format.name),
                                       .help = "the records of the chains of a critical run",
                                       .format = critical::series_format,
                                       .facts = series_facts});
}

}  // namespace spinflow::studies
