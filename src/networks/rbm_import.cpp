// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "io/named_arrays.hpp"
#include "networks/rbm_units.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/lattice/size.hpp"
#include "spinflow/networks/parameter_limit.hpp"

namespace spinflow::networks {

namespace {

using Array = io::NamedArrays::Array;

constexpr std::string_view saved_by_hand =
    "numpy.savez('net.npz', weights=W, visible_bias=b, hidden_bias=c) writes what can be read";

/// What has been found in a file.
struct ForeignRbm {
  std::string program;
  Array weights;
  std::vector<double> visible_bias;
  std::vector<double> hidden_bias;
  std::optional<WeightRows> rows;           ///< what the axes of the weights are, if the names tell
  std::optional<UnitValues> visible_units;  ///< if the file tells
  std::optional<UnitValues> hidden_units;
  std::vector<std::size_t> shape;  ///< (Ly, Lx) or (L) of the visible units, if the file tells
};

std::string shape_text(const std::vector<std::size_t>& shape) {
  return fmt::format("({})", fmt::join(shape, ", "));
}

/// A bias: all axes but those of length 1 are counted as one.
std::vector<double> bias_of(Array array, std::string_view name, const std::string& where) {
  if (std::ranges::count_if(array.shape, [](std::size_t n) { return n > 1; }) > 1)
    throw input_error(where, fmt::format("'{}' has shape {}", name, shape_text(array.shape)),
                      "a bias has one number for each unit of its layer");
  return std::move(array.values);
}

Array array_of(const io::Hdf5Reader& file, const std::string& name) {
  Array array{file.shape(name), {}};
  array.values = file.read<double>(name, array.shape);
  return array;
}

// ---- rbms (PyPI): its functions save_model and load_params

constexpr std::string_view update_prefix = "update_";

/// Numbers of the groups update_<n>, ascending.
std::vector<std::int64_t> updates_in(const io::Hdf5Reader& file) {
  std::vector<std::int64_t> updates;
  for (const auto& name : file.children("/")) {
    if (!name.starts_with(update_prefix)) continue;
    const char* const first = name.data() + update_prefix.size();
    const char* const last = name.data() + name.size();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(first, last, number);
    if (error == std::errc() && end == last && number >= 0) updates.push_back(number);
  }
  std::ranges::sort(updates);
  return updates;
}

std::int64_t chosen_update(const std::vector<std::int64_t>& updates, std::optional<std::int64_t> wanted,
                           const std::string& where) {
  if (!wanted) return updates.back();
  if (std::ranges::binary_search(updates, *wanted)) return *wanted;
  const auto shown = std::span(updates).last(std::min<std::size_t>(updates.size(), 10));
  throw input_error(where, fmt::format("it has no update {}", *wanted),
                    fmt::format("its {} {}", shown.size() < updates.size() ? "last ones are" : "updates are",
                                fmt::join(shown, ", ")));
}

ForeignRbm read_rbms(const io::Hdf5Reader& file, std::optional<std::int64_t> wanted) {
  const std::string where = file.path().string();
  if (file.contains("model_type"))
    if (const auto type = file.text("model_type"); type != "BBRBM")
      throw input_error(where,
                        type == "PBRBM" ? std::string("its visible units are Potts spins of several states")
                                        : fmt::format("its model_type is '{}'", type),
                        "RBMs whose units have two values (model_type BBRBM) can be converted");
  const std::int64_t update = chosen_update(updates_in(file), wanted, where);
  const std::string group = fmt::format("{}{}", update_prefix, update);
  // Files of its first versions have no group of parameters.
  const std::string inner = file.contains(group + "/params") ? group + "/params/" : group + "/";
  ForeignRbm found{.program = fmt::format("rbms, update {}", update),
                   .weights = array_of(file, inner + "weight_matrix"),
                   .visible_bias = bias_of(array_of(file, inner + "vbias"), "vbias", where),
                   .hidden_bias = bias_of(array_of(file, inner + "hbias"), "hbias", where),
                   .rows = WeightRows::visible,
                   .visible_units = UnitValues::binary,
                   .hidden_units = UnitValues::binary};
  if (found.weights.shape.size() == 3)
    throw input_error(where, "its visible units are Potts spins of several states",
                      "RBMs whose units have two values can be converted");
  return found;
}

// ---- RestrictedBoltzmannMachines.jl: its function save_rbm. Julia's first axis runs fastest, so that the
// axes stand in HDF5 in the opposite order.

UnitValues julia_units(const io::Hdf5Reader& file, const std::string& layer) {
  const std::string type = file.text(layer + "_type");
  if (type == "Spin") return UnitValues::spin;
  if (type == "Binary") return UnitValues::binary;
  throw input_error(file.path().string(), fmt::format("its {} units are of type {}", layer, type),
                    "layers of types Spin and Binary can be converted");
}

ForeignRbm read_julia(const io::Hdf5Reader& file) {
  const std::string where = file.path().string();
  if (file.contains("rbm_type"))
    if (const auto type = file.text("rbm_type"); type != "RBM")
      throw input_error(where, fmt::format("its rbm_type is {}", type), "plain RBMs can be converted");
  ForeignRbm found{.program = "RestrictedBoltzmannMachines.jl",
                   .visible_units = julia_units(file, "visible"),
                   .hidden_units = julia_units(file, "hidden")};
  Array visible = array_of(file, "visible_par");
  Array hidden = array_of(file, "hidden_par");
  found.weights = array_of(file, "weights");
  // One parameter per unit: an axis of length 1, which is Julia's first.
  for (Array* par : {&visible, &hidden})
    if (par->shape.size() > 1 && par->shape.back() == 1) par->shape.pop_back();
  auto expected = hidden.shape;
  expected.insert(expected.end(), visible.shape.begin(), visible.shape.end());
  if (found.weights.shape != expected)
    throw input_error(where,
                      fmt::format("its weights have shape {} where {} belongs",
                                  shape_text(found.weights.shape), shape_text(expected)),
                      "give a file whose parts belong together");
  found.shape = visible.shape;
  found.weights.shape = {hidden.values.size(), visible.values.size()};
  found.rows = WeightRows::hidden;
  found.visible_bias = std::move(visible.values);
  found.hidden_bias = std::move(hidden.values);
  return found;
}

// ---- arrays by name

/// How a program calls its parameters.
struct Names {
  std::string_view program;
  std::string_view weights;
  std::string_view visible_bias;
  std::string_view hidden_bias;
  std::optional<WeightRows> rows;
};

constexpr Names known_names[] = {
    {"scikit-learn", "components_", "intercept_visible_", "intercept_hidden_", WeightRows::hidden},
    {"rbms", "weight_matrix", "vbias", "hbias", WeightRows::visible},
    {"QuCumber", "weights", "visible_bias", "hidden_bias", WeightRows::hidden}};

constexpr std::string_view weight_names[] = {"weights", "W", "weight", "weight_matrix", "components_", "w"};
constexpr std::string_view visible_names[] = {
    "visible_bias", "vbias", "v_bias", "bias_v", "b_v", "bv", "intercept_visible_", "visible_biases"};
constexpr std::string_view hidden_names[] = {
    "hidden_bias", "hbias", "h_bias", "bias_h", "b_h", "bh", "intercept_hidden_", "hidden_biases"};

/// The one of `usual` that the file has; nothing if it has none. Error(input) for several.
std::string_view one_of(const io::NamedArrays& file, std::span<const std::string_view> usual) {
  std::vector<std::string_view> there;
  for (const auto name : usual)
    if (file.has(name)) there.push_back(name);
  if (there.size() > 1)
    throw input_error(file.path().string(), fmt::format("it holds both '{}' and '{}'", there[0], there[1]),
                      "leave one of them out");
  return there.empty() ? std::string_view() : there.front();
}

std::string_view required(const io::NamedArrays& file, std::span<const std::string_view> usual,
                          std::string_view what) {
  if (const auto name = one_of(file, usual); !name.empty()) return name;
  if (file.names().empty()) throw input_error(file.path().string(), "it holds no arrays", saved_by_hand);
  throw input_error(file.path().string(), fmt::format("it has no {} ({})", what, fmt::join(usual, ", ")),
                    fmt::format("it has {}; {}", fmt::join(file.names(), ", "), saved_by_hand));
}

/// {-1, 1} or {0, 1}, as export_rbm writes it.
UnitValues units_of(const io::NamedArrays& file) {
  const auto values = file.read("unit_values").values;
  if (values == std::vector<double>{-1, 1}) return UnitValues::spin;
  if (values == std::vector<double>{0, 1}) return UnitValues::binary;
  throw input_error(file.path().string(), "its unit_values are neither -1, 1 nor 0, 1",
                    "units of two values can be converted");
}

std::vector<std::size_t> visible_shape(const io::NamedArrays& file) {
  std::vector<std::size_t> shape;
  for (const double length : file.read("visible_shape").values) {
    if (!(length >= 1 && length <= 1e9) || length != std::floor(length) || shape.size() == 2)
      throw input_error(file.path().string(), "its visible_shape is not a shape of a lattice",
                        "give (Ly, Lx) or (L)");
    shape.push_back(static_cast<std::size_t>(length));
  }
  return shape;
}

ForeignRbm read_arrays(const std::filesystem::path& path) {
  const io::NamedArrays file(path);
  const std::string where = path.string();
  const auto weights = required(file, weight_names, "matrix of weights");
  const auto visible = required(file, visible_names, "bias of the visible units");
  const auto hidden = required(file, hidden_names, "bias of the hidden units");
  ForeignRbm found{.program = "arrays",
                   .weights = file.read(weights),
                   .visible_bias = bias_of(file.read(visible), visible, where),
                   .hidden_bias = bias_of(file.read(hidden), hidden, where)};
  for (const auto& names : known_names)
    if (weights == names.weights && visible == names.visible_bias && hidden == names.hidden_bias) {
      found.program = names.program;
      found.rows = names.rows;
    }
  if (file.has("unit_values")) {
    found.visible_units = found.hidden_units = units_of(file);
    found.program = "spinflow";
  }
  if (file.has("visible_shape")) found.shape = visible_shape(file);
  return found;
}

ForeignRbm read_foreign(const std::filesystem::path& path, std::optional<std::int64_t> update) {
  io::check_input(path);
  const std::string where = path.string();
  if (io::is_hdf5(path)) {
    const io::Hdf5Reader file(path);
    if (file.has_attribute("/", "format"))
      throw input_error(where, "it is a file of spinflow's", "give it to the other commands as it is");
    if (!updates_in(file).empty()) return read_rbms(file, update);
    if (file.contains("visible_par")) return read_julia(file);
  }
  if (update)
    throw input_error(where, fmt::format("it has no update {}", *update),
                      "files of rbms alone have several; leave it out");
  return read_arrays(path);
}

// ---- what has been found, as an RBM of ours

WeightRows rows_of(const ForeignRbm& found, std::optional<WeightRows> given, const std::string& where) {
  const auto& shape = found.weights.shape;
  const std::size_t v = found.visible_bias.size();
  const std::size_t h = found.hidden_bias.size();
  if (shape.size() == 2 && shape == std::vector{h, v} && shape == std::vector{v, h}) {
    if (const auto rows = given ? given : found.rows) return *rows;
    throw input_error(where, fmt::format("its weights are a square of {} x {}", v, h),
                      "say whose units its rows are: --rows hidden or --rows visible (in Python, "
                      "rows='hidden' or 'visible')");
  }
  if (shape == std::vector{h, v} && given != WeightRows::visible) return WeightRows::hidden;
  if (shape == std::vector{v, h} && given != WeightRows::hidden) return WeightRows::visible;
  throw input_error(where,
                    fmt::format("its weights have shape {}, its biases {} visible and {} hidden units",
                                shape_text(shape), v, h),
                    "weights are (hidden, visible) or (visible, hidden)");
}

lattice::Lattice lattice_of_visible(const ForeignRbm& found, const RbmOrigin& origin,
                                    const std::string& where) {
  const std::size_t units = found.visible_bias.size();
  std::string size = origin.size;
  if (size.empty()) {
    std::vector<std::size_t> shape = found.shape.empty() ? std::vector{units} : found.shape;
    if (shape.size() > 2)
      throw input_error(where, fmt::format("its visible units have the axes {}", shape_text(shape)),
                        "name a chain or a square lattice of as many sites (-L)");
    std::ranges::reverse(shape);
    size = fmt::format("{}", fmt::join(shape, "x"));
  }
  return lattice::lattice_of_sites(size, units, origin.boundary, where);
}

/// (rows, columns) -> (columns, rows).
std::vector<double> with_axes_swapped(const std::vector<double>& values, std::size_t rows,
                                      std::size_t columns) {
  std::vector<double> result(values.size());
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) result[c * rows + r] = values[r * columns + c];
  return result;
}

std::vector<float> as_parameters(const std::vector<double>& values, std::string_view what,
                                 const std::string& where) {
  std::vector<float> rounded(values.begin(), values.end());
  if (const auto bad = unusable_parameter(rounded))
    throw input_error(where,
                      std::isfinite(*bad)
                          ? fmt::format("its {} hold {:.3g}, beyond the largest weight {:.0e}", what, *bad,
                                        largest_parameter)
                          : fmt::format("its {} hold numbers that are not finite", what),
                      "the training that made it has failed; train again with a smaller learning rate");
  return rounded;
}

}  // namespace

