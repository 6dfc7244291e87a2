// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nanobind/nanobind.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <mutex>
#include <string>
#include <thread>

#include "spinflow/base/error.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/base/stop.hpp"

namespace spinflow::python {

/// Hears of the work of one call from Python. In the thread of the call it looks every 50 ms whether a signal
/// has arrived (Ctrl-C) and tells the progress bar; what Python raises then ends the work.
class Caller final : public base::Observer {
 public:
  void begin(std::string_view what, std::uint64_t total, std::string_view unit) override;
  void advance(std::uint64_t n) override;
  /// The work has ended with Error(interrupted): raises what Python raised, if it did.
  void raise_what_was_raised();
  /// Takes the progress bar away. Needs the GIL.
  void end();

 private:
  void ask_python();

  using Clock = std::chrono::steady_clock;
  std::thread::id thread_ = std::this_thread::get_id();
  Clock::time_point next_ = Clock::now() + std::chrono::milliseconds(50);
  std::atomic<std::uint64_t> done_ = 0;
  std::atomic<bool> stops_ = false;
  std::exception_ptr raised_;
  std::mutex mutex_;  // guards what follows
  std::string what_;
  std::string unit_;
  std::uint64_t total_ = 0;
};

/// Does `body`(observer) without the GIL. Errors of the library become exceptions of Python at the border
/// (module.cpp); those of functions written in Python pass through as they are.
template <class Body>
auto work(const Body& body) {
  Caller caller;
  struct Ended {
    Caller& caller;
    ~Ended() { caller.end(); }
  } const ended{caller};
  try {
    const nanobind::gil_scoped_release released;
    const base::StopScope scope(caller);
    return body(static_cast<base::Observer&>(caller));
  } catch (const Error& error) {
    if (error.fault() == Fault::interrupted) caller.raise_what_was_raised();
    throw;
  }
}

}  // namespace spinflow::python
