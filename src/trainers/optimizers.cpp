// SPDX-License-Identifier: Apache-2.0
#include "trainers/optimizers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "kernels/dense/parameter_updates.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::trainers {

namespace {

/// Zeros for all parameters.
std::vector<Layer> like(const std::vector<Layer>& layers) {
  std::vector<Layer> zeros;
  for (const auto& layer : layers) zeros.emplace_back(layer.weights.n_rows(), layer.weights.n_columns());
  return zeros;
}

void save_layers(io::Hdf5Writer& file, const std::string& name, const std::vector<Layer>& layers) {
  for (std::size_t l = 0; l < layers.size(); ++l) {
    file.dataset(fmt::format("{}/layer_{}/weights", name, l), layers[l].weights.unpadded());
    file.dataset(fmt::format("{}/layer_{}/bias", name, l), layers[l].bias.unpadded());
  }
}

/// Numbers >= `least`, into layers of the same shape.
void load_layers(const io::Hdf5Reader& file, const std::string& name, float least,
                 std::vector<Layer>& layers) {
  const auto load = [&](const std::string& array, kernels::FloatMatrix& to) {
    const auto values = file.read<float>(array, {to.n_rows() * to.n_columns()});
    if (!std::ranges::all_of(values, [&](float v) { return std::isfinite(v) && v >= least; }))
      throw input_error(file.path().string(), fmt::format("'{}' holds numbers that no training makes", array),
                        "start the training anew");
    to = kernels::FloatMatrix(to.n_rows(), to.n_columns(), values);
  };
  for (std::size_t l = 0; l < layers.size(); ++l) {
    load(fmt::format("{}/layer_{}/weights", name, l), layers[l].weights);
    load(fmt::format("{}/layer_{}/bias", name, l), layers[l].bias);
  }
}

constexpr float any_number = std::numeric_limits<float>::lowest();

class Adam final : public Optimizer {
 public:
  explicit Adam(const std::vector<Layer>& layers) : first_(like(layers)), second_(like(layers)) {}

  bool step(std::vector<Layer>& layers, const std::vector<Layer>& gradient, float scale,
            double rate_now) override {
    // m/(1 - b1^t) / (sqrt(v/(1 - b2^t)) + eps): both corrections in the rate and in eps.
    b1_power_ *= 0.9;
    b2_power_ *= 0.999;
    const double root = std::sqrt(1 - b2_power_);
    const auto rate = static_cast<float>(rate_now * root / (1 - b1_power_));
    const auto epsilon = static_cast<float>(1e-8 * root);
    bool finite = true;
    for (std::size_t l = 0; l < layers.size(); ++l) {
      finite = kernels::adam_update(layers[l].weights, first_[l].weights, second_[l].weights,
                                    gradient[l].weights, scale, rate, epsilon) &&
               finite;
      finite = kernels::adam_update(layers[l].bias, first_[l].bias, second_[l].bias, gradient[l].bias, scale,
                                    rate, epsilon) &&
               finite;
    }
    return finite;
  }

  void save(io::Hdf5Writer& file, const std::string& name) const override {
    save_layers(file, name + "_first", first_);
    save_layers(file, name + "_second", second_);
    file.attribute("/", name + "_b1_power", b1_power_);
    file.attribute("/", name + "_b2_power", b2_power_);
  }

  void load(const io::Hdf5Reader& file, const std::string& name) override {
    load_layers(file, name + "_first", any_number, first_);
    load_layers(file, name + "_second", 0, second_);
    b1_power_ = file.real_attribute("/", name + "_b1_power");
    b2_power_ = file.real_attribute("/", name + "_b2_power");
    for (const double power : {b1_power_, b2_power_})
      if (!(power >= 0 && power <= 1))
        throw input_error(file.path().string(), fmt::format("{} is no power of a decay rate", power),
                          "start the training anew");
  }

 private:
  std::vector<Layer> first_;  // moments
  std::vector<Layer> second_;
  double b1_power_ = 1;
  double b2_power_ = 1;
};

class Sgd final : public Optimizer {
 public:
  Sgd(const std::vector<Layer>& layers, double momentum)
      : velocity_(like(layers)), momentum_(static_cast<float>(momentum)) {}

  bool step(std::vector<Layer>& layers, const std::vector<Layer>& gradient, float scale,
            double rate_now) override {
    const auto rate = static_cast<float>(rate_now);
    bool finite = true;
    for (std::size_t l = 0; l < layers.size(); ++l) {
      // The kernel climbs.
      finite = kernels::momentum_update(layers[l].weights, velocity_[l].weights, gradient[l].weights, -scale,
                                        rate, 0, momentum_, 0) &&
               finite;
      finite = kernels::momentum_update(layers[l].bias, velocity_[l].bias, gradient[l].bias, -scale, rate, 0,
                                        momentum_, 0) &&
               finite;
    }
    return finite;
  }

  void save(io::Hdf5Writer& file, const std::string& name) const override {
    save_layers(file, name + "_velocity", velocity_);
  }

  void load(const io::Hdf5Reader& file, const std::string& name) override {
    load_layers(file, name + "_velocity", any_number, velocity_);
  }

 private:
  std::vector<Layer> velocity_;
  float momentum_;
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(std::string_view word, double momentum,
                                          const std::vector<Layer>& layers) {
  if (word == "adam") return std::make_unique<Adam>(layers);
  assert(word == "sgd");
  return std::make_unique<Sgd>(layers, momentum);
}

}  // namespace spinflow::trainers
