// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/parameter_updates.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dense/parameter_updates.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cassert>
#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace spinflow::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, 16>;
constexpr std::size_t lanes = hn::MaxLanes(Tag());

// 0 * x is 0 for finite x and NaN otherwise: a sum of these remembers any bad value.
template <class V>
HWY_INLINE V remember_bad(V bad, V x) {
  return hn::Add(bad, hn::Mul(x, hn::Zero(Tag())));
}

template <class V>
HWY_INLINE bool all_zero(V bad) {
  return hn::AllTrue(Tag(), hn::Eq(bad, hn::Zero(Tag())));
}

bool momentum_update(FloatMatrix& parameters, FloatMatrix& velocity, const FloatMatrix& gradient, float scale,
                     float rate, float decay, float momentum, float shrinkage, std::size_t first,
                     std::size_t last) {
  const Tag d;
  const auto scale_v = hn::Set(d, scale);
  const auto rate_v = hn::Set(d, rate);
  const auto decay_v = hn::Set(d, decay);
  const auto momentum_v = hn::Set(d, momentum);
  const auto step_v = hn::Set(d, rate * shrinkage);
  auto bad = hn::Zero(d);
  for (std::size_t i = first * parameters.stride(); i < last * parameters.stride(); i += lanes) {
    const auto w = hn::Load(d, parameters.data() + i);
    const auto g = hn::Load(d, gradient.data() + i);
    const auto force = hn::Sub(hn::Mul(scale_v, g), hn::Mul(decay_v, w));
    const auto v = hn::Add(hn::Mul(momentum_v, hn::Load(d, velocity.data() + i)), hn::Mul(rate_v, force));
    const auto next = hn::Add(w, v);
    const auto left = hn::Max(hn::Sub(hn::Abs(next), step_v), hn::Zero(d));
    hn::Store(v, d, velocity.data() + i);
    hn::Store(hn::CopySign(left, next), d, parameters.data() + i);
    bad = remember_bad(bad, next);
  }
  return all_zero(bad);
}

bool adam_update(FloatMatrix& parameters, FloatMatrix& m, FloatMatrix& v, const FloatMatrix& gradient,
                 float scale, float rate, float epsilon) {
  const Tag d;
  const std::size_t n = parameters.n_rows() * parameters.stride();
  auto bad = hn::Zero(d);
  for (std::size_t i = 0; i < n; i += lanes) {
    const auto g = hn::Mul(hn::Set(d, scale), hn::Load(d, gradient.data() + i));
    const auto first =
        hn::Add(hn::Mul(hn::Set(d, 0.9f), hn::Load(d, m.data() + i)), hn::Mul(hn::Set(d, 0.1f), g));
    const auto second = hn::Add(hn::Mul(hn::Set(d, 0.999f), hn::Load(d, v.data() + i)),
                                hn::Mul(hn::Set(d, 0.001f), hn::Mul(g, g)));
    const auto step =
        hn::Div(hn::Mul(hn::Set(d, rate), first), hn::Add(hn::Sqrt(second), hn::Set(d, epsilon)));
    const auto next = hn::Sub(hn::Load(d, parameters.data() + i), step);
    hn::Store(first, d, m.data() + i);
    hn::Store(second, d, v.data() + i);
    hn::Store(next, d, parameters.data() + i);
    bad = remember_bad(bad, next);
  }
  return all_zero(bad);
}

}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

HWY_EXPORT(momentum_update);
HWY_EXPORT(adam_update);

namespace {

[[maybe_unused]] bool same_shape(const FloatMatrix& a, const FloatMatrix& b) {
  return a.n_rows() == b.n_rows() && a.n_columns() == b.n_columns();
}

}  // namespace

bool momentum_update(FloatMatrix& parameters, FloatMatrix& velocity, const FloatMatrix& gradient, float scale,
                     float rate, float decay, float momentum, float shrinkage, std::size_t first,
                     std::size_t last) {
  assert(same_shape(parameters, velocity) && same_shape(parameters, gradient));
  assert(first <= last && last <= parameters.n_rows());
  return HWY_DYNAMIC_DISPATCH(momentum_update)(parameters, velocity, gradient, scale, rate, decay, momentum,
                                               shrinkage, first, last);
}

bool momentum_update(FloatMatrix& parameters, FloatMatrix& velocity, const FloatMatrix& gradient, float scale,
                     float rate, float decay, float momentum, float shrinkage) {
  return momentum_update(parameters, velocity, gradient, scale, rate, decay, momentum, shrinkage, 0,
                         parameters.n_rows());
}

bool adam_update(FloatMatrix& parameters, FloatMatrix& m, FloatMatrix& v, const FloatMatrix& gradient,
                 float scale, float rate, float epsilon) {
  assert(same_shape(parameters, m) && same_shape(parameters, v) && same_shape(parameters, gradient));
  return HWY_DYNAMIC_DISPATCH(adam_update)(parameters, m, v, gradient, scale, rate, epsilon);
}

namespace reference {

bool momentum_update(FloatMatrix& parameters, FloatMatrix& velocity, const FloatMatrix& gradient, float scale,
                     float rate, float decay, float momentum, float shrinkage) {
  bool finite = true;
  const float step = rate * shrinkage;
  for (std::size_t r = 0; r < parameters.n_rows(); ++r)
    for (std::size_t c = 0; c < parameters.n_columns(); ++c) {
      float& w = parameters.row(r)[c];
      float& v = velocity.row(r)[c];
      v = momentum * v + rate * (scale * gradient.row(r)[c] - decay * w);
      w += v;
      finite = finite && std::isfinite(w);
      w = std::copysign(std::max(std::abs(w) - step, 0.0f), w);
    }
  return finite;
}

bool adam_update(FloatMatrix& parameters, FloatMatrix& m, FloatMatrix& v, const FloatMatrix& gradient,
                 float scale, float rate, float epsilon) {
  bool finite = true;
  for (std::size_t r = 0; r < parameters.n_rows(); ++r)
    for (std::size_t c = 0; c < parameters.n_columns(); ++c) {
      const float g = scale * gradient.row(r)[c];
      m.row(r)[c] = 0.9f * m.row(r)[c] + 0.1f * g;
      v.row(r)[c] = 0.999f * v.row(r)[c] + 0.001f * (g * g);
      parameters.row(r)[c] -= rate * m.row(r)[c] / (std::sqrt(v.row(r)[c]) + epsilon);
      finite = finite && std::isfinite(parameters.row(r)[c]);
    }
  return finite;
}

}  // namespace reference

}  // namespace spinflow::kernels
#endif
