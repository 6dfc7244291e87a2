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

std::shared_ptr<const models::Model> model_on(const lattice::Lattice& lattice, const std::string& name,
                                              base::Values options, std::string_view where) {
  const auto& entry = models::registry().find(name);
  // A model of one or two dimensions takes that of the lattice.
  for (const auto& spec : entry.options)
    if (spec.name == "dimension" && !options.contains("dimension"))
      options["dimension"] = std::int64_t{lattice.dimension()};
  if (const int dimension = models::dimension_of(entry, options); dimension != lattice.dimension())
    throw input_error(where,
                      fmt::format("{} has {} dimensions, the lattice {} has {}", entry.name, dimension,
                                  lattice.text(), lattice.dimension()),
                      "name a model of that dimension, or another lattice with L");
  base::check_memory(entry.bytes_per_site * static_cast<double>(lattice.n_sites()), where);
  return entry.make(lattice, options);
}

void check_distinct(std::span<const double> temperatures, std::string_view where) {
  std::vector<double> sorted(temperatures.begin(), temperatures.end());
  std::ranges::sort(sorted);
  if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end())
    throw input_error(where, fmt::format("the temperature {:.6g} is given twice", *twice + 0.0),
                      "give it once");
}

}  // namespace spinflow::studies
