// SPDX-License-Identifier: Apache-2.0
// What the figures and tables of a weight study share.
#pragma once

#include "spinflow/results/figures.hpp"
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

inline constexpr std::size_t images_per_row = 8;
/// Rows of at most eight images; the first one carries the label.
void add_rows(results::ImageGrid& grid, const std::string& label, std::vector<results::Image> images);
[[nodiscard]] results::Figure eigenvector_figure(const Study& study);
[[nodiscard]] results::Figure receptive_field_figure(const Study& study);

}  // namespace spinflow::studies::weights
