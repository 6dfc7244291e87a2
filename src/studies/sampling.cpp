// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/sampling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/lattice/size.hpp"

namespace spinflow::studies {

std::shared_ptr<const models::Model> named_model(const ModelQuestion& question, std::string_view where) {
  const auto& entry = models::registry().find(question.name);
  const int dimension = models::dimension_of(entry, question.options);
  const double sites = lattice::sites_of_text(question.size, dimension);
  base::check_memory(entry.bytes_per_site * sites + question.bytes, where);
  const auto boundary = lattice::boundary_from(question.boundary, fmt::format("{} --boundary", where));
  return entry.make(
      lattice::lattice_from_text(question.size, dimension, boundary, fmt::format("{} -L", where)),
      question.options);
}

void check_distinct(std::span<const double> temperatures, std::string_view where) {
  std::vector<double> sorted(temperatures.begin(), temperatures.end());
  std::ranges::sort(sorted);
  if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end())
    throw input_error(where, fmt::format("the temperature {:.6g} is given twice", *twice + 0.0),
                      "give it once");
}

}  // namespace spinflow::studies
