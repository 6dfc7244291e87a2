// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "spinflow/ensemble/ensemble.hpp"

namespace spinflow::studies {

/// Configurations as a user names them: a file, and where it is a flow's, which of those that it kept.
///
///     studies::configurations("spins.h5");
///     studies::configurations("flow.h5@12");      // of step 12, if the flow has one start
///     studies::configurations("flow.h5@12,T=6");  // of step 12 of the start at T = 6
struct ConfigurationsName {
  std::filesystem::path file;
  std::optional<int> step = {};
  std::optional<double> temperature = {};  ///< of the start, in J/k_B
};

/// A name of an existing file is the file. Otherwise what follows the last @ is the step.
[[nodiscard]] ConfigurationsName configurations_name(const std::string& text);

/// Whether it is the file of a flow, whose kept configurations have names with @; false if it cannot be read.
[[nodiscard]] bool is_flow(const std::filesystem::path& path);

/// What `ensemble::read` reads, or the configurations of one step of a flow. Error(input) beginning with the
/// file, which names what is kept where several are and none is chosen.
[[nodiscard]] ensemble::Ensemble configurations(const std::string& text);

}  // namespace spinflow::studies
