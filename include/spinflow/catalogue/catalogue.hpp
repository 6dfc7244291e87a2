// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace spinflow::catalogue {

/// Fills every registry; once, further calls do nothing. The body is generated (cmake/catalogue.cmake).
void register_all();

}  // namespace spinflow::catalogue
