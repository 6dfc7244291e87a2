// SPDX-License-Identifier: Apache-2.0
#include "spinflow/trainers/supervised.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cmath>
#include <limits>

#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/kernels/activations.hpp"
#include "spinflow/kernels/elementary.hpp"
#include "spinflow/kernels/matrix_product.hpp"
#include "spinflow/kernels/parameter_updates.hpp"
#include "spinflow/kernels/signed_row_sums.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::trainers {

base::Options<ClassifierOptions> classifier_options() {
  base::Options<ClassifierOptions> options;
  options
      .add("hidden", &ClassifierOptions::hidden, "units of the hidden layer", {.least = 1, .most = 1 << 20})
      .add("activation", &ClassifierOptions::activation, "of the hidden layer", {}, {"tanh", "relu"})
      .add("learning_rate", &ClassifierOptions::learning_rate, "rate of Adam", {.least = 0})
      .add("batch_size", &ClassifierOptions::batch_size, "configurations per update",
           {.least = 1, .most = 1 << 24})
      .add("epochs", &ClassifierOptions::epochs, "passes over the data, at most", {.least = 1, .most = 1e9})
      .add("patience", &ClassifierOptions::patience, "epochs without a better held-out loss before it stops",
           {.least = 1, .most = 1e9})
      .add("held_out", &ClassifierOptions::held_out,
           "fraction of the configurations of every temperature that decides when to stop",
           {.least = 0.001, .most = 0.9});
  return options;
}

namespace {

// One layer in the layout of the kernels, with whatever belongs to its parameters.
struct Layer {
  kernels::FloatMatrix weights;  // (n_in, n_out)
  kernels::FloatMatrix bias;     // (1, n_out)

  Layer(std::size_t n_in, std::size_t n_out) : weights(n_in, n_out), bias(1, n_out) {}
};

Layer to_kernel_layout(const networks::DenseLayer& layer) {
  Layer result(layer.n_in, layer.n_out);
  kernels::transpose_into(kernels::FloatMatrix(layer.n_out, layer.n_in, layer.weights), result.weights);
  result.bias = kernels::FloatMatrix(1, layer.n_out, layer.bias);
  return result;
}

networks::DenseLayer from_kernel_layout(const Layer& layer) {
  return {.n_in = layer.weights.n_rows(),
          .n_out = layer.weights.n_columns(),
          .weights = kernels::transposed(layer.weights).unpadded(),
          .bias = layer.bias.unpadded()};
}

// Backpropagation of one batch; the work space is kept from batch to batch.
class Backpropagation {
 public:
  Backpropagation(const std::vector<Layer>& layers, networks::Activation activation, std::size_t batch_size)
      : activation_(activation), ones_(1, batch_size) {
    ones_.flip(0);
    for (const auto& layer : layers) {
      const std::size_t n_out = layer.weights.n_columns();
      gradient_.emplace_back(layer.weights.n_rows(), n_out);
      outputs_.emplace_back(batch_size, n_out);
      outputs_transposed_.emplace_back(n_out, batch_size);
      deltas_.emplace_back(batch_size, n_out);
      weights_transposed_.emplace_back(n_out, layer.weights.n_rows());
    }
  }

