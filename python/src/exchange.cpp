// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>

#include "module.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/ensemble/ensemble_export.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/networks/rbm_exchange.hpp"
#include "spinflow/studies/configurations.hpp"
#include "spinflow/studies/sampling.hpp"
#include "work.hpp"

namespace spinflow::python {

namespace {

namespace fs = std::filesystem;

/// Whether a file, or what a flow kept in it by the name flow.h5@12, is of ours; or a folder.
bool is_own(const fs::path& path) {
  if (fs::is_directory(path)) return true;
  const fs::path file = studies::configurations_name(path.string()).file;
  return io::is_hdf5(file) && io::Hdf5Reader(file).has_attribute("/", "format");
}

double temperature_from(nb::handle given) {
  const auto numbers = numbers_from(given, "read: T");
  if (numbers.size() != 1 || !(numbers[0] >= 0) || std::isinf(numbers[0]))
    throw input_error("read: T", "it is not a temperature", "give one number of at least 0, in J/k_B");
  return numbers[0];
}

std::shared_ptr<const models::Model> model_for(nb::handle model, const lattice::Lattice& lattice) {
  if (PyUnicode_Check(model.ptr()))
    return studies::model_on(lattice, nb::cast<std::string>(model), {}, "read: model");
  auto given = model_of(model, "read: model");
  if (given->lattice() != lattice)
    throw input_error(
        "read: model",
        fmt::format("it lives on {} sites ({}), the spins on {} ({})", given->lattice().text(),
                    to_string(given->lattice().boundary()), lattice.text(), to_string(lattice.boundary())),
        "give a model on the lattice of the spins");
  return given;
}

ensemble::Ensemble read_spins(const fs::path& path, nb::handle side, nb::handle temperature, nb::handle model,
                              const std::string& boundary, const std::string& array) {
  ensemble::Origin origin{.size = side.is_none() ? std::string() : size_text(side, "read"),
                          .boundary = lattice::boundary_from(boundary, "read: boundary"),
                          .array = array};
  if (!temperature.is_none()) origin.temperature = temperature_from(temperature);
  auto data = work([&](base::Observer&) { return ensemble::import_spins(path, origin); });
  if (model.is_none()) return data;
  data.model = model_for(model, data.lattice);
  work([&](base::Observer&) {
    ensemble::measure_rows(data);
    return 0;
  });
  return data;
}

nb::object read_rbm(const fs::path& path, nb::handle side, const std::string& boundary,
                    const std::optional<std::string>& units, const std::optional<std::string>& rows,
                    std::optional<std::int64_t> update) {
  networks::RbmOrigin origin{.size = side.is_none() ? std::string() : size_text(side, "read"),
                             .boundary = lattice::boundary_from(boundary, "read: boundary"),
                             .update = update};
  if (units) origin.units = networks::unit_values_from(*units, "read: units");
  if (rows) origin.rows = networks::weight_rows_from(*rows, "read: rows");
  auto imported = work([&](base::Observer&) { return networks::import_rbm(path, origin); });
  return helper("rbm", "fitted")(nb::cast(std::move(imported.rbm)));
}

void write_rbm(const networks::Rbm& rbm, const fs::path& path, const std::string& format,
               const std::optional<std::string>& units) {
  std::optional<networks::UnitValues> values;
  if (units) values = networks::unit_values_from(*units, "write: units");
  io::check_output(path, true);
  networks::export_rbm(rbm, path, format, values);
}

}  // namespace

void bind_exchange(nb::module_& m) {
  using namespace nb::literals;
  m.def("is_own_file", is_own);
  m.def("is_foreign_rbm", networks::is_foreign_rbm);
  m.def("read_spins", read_spins, "path"_a, "L"_a.none(), "T"_a.none(), "model"_a.none(), "boundary"_a,
        "array"_a);
  m.def("read_rbm", read_rbm, "path"_a, "L"_a.none(), "boundary"_a, "units"_a.none(), "rows"_a.none(),
        "update"_a.none());
  m.def("write_ensemble",
        [](const ensemble::Ensemble& data, const fs::path& path, const std::string& format) {
          io::check_output(path, true);
          work([&](base::Observer&) {
            ensemble::export_ensemble(data, path, format);
            return 0;
          });
        });
  m.def("write_rbm", write_rbm, "rbm"_a, "path"_a, "format"_a, "units"_a.none());
}

}  // namespace spinflow::python
