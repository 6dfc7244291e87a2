// SPDX-License-Identifier: Apache-2.0
#include "spinflow/catalogue/catalogue.hpp"

int main() {
  spinflow::catalogue::register_all();
  return 0;
}
