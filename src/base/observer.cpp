// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/observer.hpp"

#include "spinflow/base/stop.hpp"

namespace spinflow::base {

namespace {

class Silent final : public Observer {
 public:
  void advance(std::uint64_t) override { check_stop(); }
};

}  // namespace

Observer& silent() {
  static Silent observer;
  return observer;
}

}  // namespace spinflow::base
