// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/io/export_format.hpp"
#include "spinflow/io/output.hpp"

namespace spinflow::ensemble {

/// npy, npz, safetensors, csv and netcdf.
[[nodiscard]] const std::vector<io::ExportFormat>& export_formats();

/// Writes configurations for other programs. `spins` are int8 -1 and 1, (n, L) or (n, Ly, Lx).
/// - npz, safetensors: spins, temperature, energy, magnetization, chain, sweep by name
/// - netcdf (NetCDF-4, as xarray opens it): the same along the dimensions sample, y, x, with the origin as
///   attributes
/// - npy: the spins alone
/// - csv: a configuration per line, row by row, after a comment with the lattice
/// import_spins gives the same bits again. `format`: a name of export_formats(); empty: by the path's ending.
/// Error(input) beginning with the path for a format there is not, Error(failure) if the disk is full.
void export_ensemble(const Ensemble& ensemble, const std::filesystem::path& path,
                     std::string_view format = {}, io::Existing existing = io::Existing::replaced);

}  // namespace spinflow::ensemble
