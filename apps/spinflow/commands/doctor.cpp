// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "command/commands.hpp"
#include "command/json.hpp"
#include "command/mpi.hpp"
#include "spinflow/base/allowed_threads.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/version.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/kernels/simd.hpp"
#include "spinflow/report/report.hpp"
#include "spinflow/thermometers/cache.hpp"

namespace spinflow::program {

namespace {

int run_doctor(const Invocation& invocation) {
#ifdef NDEBUG
  const char* build = "release";
#else
  const char* build = "debug, with assertions";
#endif
  base::AllowedThreads threads = base::allowed_threads();
  if (invocation.has("threads")) threads = {.number = base::threads(), .rule = "--threads"};
  const auto cache = thermometers::cache_folder();
  std::string share;
  std::string share_missing;
  try {
    share = report::share_folder().string();
  } catch (const Error& error) {
    share_missing = error.what();
  }
  if (invocation.json()) {
    print_json({{"software", base::software()},
                {"build", build},
                {"simd", {{"level", kernels::simd_level()}, {"available", kernels::simd_levels()}}},
                {"threads", base::threads()},
                {"threads_rule", threads.rule},
                {"hdf5", io::hdf5_library_version()},
                {"mpi", mpi_version().empty() ? Json() : Json(mpi_version())},
                {"cache", cache.string()},
                {"share", share}});
    return 0;
  }
  print(fmt::format("{} ({} build)\n", base::software(), build));
  print(fmt::format("SIMD level     {} (available: {}; SPINFLOW_SIMD=portable forces one)\n",
                    kernels::simd_level(), fmt::join(kernels::simd_levels(), ", ")));
  print(fmt::format("threads        {} ({}; --threads N sets it)\n", base::threads(), threads.rule));
  if (!threads.passed_over.empty()) print(fmt::format("               {}\n", printable(threads.passed_over)));
  print(fmt::format("HDF5           {}\n", io::hdf5_library_version()));
  print(fmt::format("MPI            {}\n",
                    mpi_version().empty()
                        ? "not in this build (-DSPINFLOW_MPI=ON for `mpirun spinflow train rbm`)"
                        : mpi_version()));
  print(fmt::format("kept curves    {}\n",
                    cache.empty() ? std::string("nowhere: neither SPINFLOW_CACHE_DIR nor HOME is set")
                                  : printable(cache.string())));
  print(fmt::format("report parts   {}\n", share.empty() ? printable(share_missing) : printable(share)));
  return 0;
}

}  // namespace

Command doctor_command() {
  return {.name = "doctor", .help = "what this build has, and how to get what is missing", .run = run_doctor};
}

}  // namespace spinflow::program
