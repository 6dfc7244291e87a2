// SPDX-License-Identifier: Apache-2.0
/// \file
/// What the bindings of all rooms share.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "spinflow/base/options.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/flow/flow.hpp"
#include "spinflow/io/columns.hpp"
#include "spinflow/networks/dense.hpp"
#include "spinflow/networks/rbm.hpp"
#include "spinflow/networks/stack.hpp"
#include "spinflow/observables/readings.hpp"
#include "spinflow/thermometers/thermometer.hpp"

namespace spinflow::python {

namespace nb = nanobind;

// ---- values.cpp: Python's values and ours

/// Keyword arguments as options. ValueError beginning with `where`.
[[nodiscard]] base::Values values_of(nb::handle keywords, const std::string& where);
[[nodiscard]] nb::object object_of(const base::Value& value);
/// The members of a record by their names.
template <class T>
[[nodiscard]] nb::dict dict_of(const T& record, const io::Columns<T>& columns) {
  nb::dict dict;
  for (const auto& [name, value] : columns.values(record)) dict[name.c_str()] = object_of(value);
  return dict;
}
[[nodiscard]] nb::dict dict_of(const base::Values& values);
/// Numbers of a scalar, a sequence or an array; ValueError naming the argument.
[[nodiscard]] std::vector<double> numbers_from(nb::handle given, const std::string& where);
/// A text; ValueError naming the argument.
[[nodiscard]] std::string text_from(nb::handle given, const std::string& where);
/// (value, error).
[[nodiscard]] nb::tuple tuple_of(const stats::Estimate& estimate);
/// By name: (value, error), or a list of such pairs.
[[nodiscard]] nb::dict dict_of(const observables::Readings& readings);
/// value, error, limit, censored, and mode and distribution where there are some.
[[nodiscard]] nb::dict dict_of(const thermometers::Reading& reading);
/// A function of one of our files in Python: `helper("_frames", "measured")`.
[[nodiscard]] nb::object helper(const char* module, const char* name);

// ---- arrays.cpp: numpy in and out

/// An array that owns `values`, row-major.
template <class T>
[[nodiscard]] nb::object array_of(std::vector<T> values, const std::vector<std::size_t>& shape) {
  auto* kept = new std::vector<T>(std::move(values));
  const nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
  return nb::cast(nb::ndarray<nb::numpy, T>(kept->data(), shape.size(), shape.data(), owner));
}
template <class T>
[[nodiscard]] nb::object array_of(std::vector<T> values) {
  const std::size_t n = values.size();
  return array_of(std::move(values), {n});
}
/// A read-only view of memory that belongs to `owner`.
template <class T>
[[nodiscard]] nb::object view_of(std::span<const T> values, const std::vector<std::size_t>& shape,
                                 nb::handle owner) {
  return nb::cast(nb::ndarray<nb::numpy, const T>(values.data(), shape.size(), shape.data(), owner));
}
/// Spins as int8 +-1 of shape (n, ...shape).
[[nodiscard]] nb::object unpacked(const kernels::PackedSpins& spins, const std::vector<std::size_t>& shape);

/// Configurations that were handed over as an argument: an Ensemble, which is borrowed, or an array of +-1 or
/// 0/1 of shape (n, L) or (n, Ly, Lx), which is copied: a chain or a square lattice without a model.
class Configurations {
 public:
  /// ValueError naming the argument.
  Configurations(nb::handle given, const std::string& argument,
                 lattice::Boundary boundary = lattice::Boundary::periodic);
  [[nodiscard]] const ensemble::Ensemble& ensemble() const { return own_ ? *own_ : *borrowed_; }
  [[nodiscard]] const kernels::PackedSpins& spins() const { return ensemble().spins; }
  /// ValueError naming the argument if the rows have not that many spins.
  const kernels::PackedSpins& spins(std::size_t n_columns) const;

 private:
  std::string argument_;
  nb::object kept_;
  const ensemble::Ensemble* borrowed_ = nullptr;
  std::optional<ensemble::Ensemble> own_;
};

// ---- models.cpp

/// A Hamiltonian on its lattice.
struct ModelHandle {
  std::shared_ptr<const models::Model> model;
};
/// What a Model holds; ValueError naming the argument for anything else.
[[nodiscard]] std::shared_ptr<const models::Model> model_of(nb::handle given, const std::string& argument);
/// A Model, or the one of this name with L, boundary and options. ValueError beginning with `where`.
[[nodiscard]] std::shared_ptr<const models::Model> model_from(nb::handle model, nb::handle side,
                                                              const std::string& boundary, nb::handle options,
                                                              const std::string& where);
/// T, or 1/K; ValueError unless one of them is given.
[[nodiscard]] std::vector<double> temperatures_from(nb::handle temperatures, nb::handle couplings,
                                                    const std::string& where);
/// "16x10" of 10, (16, 10) or "16x10".
[[nodiscard]] std::string size_text(nb::handle side, const std::string& where);

// ---- ensemble.cpp

/// Bytes of a file that `write` makes, and a file of these bytes that `read` reads: what pickle carries.
[[nodiscard]] nb::bytes bytes_of_file(const std::function<void(const std::filesystem::path&)>& write);
void with_file_of_bytes(const nb::bytes& bytes,
                        const std::function<void(const std::filesystem::path&)>& read);

void bind_models(nb::module_& m);
void bind_ensembles(nb::module_& m);
void bind_exact(nb::module_& m);
void bind_networks(nb::module_& m);
void bind_exchange(nb::module_& m);
void bind_training(nb::module_& m);
void bind_maps(nb::module_& m);
void bind_flows(nb::module_& m);
void bind_analyses(nb::module_& m);
void bind_runs(nb::module_& m);

}  // namespace spinflow::python
