// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "spinflow/base/error.hpp"

namespace spinflow::runs {

/// work(), which may read what an earlier start of the same run has kept in `folder`. What is wrong with such
/// a file is told with what helps: the run makes it anew.
template <class Work>
[[nodiscard]] auto with_pieces_of(const std::filesystem::path& folder, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const Error& error) {
    const std::string_view sentence = error.what();
    if (error.fault() != Fault::input || !sentence.starts_with((folder / "").string())) throw;
    throw Error(Fault::input, std::string(sentence.substr(0, sentence.rfind("; "))) +
                                  "; delete it and go on with --resume, which makes it anew");
  }
}

}  // namespace spinflow::runs
