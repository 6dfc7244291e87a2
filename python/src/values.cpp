// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>

#include "module.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::python {

namespace {

/// numpy's scalars and arrays as Python's numbers and lists.
nb::object plain(nb::handle given) {
  return nb::hasattr(given, "tolist") ? given.attr("tolist")() : nb::borrow(given);
}

std::string kind_of(nb::handle given) {
  return given.is_none() ? "None" : "a " + nb::cast<std::string>(given.type().attr("__name__"));
}

std::int64_t integer_of(nb::handle given, const std::string& where) {
  const std::int64_t number = PyLong_AsLongLong(given.ptr());
  if (number == -1 && PyErr_Occurred() != nullptr) {
    PyErr_Clear();
    throw input_error(where, "the number is beyond 64 bits", "give a smaller one");
  }
  return number;
}

base::Value list_value(nb::handle given, const std::string& where) {
  bool texts = false;
  bool whole = true;
  std::vector<std::string> words;
  std::vector<std::int64_t> integers;
  std::vector<double> numbers;
  for (const nb::handle one : nb::iter(given)) {
    const nb::object item = plain(one);
    if (PyUnicode_Check(item.ptr())) {
      texts = true;
      words.push_back(nb::cast<std::string>(item));
    } else if (PyLong_Check(item.ptr()) && !PyBool_Check(item.ptr())) {
      integers.push_back(integer_of(item, where));
      numbers.push_back(static_cast<double>(integers.back()));
    } else if (PyFloat_Check(item.ptr())) {
      whole = false;
      numbers.push_back(PyFloat_AsDouble(item.ptr()));
    } else {
      throw input_error(where, fmt::format("the list holds {}", kind_of(item)),
                        "give a list of numbers or of texts");
    }
  }
  if (texts && !numbers.empty())
    throw input_error(where, "the list holds numbers and texts", "give a list of one kind");
  if (texts) return words;
  if (whole) return integers;
  return numbers;
}

base::Value value_of(nb::handle given, const std::string& where) {
  const nb::object value = plain(given);
  if (PyBool_Check(value.ptr())) return nb::cast<bool>(value);
  if (PyLong_Check(value.ptr())) return integer_of(value, where);
  if (PyFloat_Check(value.ptr())) return PyFloat_AsDouble(value.ptr());
  if (PyUnicode_Check(value.ptr())) return nb::cast<std::string>(value);
  if (nb::hasattr(value, "__fspath__")) return nb::cast<std::string>(value.attr("__fspath__")());
  if (PyList_Check(value.ptr()) || PyTuple_Check(value.ptr()) || PyRange_Check(value.ptr()))
    return list_value(value, where);
  throw input_error(where, fmt::format("it is {}", kind_of(value)), "give a number, a text or a list");
}

}  // namespace

base::Values values_of(nb::handle keywords, const std::string& where) {
  base::Values values;
  for (const auto [key, value] : nb::cast<nb::dict>(keywords)) {
    const auto name = nb::cast<std::string>(key);
    values[name] = value_of(value, where + ": " + name);
  }
  return values;
}

nb::object object_of(const base::Value& value) {
  return std::visit([](const auto& x) { return nb::cast(x); }, value);
}

nb::dict dict_of(const base::Values& values) {
  nb::dict dict;
  for (const auto& [name, value] : values) dict[name.c_str()] = object_of(value);
  return dict;
}

std::vector<double> numbers_from(nb::handle given, const std::string& where) {
  const nb::object value = plain(given);
  if (PyFloat_Check(value.ptr()) || (PyLong_Check(value.ptr()) && !PyBool_Check(value.ptr())))
    return {PyFloat_Check(value.ptr()) ? PyFloat_AsDouble(value.ptr())
                                       : static_cast<double>(integer_of(value, where))};
  if (PyList_Check(value.ptr()) || PyTuple_Check(value.ptr()) || PyRange_Check(value.ptr()))
    if (const auto numbers = base::numbers_of(list_value(value, where))) return *numbers;
  throw input_error(where, fmt::format("it is {}", kind_of(value)),
                    "give a number, a sequence of numbers or a one-dimensional array");
}

std::string text_from(nb::handle given, const std::string& where) {
  if (!PyUnicode_Check(given.ptr()))
    throw input_error(where, fmt::format("it is {}", kind_of(given)), "give a text");
  return nb::cast<std::string>(given);
}

nb::tuple tuple_of(const stats::Estimate& estimate) { return nb::make_tuple(estimate.value, estimate.error); }

nb::dict dict_of(const observables::Readings& readings) {
  nb::dict dict;
  for (const observables::Reading& reading : readings) {
    if (!reading.is_list) {
      dict[reading.name.c_str()] = tuple_of(reading.values.front());
      continue;
    }
    nb::list list;
    for (const auto& one : reading.values) list.append(tuple_of(one));
    dict[reading.name.c_str()] = list;
  }
  return dict;
}

nb::dict dict_of(const thermometers::Reading& reading) {
  nb::dict dict;
  dict["value"] = reading.value;
  dict["error"] = reading.error;
  dict["limit"] = reading.limit;
  dict["censored"] = reading.censored;
  if (reading.mode) dict["mode"] = *reading.mode;
  if (!reading.distribution.empty()) dict["distribution"] = array_of(reading.distribution);
  return dict;
}

nb::object helper(const char* module, const char* name) {
  return nb::module_::import_((std::string("spinflow.") + module).c_str()).attr(name);
}

}  // namespace spinflow::python
