// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "spinflow/flow/flow.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/output.hpp"

namespace spinflow::flow {

inline constexpr io::Format flow_format{.name = "spinflow/flow", .made_by = "spinflow flow"};

/// `spinflow/flow` 1: one row per step and start: observables, each in the dataset of its name (and
/// `<name>_error`), and thermometer readings; kept ensembles as groups. `model` is the TOML text of the
/// starts' Hamiltonian, may be empty.
///
///     flow::FlowRecord record = flow::read("flow.h5");
///     stats::Estimate e = record.starts[0].at(0)["energy"];
struct FlowRecord {
  std::vector<Trajectory> starts;
  std::string model;
  std::uint64_t seed = 0;
  std::string command;
};

/// Atomic. Error(failure) if the disk is full.
void write(const FlowRecord& record, const std::filesystem::path& path,
           io::Existing existing = io::Existing::replaced);

/// The inverse of write. Error(input) beginning with the path.
[[nodiscard]] FlowRecord read(const std::filesystem::path& path);
[[nodiscard]] FlowRecord read(const io::Hdf5Reader& file);

/// Configurations in a flow's file, which `spinflow flow --keep` stored.
struct KeptStep {
  int step = 0;
  double temperature = 0;  ///< of the start, in J/k_B; NaN: not known
  std::string group;       ///< where they are: ensemble::read_group reads them
};

/// All of them, start by start. Error(input) beginning with the path.
[[nodiscard]] std::vector<KeptStep> kept_steps(const io::Hdf5Reader& file);

}  // namespace spinflow::flow
