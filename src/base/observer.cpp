// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/observer.hpp"

namespace spinflow::base {

Observer& silent() {
  static Observer observer;
  return observer;
}

}  // namespace spinflow::base
