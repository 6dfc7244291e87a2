// SPDX-License-Identifier: Apache-2.0
#include "spinflow/thermometers/classifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/ensemble/rows.hpp"
#include "spinflow/networks/dense_file.hpp"
#include "thermometers/reading_checks.hpp"

namespace spinflow::thermometers {

namespace {

constexpr base::Work kingma2014{.key = "kingma2014",
                                .kind = "misc",
                                .author = "Kingma, Diederik P. and Ba, Jimmy",
                                .title = "Adam: A Method for Stochastic Optimization",
                                .year = 2014,
                                .arxiv = "1412.6980"};

constexpr std::size_t rows_per_piece = 512;

}  // namespace

ClassifierThermometer::ClassifierThermometer(const networks::Dense& net)
    : lattice_(net.visible), temperatures_(net.temperatures), forward_(net) {
  if (net.purpose != "classifier" || temperatures_.size() < 2 || temperatures_.size() != net.n_outputs())
    throw input_error("thermometer classifier", "the net does not tell temperatures apart",
                      "give a file made by `spinflow train classifier`");
}

Reading ClassifierThermometer::read(const ensemble::Ensemble& ensemble) const {
  check_lattice(*this, ensemble);
  const std::size_t n_classes = temperatures_.size();
  const std::size_t n_pieces = (ensemble.size() + rows_per_piece - 1) / rows_per_piece;
  std::vector<double> row_means(ensemble.size());
  std::vector<std::vector<double>> sums(n_pieces, std::vector<double>(n_classes));
  base::parallel_for_rows(ensemble.size(), rows_per_piece,
                          [&](std::size_t piece, std::size_t first, std::size_t last) {
                            const auto p = forward_.probabilities(ensemble.spins, first, last);
                            for (std::size_t r = 0; r < p.n_rows(); ++r)
                              for (std::size_t c = 0; c < n_classes; ++c) {
                                sums[piece][c] += p.row(r)[c];
                                row_means[first + r] += p.row(r)[c] * temperatures_[c];
                              }
                          });
  Reading reading;
  reading.distribution.resize(n_classes);
  for (const auto& sum : sums)
    for (std::size_t c = 0; c < n_classes; ++c) reading.distribution[c] += sum[c];
  for (double& p : reading.distribution) p /= static_cast<double>(ensemble.size());
  // max_element takes the first of equals: the lower temperature.
  const auto most = std::ranges::max_element(reading.distribution) - reading.distribution.begin();
  reading.mode = temperatures_[static_cast<std::size_t>(most)];
  const stats::Estimate mean = ensemble::Rows(ensemble).mean(row_means);
  reading.value = mean.value;
  reading.error = mean.error;
  return reading;
}

std::pair<double, double> ClassifierThermometer::range() const {
  return {temperatures_.front(), temperatures_.back()};
}

void register_classifier() {
  registry().add({"classifier",
                  "mean and mode of a network trained to tell temperatures apart",
                  {"iso2018", kingma2014},
                  true,
                  [](const std::shared_ptr<const models::Model>& model, const std::filesystem::path& file,
                     base::Observer&) {
                    const networks::Dense net = networks::read_dense(file);
                    if (model != nullptr && !(model->lattice() == net.visible))
                      throw input_error(
                          file.string(),
                          fmt::format("the classifier reads lattices of {} sites, the configurations have {}",
                                      net.visible.text(), model->lattice().text()),
                          "train one on the lattice of the configurations");
                    return std::make_unique<ClassifierThermometer>(net);
                  }});
}

}  // namespace spinflow::thermometers
