// SPDX-License-Identifier: Apache-2.0
#include "spinflow/inference/pseudo_likelihood.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "spinflow/base/error.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/thermometers/thermometer.hpp"
#include "thermometers/reading_checks.hpp"

namespace spinflow::thermometers {

namespace {

constexpr base::Work besag1975{
    .key = "besag1975",
    .kind = "article",
    .author = "Besag, Julian",
    .title = "Statistical analysis of non-lattice data",
    .journal = "Journal of the Royal Statistical Society: Series D (The Statistician)",
    .volume = "24",
    .pages = "179--195",
    .year = 1975,
    .doi = "10.2307/2987782"};

class PseudoLikelihoodThermometer final : public Thermometer {
 public:
  explicit PseudoLikelihoodThermometer(std::shared_ptr<const models::Model> model)
      : model_(std::move(model)) {
    const auto coupling = model_->nearest_neighbour_coupling();
    if (!coupling || *coupling == 0 || model_->field() != 0)
      throw input_error("thermometer pseudo-likelihood",
                        fmt::format("model {} is not a nearest-neighbour one without field", model_->name()),
                        "use another thermometer");
    coupling_ = *coupling;
  }

  [[nodiscard]] std::string_view name() const override { return "pseudo-likelihood"; }
  [[nodiscard]] const lattice::Lattice& lattice() const override { return model_->lattice(); }
  [[nodiscard]] std::pair<double, double> range() const override {
    return {0, std::numeric_limits<double>::infinity()};
  }

  [[nodiscard]] Reading read(const ensemble::Ensemble& ensemble) const override {
    check_lattice(*this, ensemble);
    const auto k = inference::pseudo_likelihood_coupling(ensemble);
    const stats::Estimate inverse{.value = k.value / coupling_, .error = k.error / std::abs(coupling_)};
    if (std::isinf(inverse.value) && inverse.value > 0)
      return {.value = 0, .error = limit_of_ground_states(ensemble.size()), .censored = true};
    return reading_of_inverse(inverse);
  }

 private:
  /// Upper limit of T, confidence 63 %, if no spin of n configurations is opposite to all its neighbours: the
  /// T at which one such spin is expected, N n / (1 + exp(2 z K)) = 1, z the number of neighbours of the site
  /// with fewest.
  [[nodiscard]] double limit_of_ground_states(std::size_t n) const {
    const double sites = static_cast<double>(n) * lattice().n_sites();
    const double z = static_cast<double>(lattice().neighbours(0).size());
    return sites > 2 ? 2 * z * std::abs(coupling_) / std::log(sites - 1)
                     : std::numeric_limits<double>::infinity();
  }

  std::shared_ptr<const models::Model> model_;
  double coupling_ = 1;
};

}  // namespace

void register_pseudo_likelihood() {
  registry().add({"pseudo-likelihood",
                  "temperature of the nearest-neighbour coupling that maximizes the pseudo-likelihood",
                  {besag1975},
                  false,
                  [](const std::shared_ptr<const models::Model>& model, const std::filesystem::path&,
                     base::Observer&) { return std::make_unique<PseudoLikelihoodThermometer>(model); }});
}

}  // namespace spinflow::thermometers