  // `v`: (batch_size, n_visible). Sums over the batch: loss, right answers and gradient.
  void run(const std::vector<Layer>& layers, const kernels::PackedSpins& v,
           std::span<const std::uint32_t> classes) {
    const std::size_t n = v.n_rows();
    const std::size_t top = layers.size() - 1;
    kernels::signed_row_sums(v, 0, n, layers[0].weights, layers[0].bias.row(0), outputs_[0]);
    for (std::size_t l = 1; l <= top; ++l) {
      activate(outputs_[l - 1]);
      kernels::matrix_product(outputs_[l - 1], layers[l].weights, layers[l].bias.row(0), outputs_[l]);
    }
    // d(loss)/d(output) of the softmax: probability minus 1 for the right class.
    kernels::softmax_rows(outputs_[top], 0, n, deltas_[top]);
    loss_ = 0;
    right_ = 0;
    for (std::size_t s = 0; s < n; ++s) {
      const auto p = deltas_[top].row(s);
      const std::uint32_t c = classes[s];
      right_ += static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin()) == c ? 1 : 0;
      loss_ -= kernels::log_fixed(std::max(double{p[c]}, 1e-35));
      p[c] -= 1.0f;
    }
    for (std::size_t l = top; l > 0; --l) {
      kernels::transpose_into(outputs_[l - 1], outputs_transposed_[l - 1]);
      kernels::matrix_product(outputs_transposed_[l - 1], deltas_[l], {}, gradient_[l].weights);
      kernels::transpose_into(layers[l].weights, weights_transposed_[l]);
      kernels::matrix_product(deltas_[l], weights_transposed_[l], {}, deltas_[l - 1]);
      times_slope(outputs_[l - 1], deltas_[l - 1]);
    }
    kernels::signed_row_sums(kernels::transposed(v), 0, v.n_columns(), deltas_[0], {}, gradient_[0].weights);
    for (std::size_t l = 0; l <= top; ++l)
      kernels::signed_row_sums(ones_, 0, 1, deltas_[l], {}, gradient_[l].bias);
  }

  [[nodiscard]] double loss() const { return loss_; }
  [[nodiscard]] std::int64_t right() const { return right_; }
  [[nodiscard]] const std::vector<Layer>& gradient() const { return gradient_; }

 private:
  void activate(kernels::FloatMatrix& x) const {
    if (activation_ == networks::Activation::tanh)
      kernels::tanh_rows(x, 0, x.n_rows(), 1.0f, x);
    else
      kernels::relu_rows(x, 0, x.n_rows(), x);
  }

  // delta *= slope of the activation, given its value y: 1 - y^2 or (y > 0).
  void times_slope(const kernels::FloatMatrix& y, kernels::FloatMatrix& delta) const {
    const float* value = y.data();
    float* d = delta.data();
    const std::size_t n = y.n_rows() * y.stride();
    if (activation_ == networks::Activation::tanh)
      for (std::size_t i = 0; i < n; ++i) d[i] *= 1.0f - value[i] * value[i];
    else
      for (std::size_t i = 0; i < n; ++i) d[i] = value[i] > 0 ? d[i] : 0.0f;
  }

  networks::Activation activation_;
  kernels::PackedSpins ones_;
  std::vector<Layer> gradient_;
  std::vector<kernels::FloatMatrix> outputs_;  // (batch, n_out), after the activation where there is one
  std::vector<kernels::FloatMatrix> outputs_transposed_;  // (n_out, batch)
  std::vector<kernels::FloatMatrix> deltas_;              // (batch, n_out)
  std::vector<kernels::FloatMatrix> weights_transposed_;  // (n_out, n_in)
  double loss_ = 0;
  std::int64_t right_ = 0;
};

// Adam's moments and the step count.
class Adam {
 public:
  Adam(const std::vector<Layer>& layers, double rate) : rate_(rate) {
    for (const auto& layer : layers) {
      first_.emplace_back(layer.weights.n_rows(), layer.weights.n_columns());
      second_.emplace_back(layer.weights.n_rows(), layer.weights.n_columns());
    }
  }

