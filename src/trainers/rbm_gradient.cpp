// SPDX-License-Identifier: Apache-2.0
#include "trainers/rbm_gradient.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "kernels/dense/activations.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/kernels/signed_row_sums.hpp"
#include "spinflow/networks/layer_passes.hpp"

namespace spinflow::trainers {

namespace {

constexpr std::size_t gradient_rows_per_block = 512;

}  // namespace

std::int64_t different_spins(const kernels::PackedSpins& a, const kernels::PackedSpins& b, std::size_t first,
                             std::size_t last) {
  std::int64_t different = 0;
  for (std::size_t w = first * a.words_per_row(); w < last * a.words_per_row(); ++w)
    different += std::popcount(a.words()[w] ^ b.words()[w]);
  return different;
}

RbmGradient::RbmGradient(std::size_t batch_size, std::size_t n_negative, std::size_t n_visible,
                         std::size_t n_hidden)
    : batch_size_(batch_size),
      n_negative_(n_negative),
      batch_(batch_size, n_visible),
      both_(batch_size + n_negative, n_visible),
      means_(batch_size + n_negative, n_hidden),
      weights_(n_visible, n_hidden),
      visible_bias_(1, n_visible),
      hidden_bias_(1, n_hidden) {}

void RbmGradient::load(const kernels::PackedSpins& data, std::span<const std::uint32_t> rows) {
  for (std::size_t i = 0; i < batch_size_; ++i) std::ranges::copy(data.row(rows[i]), batch_.row(i).begin());
  std::ranges::copy(batch_.words(), both_.words().begin());
}

void RbmGradient::oppose_rows(const RbmParameters& parameters, std::size_t first, std::size_t last,
                              const kernels::PackedSpins& negative) {
  for (std::size_t s = first; s < last; ++s)
    std::ranges::copy(negative.row(s), both_.row(batch_size_ + s).begin());
  networks::layer_fields(both_, batch_size_ + first, batch_size_ + last, parameters.to_hidden,
                         parameters.hidden_bias.row(0), means_);
  kernels::tanh_rows(means_, batch_size_ + first, batch_size_ + last, -1.0f, means_);
}

void RbmGradient::complete(base::Ranks& ranks) {
  networks::gather_rows(ranks, both_, batch_size_, 2 * batch_size_);
  networks::gather_rows(ranks, means_, 0, batch_size_);
  networks::gather_rows(ranks, means_, batch_size_, 2 * batch_size_);
}

void RbmGradient::oppose(const RbmParameters& parameters, const kernels::PackedSpins& negative,
                         base::Ranks& ranks) {
  std::ranges::copy(negative.words(), both_.words().subspan(batch_.words().size()).begin());
  const std::size_t n_rows = batch_size_ + n_negative_;
  const float weight = static_cast<float>(batch_size_) / static_cast<float>(n_negative_);
  const auto mine = ranks.part(n_rows);
  networks::layer_fields(both_, mine.first, mine.last, parameters.to_hidden, parameters.hidden_bias.row(0),
                         means_);
  base::parallel_for_rows(mine.last - mine.first, gradient_rows_per_block,
                          [&](std::size_t, std::size_t begin, std::size_t end) {
                            const std::size_t first = mine.first + begin;
                            const std::size_t last = mine.first + end;
                            const std::size_t border = std::clamp(batch_size_, first, last);
                            kernels::tanh_rows(means_, first, border, 1.0f, means_);
                            kernels::tanh_rows(means_, border, last, -weight, means_);
                          });
  networks::gather_rows(ranks, means_, 0, n_rows);
}

void RbmGradient::sum(base::Ranks& ranks) {
  // Samples become the summed index: visible unit i is a row of 2 batch spins.
  columns_ = kernels::transposed(both_);
  const auto mine = ranks.part(columns_.n_rows());
  networks::layer_fields(columns_, mine.first, mine.last, means_, {}, weights_);
}

void RbmGradient::sum_biases() {
  const std::size_t whole_words = batch_size_ / 64;
  const std::uint64_t rest = (std::uint64_t{1} << (batch_size_ % 64)) - 1;
  for (std::size_t i = 0; i < columns_.n_rows(); ++i) {
    const auto row = columns_.row(i);
    std::int64_t up = rest != 0 ? std::popcount(row[whole_words] & rest) : 0;
    for (const auto word : row.first(whole_words)) up += std::popcount(word);
    const std::int64_t data = 2 * up - static_cast<std::int64_t>(batch_size_);
    const std::int64_t chain = columns_.sum(i) - data;
    const double weight = static_cast<double>(batch_size_) / static_cast<double>(n_negative_);
    visible_bias_.row(0)[i] =
        static_cast<float>(static_cast<double>(data) - weight * static_cast<double>(chain));
  }
  kernels::PackedSpins ones(1, both_.n_rows());
  ones.flip(0);
  kernels::signed_row_sums(ones, 0, 1, means_, {}, hidden_bias_);
}

PseudoLikelihood::PseudoLikelihood(const kernels::PackedSpins& data, std::span<const std::uint32_t> rows,
                                   std::uint64_t seed, std::string_view purpose) {
  const std::size_t n = std::min<std::size_t>(512, rows.size());
  std::vector<std::size_t> chosen(n);
  for (std::size_t i = 0; i < n; ++i) chosen[i] = rows[i * rows.size() / n];
  rows_ = data.gather(chosen);
  base::RandomStream stream(seed, purpose);
  for (std::size_t i = 0; i < 2 * n; ++i)
    sites_.push_back(static_cast<std::uint32_t>(stream.below(data.n_columns())));
}

double PseudoLikelihood::evaluate(const RbmParameters& parameters, base::Ranks& ranks) const {
  const std::size_t n = rows_.n_rows();
  if (n == 0) return std::numeric_limits<double>::quiet_NaN();
  kernels::FloatMatrix fields(n, parameters.to_hidden.n_columns());
  const auto [first, last] = ranks.part(n);
  const auto hidden_part = [&, first = first, last = last](const kernels::PackedSpins& rows) {
    std::vector<double> sums(n);
    kernels::signed_row_sums(rows, first, last, parameters.to_hidden, parameters.hidden_bias.row(0), fields);
    kernels::log_two_cosh_sums(fields, first, last, std::span(sums).subspan(first, last - first));
    base::gather(ranks, std::span(sums), n);
    return sums;
  };
  const std::vector<double> as_they_are = hidden_part(rows_);
  double sum = 0;
  for (std::size_t which = 0; which < 2; ++which) {
    kernels::PackedSpins flipped = rows_;
    for (std::size_t r = 0; r < n; ++r) {
      const std::uint32_t site = sites_[2 * r + which];
      flipped.set(r, site, -rows_.spin(r, site));
    }
    const std::vector<double> after_flip = hidden_part(flipped);
    // ln P(v_i | rest) = -ln(1 + exp(x)) with x = F(v) - F(v flipped at i), and ln(1 + exp(x)) = x/2 + ln 2
    // cosh(x/2).
    kernels::FloatMatrix half(n, 1);
    for (std::size_t r = 0; r < n; ++r) {
      const std::uint32_t site = sites_[2 * r + which];
      const double x =
          after_flip[r] - as_they_are[r] - 2.0 * parameters.visible_bias.row(0)[site] * rows_.spin(r, site);
      half.row(r)[0] = static_cast<float>(x / 2);
    }
    std::vector<double> log_terms(n);
    kernels::log_two_cosh_sums(half, 0, n, log_terms);
    for (std::size_t r = 0; r < n; ++r) sum -= half.row(r)[0] + log_terms[r];
  }
  return static_cast<double>(rows_.n_columns()) * sum / static_cast<double>(2 * n);
}

}  // namespace spinflow::trainers
