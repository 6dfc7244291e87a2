// SPDX-License-Identifier: Apache-2.0
// What the figures and tables of a weight study share.
#pragma once

#include "spinflow/studies/weights.hpp"

namespace spinflow::studies::weights {

struct Subject {
  const StudiedNetwork& network;
  analysis::WeightAnalysis weights;

  /// "V" or "V, 30 epochs".
  [[nodiscard]] std::string label() const {
    return network.group.empty() ? network.name : network.group + ", " + network.name;
  }
};

struct Study {
  std::vector<Subject> subjects;
  std::span<const ReferenceCorrelation> references;
  std::string prefix;

  [[nodiscard]] bool grouped() const { return !subjects.front().network.group.empty(); }
  /// Where a figure has room for few: the last of each group, or all.
  [[nodiscard]] std::vector<const Subject*> representatives() const;
};

/// The figures, in reading order.
[[nodiscard]] std::vector<results::Figure> figures(const Study& study);

void add_tables(const Study& study, results::Results& out);

}  // namespace spinflow::studies::weights
