// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/version.hpp"

namespace spinflow::base {

std::string_view software() { return "spinflow " SPINFLOW_VERSION; }

}  // namespace spinflow::base
