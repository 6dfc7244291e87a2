// SPDX-License-Identifier: Apache-2.0
#include "command/ending.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <new>
#include <stdexcept>
#include <system_error>

#include "command/signals.hpp"
#include "command/terminal.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::program {

namespace {

Ending failed(std::string sentence) { return {.status = 1, .sentence = std::move(sentence)}; }

Ending ending_of_error(const Error& error) {
  if (error.fault() == Fault::interrupted)
    return {.status = stop_status(), .sentence = error.what(), .interrupted = true};
  return {.status = error.fault() == Fault::input ? 2 : 1, .sentence = error.what()};
}

constexpr const char* no_memory =
    "memory: there is not enough of it; ask for fewer or smaller configurations";

}  // namespace

Ending ending_of(const std::function<int()>& work) {
  try {
    return {.status = work()};
  } catch (const Error& error) {
    return ending_of_error(error);
  } catch (const std::bad_alloc&) {
    return failed(no_memory);
  } catch (const std::length_error&) {  // arrays beyond the address space
    return failed(no_memory);
  } catch (const std::system_error& error) {
    return failed(fmt::format("the system: {}; free some of its memory, threads or files", error.what()));
  } catch (const std::exception& error) {
    return failed(
        fmt::format("internal error: {}; please report it with the command that led here", error.what()));
  }
}

void tell(const Ending& ending) {
  if (ending.sentence.empty()) return;
  const std::string line = fmt::format("spinflow: {}\n", printable(ending.sentence));
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace spinflow::program
