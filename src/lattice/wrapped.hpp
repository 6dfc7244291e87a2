// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace spinflow::lattice {

/// A place beyond either end of a periodic axis, brought back to 0..extent-1.
inline int wrapped(int place, int extent) { return (place % extent + extent) % extent; }

}  // namespace spinflow::lattice
