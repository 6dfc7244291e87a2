// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/io/columns.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/io/output.hpp"

namespace spinflow::ensemble {

inline constexpr io::Format ensemble_format{.name = "spinflow/ensemble", .made_by = "spinflow sample"};

/// The columns of the group `sampling`.
[[nodiscard]] const io::Columns<SamplingRecord>& sampling_columns();

/// `spinflow/ensemble` 1. `spins` int8 +-1 (n_samples, L) or (n_samples, Ly, Lx); `temperature`, `energy`,
/// `magnetization` float64 (n_samples); `chain` int32, `sweep` int64; attributes `independent_pieces` (chain
/// | sample) and `boundary`; group `sampling` with one row per temperature. Appears in one step.
/// Error(failure) if the disk is full.
void write(const Ensemble& ensemble, const std::filesystem::path& path,
           io::Existing existing = io::Existing::replaced);

/// An ensemble file, or spins of another program (see import_spins). Energies and magnetizations are compared
/// with those of the spins. Error(input) beginning with the path for everything that is wrong with it.
[[nodiscard]] Ensemble read(const std::filesystem::path& path);

/// The distinct temperatures of an ensemble file in ascending order, in J/k_B, without NaN; for
/// spins of another program those of the array `temperature` beside them, if there is one. Error(input) as
/// `read`.
[[nodiscard]] std::vector<double> temperatures(const std::filesystem::path& path);

/// A summary of an ensemble file.
struct Content {
  lattice::Lattice lattice;
  std::size_t n = 0;                 ///< configurations
  std::vector<double> temperatures;  ///< distinct, ascending; NaN last if some are not known
  IndependentPieces independent_pieces = IndependentPieces::sample;
};

/// The content of an ensemble file. Rows are read piece by piece, and their columns are compared with the
/// spins as in `read`. Energies are compared only for models whose bonds join nearest neighbours: with
/// couplings between all pairs an energy takes n_sites^2 operations. Error(input) as `read`.
[[nodiscard]] Content content(const io::Hdf5Reader& file);

/// What the training of a network without labels needs of a file of any size: its lattice, spins, model, seed
/// and sampling records. Rows are read piece by piece; their columns are compared with the spins as in `read`
/// and are not kept, so `temperature`, `energy`, `magnetization`, `chain` and `sweep` are empty and a row
/// takes one bit per spin (in whole 64-bit words). `temperatures`: all rows if empty, otherwise those of the
/// given values (of `temperatures(path)`, exactly), sorted by temperature and in file order within one.
[[nodiscard]] Ensemble read_for_training(const std::filesystem::path& path,
                                         std::span<const double> temperatures = {});

/// What a file of another program does not say of its spins.
struct Origin {
  std::string size = {};  ///< as in lattice::lattice_of_sites; empty: the axes of a configuration say it
  lattice::Boundary boundary = lattice::Boundary::periodic;
  /// Of all rows, in J/k_B; NaN: those of an array `temperature` (n) beside the spins, if there is one.
  double temperature = std::numeric_limits<double>::quiet_NaN();
  std::string array = {};  ///< name of the array in the file; empty: `spins`, `samples` or the only one
};

/// Spins of another program (io::SpinFile): (n, Ly, Lx) and (n, 1, Ly, Lx) are square lattices, (n, N) needs
/// a size. Rows stand in the order of time of one chain: independent_pieces = chain. Error(input) as `read`,
/// and for axes that do not fit the size.
///
///     auto data = ensemble::import_spins("samples.npz", {.size = "8x8", .temperature = 2.5});
[[nodiscard]] Ensemble import_spins(const std::filesystem::path& path, const Origin& origin = {});

/// The same content inside a group of another file ("" is the root), as in flow files; errors as above.
void write_group(io::Hdf5Writer& file, std::string_view group, const Ensemble& ensemble);
[[nodiscard]] Ensemble read_group(const io::Hdf5Reader& file, std::string_view group);

}  // namespace spinflow::ensemble