  // False if a parameter is infinite or NaN afterwards.
  bool step(std::vector<Layer>& layers, const std::vector<Layer>& gradient, float scale) {
    // m/(1 - b1^t) / (sqrt(v/(1 - b2^t)) + eps): both corrections in the rate and in eps.
    b1_power_ *= 0.9;
    b2_power_ *= 0.999;
    const double root = std::sqrt(1 - b2_power_);
    const auto rate = static_cast<float>(rate_ * root / (1 - b1_power_));
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

 private:
  double rate_;
  std::vector<Layer> first_;
  std::vector<Layer> second_;
  double b1_power_ = 1;
  double b2_power_ = 1;
};

struct Score {
  double loss = 0;
  double accuracy = 0;
};

// Mean over the rows.
Score score(const networks::Dense& net, const kernels::PackedSpins& spins,
            std::span<const std::uint32_t> classes) {
  const networks::DenseForward forward(net);
  constexpr std::size_t rows_per_piece = 512;
  std::vector<Score> sums((spins.n_rows() + rows_per_piece - 1) / rows_per_piece);
  base::parallel_for_rows(
      spins.n_rows(), rows_per_piece, [&](std::size_t piece, std::size_t first, std::size_t last) {
        const auto p = forward.probabilities(spins, first, last);
        for (std::size_t r = 0; r < p.n_rows(); ++r) {
          const auto row = p.row(r);
          const std::uint32_t c = classes[first + r];
          sums[piece].loss -= kernels::log_fixed(std::max(double{row[c]}, 1e-35));
          sums[piece].accuracy +=
              static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin()) == c;
        }
      });
  Score total;
  for (const auto& sum : sums) {
    total.loss += sum.loss;
    total.accuracy += sum.accuracy;
  }
  const auto n = static_cast<double>(spins.n_rows());
  return {total.loss / n, total.accuracy / n};
}

constexpr float largest_sensible_parameter = 1e6f;

void store(const std::vector<Layer>& layers, networks::Dense& net) {
  for (std::size_t l = 0; l < layers.size(); ++l) net.layers[l] = from_kernel_layout(layers[l]);
}

float largest_parameter(const networks::Dense& net) {
  float largest = 0;
  for (const auto& layer : net.layers)
    for (const auto* values : {&layer.weights, &layer.bias})
      for (const float x : *values) largest = std::max(largest, std::abs(x));
  return largest;
}

std::vector<Layer> kernel_layers(const networks::Dense& net) {
  std::vector<Layer> layers;
  for (const auto& layer : net.layers) layers.push_back(to_kernel_layout(layer));
  return layers;
}

}  // namespace

DenseGradient dense_gradient(const networks::Dense& net, const kernels::PackedSpins& v,
                             std::span<const std::uint32_t> classes) {
  assert(v.n_rows() >= 1 && classes.size() == v.n_rows());
  const auto layers = kernel_layers(net);
  Backpropagation batch(layers, net.activation, v.n_rows());
  batch.run(layers, v, classes);
  const auto n = static_cast<double>(v.n_rows());
  DenseGradient result{
      .loss = batch.loss() / n, .accuracy = static_cast<double>(batch.right()) / n, .layers = {}};
  for (const auto& layer : batch.gradient()) {
    result.layers.push_back(from_kernel_layout(layer));
    for (auto& g : result.layers.back().weights) g /= static_cast<float>(n);
    for (auto& g : result.layers.back().bias) g /= static_cast<float>(n);
  }
  return result;
}

