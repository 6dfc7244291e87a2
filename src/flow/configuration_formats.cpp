// SPDX-License-Identifier: Apache-2.0
// Files of configurations and of flows: what `inspect` tells of them. They are no maps.
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/flow/flow_file.hpp"
#include "spinflow/transformations/file_formats.hpp"

namespace spinflow::flow {

namespace {

using transformations::FileFacts;

FileFacts ensemble_facts(const io::Hdf5Reader& file) {
  const auto e = ensemble::content(file);
  return {{"lattice", e.lattice.text()},
          {"boundary", std::string(lattice::to_string(e.lattice.boundary()))},
          {"configurations", static_cast<std::int64_t>(e.n)},
          {"temperatures", e.temperatures},
          {"independent_pieces",
           std::string(e.independent_pieces == ensemble::IndependentPieces::chain ? "chain" : "sample")}};
}

FileFacts flow_facts(const io::Hdf5Reader& file) {
  std::vector<FileFacts> starts;
  for (const auto& start : read(file).starts)
    starts.push_back({{"name", start.name},
                      {"temperature", start.temperature},
                      {"steps", static_cast<std::int64_t>(start.steps.size()) - 1},
                      {"kept", static_cast<std::int64_t>(start.kept.size())}});
  return {{"starts", std::move(starts)}};
}

}  // namespace

void register_configuration_formats() {
  transformations::file_formats().add({.name = std::string(ensemble::ensemble_format.name),
                                       .help = "configurations, with temperatures and origin",
                                       .format = ensemble::ensemble_format,
                                       .facts = ensemble_facts});
  transformations::file_formats().add({.name = std::string(flow_format.name),
                                       .help = "what was read at every step of a flow",
                                       .format = flow_format,
                                       .facts = flow_facts});
}

}  // namespace spinflow::flow
