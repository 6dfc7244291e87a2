// SPDX-License-Identifier: Apache-2.0
#include "recipes/recipe_settings.hpp"

namespace spinflow::recipes {

void refuse(std::string_view key, std::string_view what, std::string_view mend) {
  throw input_error(key, what, mend);
}

}  // namespace spinflow::recipes