bool is_foreign_rbm(const std::filesystem::path& path) {
  try {
    io::check_input(path);
    if (io::is_hdf5(path)) {
      const io::Hdf5Reader file(path);
      if (file.has_attribute("/", "format")) return false;
      if (!updates_in(file).empty() || file.contains("visible_par")) return true;
    }
    const io::NamedArrays file(path);
    return !one_of(file, weight_names).empty() && !one_of(file, visible_names).empty();
  } catch (const Error&) {
    return false;
  }
}

ImportedRbm import_rbm(const std::filesystem::path& path, const RbmOrigin& origin) {
  const std::string where = path.string();
  ForeignRbm found = read_foreign(path, origin.update);
  // The weights are turned and rounded: two more copies beside them.
  base::check_memory(3 * sizeof(double) * static_cast<double>(found.weights.values.size()), where,
                     "give a smaller network");
  const auto rows = rows_of(found, origin.rows, where);
  const auto units = [&](std::optional<UnitValues> said) {
    if (said && origin.units && *said != *origin.units)
      throw input_error(where,
                        fmt::format("its units are {}", *said == UnitValues::spin ? "-1 and 1" : "0 and 1"),
                        "leave --units out, the file says it");
    return said.value_or(origin.units.value_or(UnitValues::binary));
  };
  const UnitValues visible_units = units(found.visible_units);
  const UnitValues hidden_units = units(found.hidden_units);
  const auto lattice = lattice_of_visible(found, origin, where);
  RbmNumbers numbers{.n_visible = found.visible_bias.size(),
                     .n_hidden = found.hidden_bias.size(),
                     .weights = std::move(found.weights.values),
                     .visible_bias = std::move(found.visible_bias),
                     .hidden_bias = std::move(found.hidden_bias)};
  if (rows == WeightRows::visible)
    numbers.weights = with_axes_swapped(numbers.weights, numbers.n_visible, numbers.n_hidden);
  // Before the sums of weights, in which a single bad one would reach every bias.
  for (const auto* all : {&numbers.weights, &numbers.visible_bias, &numbers.hidden_bias})
    (void)as_parameters(*all, all == &numbers.weights ? "weights" : "biases", where);
  to_spins(numbers, visible_units, hidden_units);
  return {.rbm = {.visible = lattice,
                  .n_hidden = numbers.n_hidden,
                  .weights = as_parameters(numbers.weights, "weights", where),
                  .visible_bias = as_parameters(numbers.visible_bias, "biases", where),
                  .hidden_bias = as_parameters(numbers.hidden_bias, "biases", where)},
          .program = found.program,
          .visible_units = visible_units,
          .hidden_units = hidden_units};
}

}  // namespace spinflow::networks
