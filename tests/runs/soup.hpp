// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runs/output_folders.hpp"

namespace spinflow::runs {

/// Folders of a program that knows one recipe, soup.
inline const OutputFolders& folders() {
  static const OutputFolders all({"soup"});
  return all;
}

}  // namespace spinflow::runs
