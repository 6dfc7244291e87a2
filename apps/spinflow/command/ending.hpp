// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

namespace spinflow::program {

/// How the work of the program ended.
struct Ending {
  int status = 0;             ///< exit status
  std::string sentence = {};  ///< why; empty if it is done
  bool interrupted = false;
};

/// Does the work, which returns an exit status, and says how it ended; nothing is thrown.
[[nodiscard]] Ending ending_of(const std::function<int()>& work);

/// Writes the sentence, if there is one, to standard error.
void tell(const Ending& ending);

}  // namespace spinflow::program
