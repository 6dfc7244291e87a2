// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/io/export_format.hpp"
#include "spinflow/io/output.hpp"
#include "spinflow/networks/rbm.hpp"

namespace spinflow::networks {

/// The two values of a unit.
enum class UnitValues {
  spin,   ///< -1 and 1
  binary  ///< 0 and 1
};

/// "spin" or "binary"; Error(input) beginning with `where` for another text.
[[nodiscard]] UnitValues unit_values_from(std::string_view text, std::string_view where);

/// What the axes of a matrix of weights are.
enum class WeightRows { hidden, visible };

/// "hidden" or "visible"; Error(input) beginning with `where` for another text.
[[nodiscard]] WeightRows weight_rows_from(std::string_view text, std::string_view where);

/// What a file of another program does not say of its RBM.
struct RbmOrigin {
  std::string size = {};  ///< as in lattice::lattice_of_sites; empty: what the file says, else a chain
  lattice::Boundary boundary = lattice::Boundary::periodic;
  std::optional<UnitValues> units = {};     ///< empty: what the file says, else binary
  std::optional<WeightRows> rows = {};      ///< needed if both layers have as many units and no name tells
  std::optional<std::int64_t> update = {};  ///< which of those that an rbms file holds; empty: the last
};

/// An RBM of another program, converted to units +1 and -1.
struct ImportedRbm {
  Rbm rbm;
  std::string program;  ///< "rbms, update 1000", "scikit-learn", ..., what the file seems to be of
  UnitValues visible_units = UnitValues::binary;  ///< of the file
  UnitValues hidden_units = UnitValues::binary;
};

/// Whether the file seems to hold an RBM of another program. False for files that cannot be read.
[[nodiscard]] bool is_foreign_rbm(const std::filesystem::path& path);

/// An RBM that another program has stored:
/// - HDF5 of rbms (PyPI): update_<n>/params with weight_matrix (visible, hidden), vbias, hbias;
/// - HDF5 of RestrictedBoltzmannMachines.jl: weights, visible_par, hidden_par, layers Spin or Binary;
/// - .npz, .safetensors or HDF5 with a matrix of weights and both biases, by the names of scikit-learn
///   (components_, intercept_visible_, intercept_hidden_), QuCumber (weights, visible_bias, hidden_bias) or
///   common ones in PyTorch (W, v_bias, h_bias).
///
/// Units 0 and 1 are converted exactly: with v = (1 + s) / 2, W -> W/4, b -> b/2 + (sum of W over hidden
/// units)/4, c likewise; sums in double, the result rounded to float32. Error(input) beginning with the path
/// for other units (Gaussian, Potts, ReLU), missing or contradicting arrays, and parameters that are not
/// finite or beyond `largest_parameter`.
///
///     networks::Rbm rbm = networks::import_rbm("RBM.h5", {.size = "10x10"}).rbm;
[[nodiscard]] ImportedRbm import_rbm(const std::filesystem::path& path, const RbmOrigin& origin = {});

/// npz, safetensors and rbms.
[[nodiscard]] const std::vector<io::ExportFormat>& rbm_export_formats();

/// Writes what import_rbm reads: for rbms units 0 and 1, otherwise weights, visible_bias, hidden_bias with
/// unit_values ({-1, 1} or {0, 1}) and visible_shape, the axes of the visible lattice. Weights float32; the
/// biases of units 0 and 1 float64, so that import_rbm gives the same bits again. `format`: a name of
/// rbm_export_formats(); empty: by the path's ending. Error(input) beginning with the path for a format there
/// is not, or for rbms with units +1 and -1.
void export_rbm(const Rbm& rbm, const std::filesystem::path& path, std::string_view format = {},
                std::optional<UnitValues> units = {}, io::Existing existing = io::Existing::replaced);

}  // namespace spinflow::networks
