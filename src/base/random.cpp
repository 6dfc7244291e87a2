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

__extension__ using Wide = unsigned __int128;

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t index)
    : key_{seed, purpose_hash(purpose)}, index_(index) {}

void RandomStream::refill() {
  const r123::Philox4x64 philox;
  const r123::Philox4x64::ctr_type counter{{block_++, index_, 0, 0}};
  const r123::Philox4x64::key_type key{{key_[0], key_[1]}};
  const auto words = philox(counter, key);
  for (unsigned i = 0; i < 4; ++i) words_[i] = words[i];
  used_ = 0;
}

std::uint64_t RandomStream::below(std::uint64_t n) {
  Wide product = static_cast<Wide>(next()) * n;
  auto low = static_cast<std::uint64_t>(product);
  if (low < n) {
    const std::uint64_t threshold = -n % n;
    while (low < threshold) {
      product = static_cast<Wide>(next()) * n;
      low = static_cast<std::uint64_t>(product);
    }
  }
  return static_cast<std::uint64_t>(product >> 64);
}

double RandomStream::normal() {
  const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

void RandomStream::seek(std::uint64_t position) {
  block_ = position / 4;
  used_ = 4;
  if (position % 4 != 0) {
    refill();
    used_ = static_cast<unsigned>(position % 4);
  }
}

std::uint64_t derived_seed(std::uint64_t seed, std::string_view purpose, std::uint64_t index) {
  return RandomStream(seed, purpose, index).next();
}

}  // namespace spinflow::base
