// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "module.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/kernels/spin_values.hpp"

namespace spinflow::python {

namespace {

using Spins = nb::ndarray<const std::int8_t, nb::c_contig, nb::device::cpu>;

kernels::PackedSpins packed(const Spins& array, const std::string& argument) {
  const std::size_t n = array.shape(0);
  const std::size_t n_columns = array.size() / n;
  const std::int8_t* data = array.data();
  const nb::gil_scoped_release released;
  const std::span all(data, n * n_columns);
  const auto values = kernels::values_of(all);
  if (values.other)
    throw input_error(argument,
                      fmt::format("it holds the value {}",
                                  *std::ranges::find_if(all, [](std::int8_t s) { return s < -1 || s > 1; })),
                      "give spins as -1 and 1, or as 0 and 1");
  if (values.minus && values.zero)
    throw input_error(argument, "it holds -1, 0 and 1", "give spins as -1 and 1, or as 0 and 1");
  kernels::PackedSpins spins(n, n_columns);
  for (std::size_t r = 0; r < n; ++r) spins.pack(r, {data + r * n_columns, n_columns});
  return spins;
}

/// The array as int8; what is wrong with its kind, shape or values is an Error of ours, as for any other map.
Spins looked_at(nb::handle given, const std::string& argument) {
  try {
    return nb::cast<Spins>(helper("_arrays", "spins")(given, argument));
  } catch (const nb::python_error& error) {
    if (!error.matches(PyExc_ValueError)) throw;
    throw Error(Fault::input, nb::cast<std::string>(nb::str(error.value())));
  }
}

int side(std::size_t n) { return static_cast<int>(std::min<std::size_t>(n, 1u << 30)); }

}  // namespace

nb::object unpacked(const kernels::PackedSpins& spins, const std::vector<std::size_t>& shape) {
  std::vector<std::int8_t> values(spins.n_rows() * spins.n_columns());
  {
    const nb::gil_scoped_release released;
    for (std::size_t r = 0; r < spins.n_rows(); ++r)
      spins.unpack(r, {values.data() + r * spins.n_columns(), spins.n_columns()});
  }
  std::vector<std::size_t> all = {spins.n_rows()};
  all.insert(all.end(), shape.begin(), shape.end());
  return array_of(std::move(values), all);
}

Configurations::Configurations(nb::handle given, const std::string& argument, lattice::Boundary boundary)
    : argument_(argument), kept_(nb::borrow(given)) {
  if (nb::isinstance<ensemble::Ensemble>(given)) {
    borrowed_ = nb::cast<const ensemble::Ensemble*>(given);
    return;
  }
  const auto array = looked_at(given, argument);
  auto spins = packed(array, argument);
  const auto lattice = array.ndim() == 2
                           ? lattice::Lattice::chain(side(array.shape(1)), boundary)
                           : lattice::Lattice::square(side(array.shape(2)), side(array.shape(1)), boundary);
  own_ = ensemble::from_spins(std::move(spins), lattice, nullptr);
}

const kernels::PackedSpins& Configurations::spins(std::size_t n_columns) const {
  if (spins().n_columns() != n_columns)
    throw input_error(
        argument_, fmt::format("it has {} spins per configuration, not {}", spins().n_columns(), n_columns),
        "give configurations of the same lattice");
  return spins();
}

}  // namespace spinflow::python
