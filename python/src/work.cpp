// SPDX-License-Identifier: Apache-2.0
#include "work.hpp"

#include "module.hpp"

namespace spinflow::python {

void Caller::begin(std::string_view what, std::uint64_t total, std::string_view unit) {
  const std::scoped_lock lock(mutex_);
  what_ = what;
  unit_ = unit;
  total_ = total;
  done_ = 0;
}

void Caller::advance(std::uint64_t n) {
  done_ += n;
  if (stops_) throw Error(Fault::interrupted, "interrupted");
  if (std::this_thread::get_id() != thread_ || Clock::now() < next_) return;
  ask_python();
  next_ = Clock::now() + std::chrono::milliseconds(50);
}

void Caller::ask_python() {
  const nb::gil_scoped_acquire held;
  try {
    if (PyErr_CheckSignals() != 0) nb::raise_python_error();
    const std::scoped_lock lock(mutex_);
    helper("_progress", "advance")(what_, done_.load(), total_, unit_);
  } catch (const nb::python_error&) {
    raised_ = std::current_exception();
    stops_ = true;
  }
  if (stops_) throw Error(Fault::interrupted, "interrupted");
}

void Caller::raise_what_was_raised() {
  if (raised_) std::rethrow_exception(raised_);
}

void Caller::end() {
  // It has no bar if it was too short to be asked; a bar that fails on its way out changes no result.
  try {
    helper("_progress", "end")();
  } catch (nb::python_error& error) {
    error.discard_as_unraisable("spinflow");
  }
}

}  // namespace spinflow::python
