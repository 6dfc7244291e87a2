// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/rbm_tempering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "kernels/dense/activations.hpp"
#include "kernels/dense/elementary.hpp"
#include "kernels/dense/signed_dots.hpp"
#include "networks/file_parts.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/kernels/signed_row_sums.hpp"
#include "spinflow/networks/identity.hpp"
#include "spinflow/networks/layer_passes.hpp"

namespace spinflow::networks {

namespace {

constexpr std::size_t replicas_per_piece = 256;

std::uint64_t mask_of_last_word(std::size_t n_columns) {
  return n_columns % 64 == 0 ? ~std::uint64_t{0} : (std::uint64_t{1} << (n_columns % 64)) - 1;
}

bool rising(const std::vector<double>& betas) {
  bool good = !betas.empty() && betas.front() >= 0 && std::isfinite(betas.back());
  for (std::size_t r = 0; r + 1 < betas.size(); ++r) good = good && betas[r] < betas[r + 1];
  return good;
}

}  // namespace

std::vector<double> even_betas(std::size_t replicas) {
  if (replicas < 1) throw input_error("tempering", "there is no replica", "give at least one");
  if (replicas == 1) return {1.0};
  std::vector<double> betas(replicas);
  for (std::size_t r = 0; r < replicas; ++r)
    betas[r] = static_cast<double>(r) / static_cast<double>(replicas - 1);
  return betas;
}

RbmTempering::RbmTempering(RbmParameters parameters, std::vector<double> betas, std::size_t n_chains,
                           std::uint64_t seed)
    : parameters_(std::move(parameters)),
      hidden_bias_column_(kernels::transposed(parameters_.hidden_bias)),
      betas_(std::move(betas)),
      n_chains_(n_chains),
      seed_(seed) {
  if (n_chains_ < 1) throw input_error("tempering", "there is no chain", "give at least one");
  if (!rising(betas_))
    throw input_error("tempering", "the inverse temperatures are not finite, >= 0 and rising",
                      "give 0, 0.5, 1, say");
  const std::size_t n_rows = betas_.size() * n_chains_;
  attempts_.resize(betas_.size() - 1);
  accepted_.resize(betas_.size() - 1);
  visible_ = kernels::PackedSpins(n_rows, parameters_.n_visible());
  hidden_ = kernels::PackedSpins(n_rows, parameters_.n_hidden());
  came_from_.resize(n_rows);
  energy_.resize(n_rows);
  hidden_fields_ = kernels::FloatMatrix(n_rows, parameters_.n_hidden());
  visible_fields_ = kernels::FloatMatrix(n_rows, parameters_.n_visible());
  if (plain()) return;
  scaled_fields_ = kernels::FloatMatrix(n_rows, parameters_.n_visible());
  hidden_energy_ = kernels::FloatMatrix(n_rows, 1);
}

RbmTempering::RbmTempering(const Rbm& rbm, std::vector<double> betas, std::size_t n_chains,
                           std::uint64_t seed)
    : RbmTempering(RbmParameters(rbm), std::move(betas), n_chains, base::derived_seed(seed, identity(rbm))) {
  base::RandomStream stream(seed_, "rbm.tempering_start");
  for (std::size_t r = 0; r < visible_.n_rows(); ++r) {
    for (auto& word : visible_.row(r)) word = stream.next();
    visible_.row(r).back() &= mask_of_last_word(visible_.n_columns());
  }
}

RbmTempering::RbmTempering(RbmParameters parameters, std::vector<double> betas,
                           const kernels::PackedSpins& start, std::uint64_t seed)
    : RbmTempering(std::move(parameters), std::move(betas), start.n_rows(), seed) {
  if (start.n_columns() != visible_.n_columns())
    throw input_error("tempering",
                      fmt::format("the chains begin with {} spins, the visible layer has {}",
                                  start.n_columns(), visible_.n_columns()),
                      "use configurations of the lattice it was trained on");
  for (std::size_t r = 0; r < visible_.n_rows(); ++r)
    std::ranges::copy(start.row(r % n_chains_), visible_.row(r).begin());
}

void RbmTempering::swap_parameters(RbmParameters& parameters) {
  assert(parameters.n_visible() == parameters_.n_visible());
  assert(parameters.n_hidden() == parameters_.n_hidden());
  std::swap(parameters_, parameters);
  kernels::transpose_into(parameters_.hidden_bias, hidden_bias_column_);
}

void RbmTempering::at_beta(const kernels::FloatMatrix& fields, std::size_t first, std::size_t last,
                           kernels::FloatMatrix& scaled) const {
  while (first < last) {
    const std::size_t replica = first / n_chains_;
    const std::size_t end = std::min(last, (replica + 1) * n_chains_);
    kernels::scale_rows(fields, first, end, static_cast<float>(betas_[replica]), scaled);
    first = end;
  }
}

void RbmTempering::gibbs(std::size_t piece, std::size_t n_pieces, const BlockRows& rows, std::int64_t steps,
                         base::Observer& observer) {
  kernels::LaneRandom random(
      base::RandomStream(seed_, "rbm.tempering", static_cast<std::uint64_t>(round_) * n_pieces + piece));
  for (std::int64_t step = 0; step < steps; ++step) {
    observer.advance(0);
    draw_layer(visible_, rows, parameters_.to_hidden, parameters_.hidden_bias.row(0), hidden_fields_, random,
               [&](std::size_t begin, std::size_t end, kernels::LaneRandom& generator) {
                 if (!plain()) at_beta(hidden_fields_, begin, end, hidden_fields_);
                 kernels::sample_spins(hidden_fields_, begin, end, generator, hidden_, nullptr);
               });
    draw_layer(hidden_, rows, parameters_.to_visible, parameters_.visible_bias.row(0), visible_fields_,
               random, [&](std::size_t begin, std::size_t end, kernels::LaneRandom& generator) {
                 if (!plain()) at_beta(visible_fields_, begin, end, scaled_fields_);
                 kernels::sample_spins(plain() ? visible_fields_ : scaled_fields_, begin, end, generator,
                                       visible_, nullptr);
               });
  }
  if (betas_.size() == 1) return;
  const auto [first, last, before, after] = rows;
  // E(v, h) = -v.(b + W^T h) - c.h
  kernels::signed_dots(visible_, first, last, visible_fields_,
                       std::span(energy_).subspan(first, last - first));
  kernels::signed_row_sums(hidden_, first, last, hidden_bias_column_, {}, hidden_energy_);
  for (std::size_t r = first; r < last; ++r) energy_[r] = -energy_[r] - hidden_energy_.row(r)[0];
}

void RbmTempering::exchange() {
  base::RandomStream stream(seed_, "rbm.exchange", static_cast<std::uint64_t>(round_));
  for (auto r = static_cast<std::size_t>(round_ % 2); r + 1 < betas_.size(); r += 2) {
    for (std::size_t c = 0; c < n_chains_; ++c) {
      const std::size_t i = r * n_chains_ + c;
      const std::size_t j = i + n_chains_;
      const double log_ratio = (betas_[r] - betas_[r + 1]) * (energy_[i] - energy_[j]);
      const double u = stream.uniform();
      if (log_ratio < 0 && u >= kernels::exp_fixed(log_ratio)) continue;
      std::ranges::swap_ranges(visible_.row(i), visible_.row(j));
      std::swap(came_from_[i], came_from_[j]);
      ++accepted_[r];
    }
    attempts_[r] += static_cast<std::int64_t>(n_chains_);
  }
  const std::size_t coldest = (betas_.size() - 1) * n_chains_;
  for (std::size_t c = 0; c < n_chains_; ++c) {
    if (came_from_[c] == -1) ++round_trips_;
    came_from_[c] = 1;
    if (came_from_[coldest + c] == 1) came_from_[coldest + c] = -1;
  }
}

void RbmTempering::sweep(std::int64_t n_rounds, std::int64_t steps, base::Observer& observer,
                         base::Ranks& ranks) {
  const base::StopScope scope(observer);
  const std::size_t n_rows = visible_.n_rows();
  const std::size_t n_pieces = (n_rows + replicas_per_piece - 1) / replicas_per_piece;
  for (; n_rounds > 0; --n_rounds) {
    base::parallel_for_rows(n_rows, replicas_per_piece,
                            [&](std::size_t piece, std::size_t first, std::size_t last) {
                              const BlockRows rows = rows_of_block(ranks.part(n_rows), first, last);
                              if (!rows.empty()) gibbs(piece, n_pieces, rows, steps, observer);
                            });
    gather_rows(ranks, visible_, 0, n_rows);
    if (betas_.size() > 1) {
      base::gather(ranks, std::span(energy_), n_rows);
      exchange();
    }
    ++round_;
    observer.advance(1);
  }
}

kernels::PackedSpins RbmTempering::visible(std::size_t replica) const {
  assert(replica < betas_.size());
  kernels::PackedSpins result(n_chains_, visible_.n_columns());
  for (std::size_t c = 0; c < n_chains_; ++c)
    std::ranges::copy(visible_.row(replica * n_chains_ + c), result.row(c).begin());
  return result;
}

std::vector<double> RbmTempering::swap_rates() const {
  std::vector<double> rates(attempts_.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t r = 0; r < rates.size(); ++r)
    if (attempts_[r] > 0) rates[r] = static_cast<double>(accepted_[r]) / static_cast<double>(attempts_[r]);
  return rates;
}

void RbmTempering::save(io::Hdf5Writer& file, std::string_view group) const {
  file.group(group);
  file.dataset(inside(group, "betas"), betas_);
  file.dataset(inside(group, "visible"), visible_.words(), {visible_.n_rows(), visible_.words_per_row()});
  file.attribute(group, "seed", seed_);
  file.attribute(group, "round", round_);
  if (betas_.size() == 1) return;
  file.dataset(inside(group, "attempts"), attempts_);
  file.dataset(inside(group, "accepted"), accepted_);
  file.dataset(inside(group, "came_from"), came_from_);
  file.attribute(group, "round_trips", round_trips_);
}

RbmTempering RbmTempering::load(RbmParameters parameters, const io::Hdf5Reader& file,
                                std::string_view group) {
  const auto refuse = [&](std::string_view what) {
    throw input_error(file.path().string(), what, "start the training anew");
  };
  const auto shape = file.shape(inside(group, "visible"));
  auto betas = file.read<double>(inside(group, "betas"));
  if (!rising(betas)) refuse("its inverse temperatures are not finite, >= 0 and rising");
  if (shape.size() != 2 || shape[0] == 0 || shape[0] % betas.size() != 0)
    refuse("its chains do not fit their inverse temperatures");
  // Read before anything of the announced size is made.
  const auto words =
      file.read<std::uint64_t>(inside(group, "visible"), {shape[0], (parameters.n_visible() + 63) / 64});
  const std::size_t n_chains = shape[0] / betas.size();
  RbmTempering result(std::move(parameters), std::move(betas), n_chains,
                      file.unsigned_attribute(group, "seed"));
  std::ranges::copy(words, result.visible_.words().begin());
  const std::uint64_t mask = mask_of_last_word(result.visible_.n_columns());
  for (std::size_t r = 0; r < result.visible_.n_rows(); ++r) result.visible_.row(r).back() &= mask;
  result.round_ = file.integer_attribute(group, "round");
  if (result.round_ < 0) refuse("its chains have a negative number of rounds");
  if (result.betas_.size() == 1) return result;
  result.attempts_ = file.read<std::int64_t>(inside(group, "attempts"), {result.attempts_.size()});
  result.accepted_ = file.read<std::int64_t>(inside(group, "accepted"), {result.accepted_.size()});
  result.came_from_ = file.read<std::int8_t>(inside(group, "came_from"), {result.came_from_.size()});
  result.round_trips_ = file.integer_attribute(group, "round_trips");
  for (std::size_t r = 0; r < result.attempts_.size(); ++r)
    if (result.accepted_[r] < 0 || result.accepted_[r] > result.attempts_[r])
      refuse("more of its exchanges were accepted than tried");
  if (result.round_trips_ < 0) refuse("its replicas made a negative number of journeys");
  return result;
}

}  // namespace spinflow::networks