ClassifierTraining train_classifier(const ensemble::Ensemble& data, const ClassifierOptions& wanted,
                                    std::uint64_t seed, base::Observer& observer) {
  const ClassifierOptions options =
      classifier_options().parse(classifier_options().values(wanted), "train classifier");
  const auto groups = ensemble::by_temperature(data);
  if (!groups.empty() && std::isnan(groups.back().temperature))
    throw input_error("train classifier", "some configurations have no temperature",
                      "use an ensemble made by `spinflow sample`");
  if (groups.size() < 2)
    throw input_error("train classifier", fmt::format("the ensemble has {} temperature(s)", groups.size()),
                      "a classifier needs at least two");

  // Every temperature gives the same fraction of its rows, at least one, to the held-out set.
  std::vector<std::uint32_t> classes(data.size());
  std::vector<std::uint32_t> training;
  std::vector<std::size_t> held_out;
  std::vector<std::uint32_t> held_out_classes;
  for (std::size_t c = 0; c < groups.size(); ++c) {
    std::vector<std::uint32_t> rows(groups[c].rows.begin(), groups[c].rows.end());
    if (rows.size() < 2)
      throw input_error("train classifier",
                        fmt::format("T = {:g} has a single configuration", groups[c].temperature),
                        "sample at least two per temperature");
    for (const auto row : rows) classes[row] = static_cast<std::uint32_t>(c);
    base::shuffle(rows, base::RandomStream(seed, "classifier.held_out", c));
    const auto n_out = std::clamp<std::size_t>(
        static_cast<std::size_t>(std::llround(options.held_out * static_cast<double>(rows.size()))), 1,
        rows.size() - 1);
    held_out.insert(held_out.end(), rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(n_out));
    held_out_classes.insert(held_out_classes.end(), n_out, static_cast<std::uint32_t>(c));
    training.insert(training.end(), rows.begin() + static_cast<std::ptrdiff_t>(n_out), rows.end());
  }
  std::sort(training.begin(), training.end());
  const kernels::PackedSpins held_out_spins = data.spins.gather(held_out);

  networks::Dense net =
      networks::random_dense(data.lattice, {static_cast<std::size_t>(options.hidden), groups.size()},
                             networks::activation_from(options.activation, "train classifier"), seed);
  net.purpose = "classifier";
  for (const auto& group : groups) net.temperatures.push_back(group.temperature);
  net.training = classifier_options().values(options);
  if (data.model != nullptr) net.model_toml = models::to_toml(*data.model);

  const std::size_t batch_size = std::min(static_cast<std::size_t>(options.batch_size), training.size());
  const std::size_t batches = training.size() / batch_size;
  const float scale = 1.0f / static_cast<float>(batch_size);
  auto layers = kernel_layers(net);
  Backpropagation batch(layers, net.activation, batch_size);
  Adam adam(layers, options.learning_rate);
  kernels::PackedSpins spins(batch_size, data.spins.n_columns());
  std::vector<std::uint32_t> batch_classes(batch_size);

  ClassifierTraining result{.net = net};
  double best_loss = std::numeric_limits<double>::infinity();
  std::int64_t best_epoch = 0;
  observer.begin("train classifier", static_cast<std::uint64_t>(options.epochs) * batches, "updates");
  for (std::int64_t epoch = 1; epoch <= options.epochs && epoch - best_epoch <= options.patience; ++epoch) {
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::uint32_t> order = training;
    base::shuffle(order, base::RandomStream(seed, "classifier.shuffle", static_cast<std::uint64_t>(epoch)));
    double loss = 0;
    std::int64_t right = 0;
    for (std::size_t b = 0; b < batches; ++b) {
      for (std::size_t i = 0; i < batch_size; ++i) {
        const std::uint32_t row = order[b * batch_size + i];
        std::ranges::copy(data.spins.row(row), spins.row(i).begin());
        batch_classes[i] = classes[row];
      }
      batch.run(layers, spins, batch_classes);
      loss += batch.loss();
      right += batch.right();
      ++result.updates;
      if (!adam.step(layers, batch.gradient(), scale))
        throw failure("train classifier",
                      fmt::format("a weight is infinite or NaN at update {}", result.updates),
                      "choose a smaller learning rate");
      if (b % 100 == 99 || b + 1 == batches) observer.advance(b % 100 + 1);
    }
    result.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    store(layers, net);
    // Adam divides by the gradient's size, so a rate that is much too large makes parameters of that size
    // long before one overflows; units in such fields have no gradient left and never learn.
    if (const float largest = largest_parameter(net); largest > largest_sensible_parameter)
      throw failure("train classifier",
                    fmt::format("a weight has grown to {:.2g} at update {}", largest, result.updates),
                    "choose a smaller learning rate");
    const Score held_out_score = score(net, held_out_spins, held_out_classes);
    const auto n = static_cast<double>(batches * batch_size);
    net.history.push_back({.epoch = epoch,
                           .loss_train = loss / n,
                           .accuracy_train = static_cast<double>(right) / n,
                           .loss_held_out = held_out_score.loss,
                           .accuracy_held_out = held_out_score.accuracy});
    if (held_out_score.loss < best_loss) {
      best_loss = held_out_score.loss;
      best_epoch = epoch;
      result.net = net;
    }
  }
  result.net.history = net.history;
  result.updates_per_second = static_cast<double>(result.updates) / std::max(result.seconds, 1e-9);
  return result;
}

}  // namespace spinflow::trainers
