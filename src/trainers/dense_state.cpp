// SPDX-License-Identifier: Apache-2.0
#include "trainers/dense_state.hpp"

#include <algorithm>
#include <cmath>

#include "networks/dense_parts.hpp"
#include "networks/file_parts.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/networks/dense_file.hpp"

namespace spinflow::trainers {

namespace {

constexpr io::Format dense_state_format{.name = "spinflow/dense-training"};

bool same_shape(const std::vector<networks::DenseLayer>& a, const std::vector<networks::DenseLayer>& b) {
  return std::ranges::equal(
      a, b, [](const auto& x, const auto& y) { return x.n_in == y.n_in && x.n_out == y.n_out; });
}

/// Whether the numbers of a training on its way can stand beside each other.
bool fits(const DenseState& s, const DenseCourse& course) {
  const auto& history = s.net.history;
  const bool ascends =
      std::ranges::is_sorted(history, std::ranges::less_equal{}, &networks::DenseHistoryRow::update);
  const std::int64_t first = history.empty() ? 0 : history.front().update;
  return s.updates >= 0 && s.updates <= course.updates && ascends && first >= 0 &&
         s.updates_of_last_row() <= s.updates && s.best_rows >= 0 && s.rows_since_best() >= 0 &&
         std::isfinite(s.learnt.loss) && s.learnt.right >= 0 && s.seconds >= 0;
}

}  // namespace

DenseState::DenseState(networks::Dense start, const DenseCourse& course)
    : net(std::move(start)),
      layers(to_kernel_layout(net)),
      optimizer(make_optimizer(course.optimizer, course.momentum, layers)),
      best(net.layers) {}

void DenseState::save(const std::filesystem::path& path, std::uint64_t words) const {
  io::Hdf5Writer file(path);
  io::write_header(
      file, {.format = std::string(dense_state_format.name), .seed = net.seed, .model = net.model_toml});
  // As text: an empty list does not tell of what.
  file.attribute("/", "training", io::to_toml({{"", net.training}}));
  file.attribute("/", "stream_seed", words);
  file.attribute("/", "updates", updates);
  file.attribute("/", "learnt_loss", learnt.loss);
  file.attribute("/", "learnt_right", learnt.right);
  file.attribute("/", "best_rows", best_rows);
  file.attribute("/", "seconds", seconds);
  std::vector<networks::DenseLayer> now;
  for (const auto& layer : layers) now.push_back(from_kernel_layout(layer));
  networks::write_dense_layers(file, "net", now);
  networks::write_dense_layers(file, "best", best);
  optimizer->save(file, "optimizer");
  file.group("history");
  networks::dense_history_columns().write(file, "history", net.history);
  file.commit();
}

bool DenseState::load(const std::filesystem::path& path, const DenseCourse& course) {
  const io::Hdf5Reader file(path);
  static_cast<void>(io::expect_header(file, dense_state_format));
  if (file.unsigned_attribute("/", "stream_seed") != course.words ||
      file.text_attribute("/", "training") != io::to_toml({{"", net.training}}))
    return false;
  const auto refuse = [&](std::string_view what) {
    return input_error(path.string(), what, "start the training anew");
  };
  const auto shaped = [&](std::string_view group) {
    auto read = networks::read_dense_layers(file, group, net.n_visible());
    if (!same_shape(read, net.layers)) throw refuse("its net has other layers than its settings say");
    return read;
  };
  best = shaped("best");
  net.layers = shaped("net");
  layers = to_kernel_layout(net);
  optimizer->load(file, "optimizer");
  net.history = networks::dense_history_columns().read(file, "history",
                                                       networks::rows_of_history(file, "history/epoch"));
  updates = file.integer_attribute("/", "updates");
  learnt = {.loss = file.real_attribute("/", "learnt_loss"),
            .right = file.integer_attribute("/", "learnt_right")};
  best_rows = file.integer_attribute("/", "best_rows");
  seconds = file.real_attribute("/", "seconds");
  if (!fits(*this, course)) throw refuse("its updates and its history do not fit each other");
  return true;
}

}  // namespace spinflow::trainers
