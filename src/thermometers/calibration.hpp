// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "thermometers/mean_curve.hpp"

namespace spinflow::thermometers {

enum class CalibratedMean { energy, abs_magnetization, bonds };

/// A curve with error bars from our own samples, where no exact one exists: made once with a fixed seed, for
/// all means of a model at once, and kept in the user's cache folder. Between its temperatures it is
/// interpolated monotonely in 1/T with the slopes that fluctuations give.
[[nodiscard]] MeanCurve calibrated_curve(const std::shared_ptr<const models::Model>& model,
                                         CalibratedMean mean, base::Observer& observer);

}  // namespace spinflow::thermometers
