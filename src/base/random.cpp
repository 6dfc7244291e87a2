// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/random.hpp"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>

namespace spinflow::base {

namespace {

// FNV-1a: fixed for ever, because the words of every stream depend on it.
constexpr std::uint64_t purpose_hash(std::string_view purpose) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : purpose) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t index)
    : key_{seed, purpose_hash(purpose)}, index_(index) {}

void RandomStream::refill() {
  const r123::Philox4x64 philox;
  const r123::Philox4x64::key_type key{{key_[0], key_[1]}};
  for (std::size_t first = 0; first < words_.size(); first += 4) {
    const r123::Philox4x64::ctr_type counter{{block_++, index_, 0, 0}};
    const auto words = philox(counter, key);
    for (std::size_t i = 0; i < 4; ++i) words_[first + i] = words[static_cast<unsigned>(i)];
  }
  used_ = 0;
}

double RandomStream::normal() {
  const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

void RandomStream::seek(std::uint64_t position) {
  block_ = position / 4;
  used_ = words_.size();
  if (position % 4 != 0) {
    refill();
    used_ = position % 4;
  }
}

std::uint64_t derived_seed(std::uint64_t seed, std::string_view purpose, std::uint64_t index) {
  return RandomStream(seed, purpose, index).next();
}

}  // namespace spinflow::base
