// SPDX-License-Identifier: Apache-2.0
// The only file that knows MPI.
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>

#include <array>
#include <chrono>
#include <thread>

#include "command/mpi.hpp"

namespace spinflow::program {

namespace {

// An error of MPI itself ends all processes with MPI's own message, which is its default.
class World final : public MpiRanks {
 public:
  World() {
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    MPI_Comm_dup(MPI_COMM_WORLD, &at_the_end_);
  }
  ~World() override { MPI_Finalize(); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] std::size_t rank() const override { return static_cast<std::size_t>(rank_); }
  [[nodiscard]] std::size_t size() const override { return static_cast<std::size_t>(size_); }

  void gather(std::span<std::byte> items, std::size_t item_size) override {
    // MPI counts with int: items instead of bytes.
    const std::size_t n_items = items.size() / item_size;
    std::vector<int> counts(size());
    std::vector<int> starts(size());
    for (std::size_t r = 0; r < size(); ++r) {
      const auto [first, last] = part_of(r, n_items);
      starts[r] = static_cast<int>(first);
      counts[r] = static_cast<int>(last - first);
    }
    MPI_Datatype item = MPI_BYTE;
    MPI_Type_contiguous(static_cast<int>(item_size), MPI_BYTE, &item);
    MPI_Type_commit(&item);
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, items.data(), counts.data(), starts.data(), item,
                   MPI_COMM_WORLD);
    MPI_Type_free(&item);
  }

  [[nodiscard]] std::vector<int> statuses(int mine, double seconds) override {
    using Clock = std::chrono::steady_clock;
    // They must outlive a request that is given up.
    own_status_ = mine;
    all_statuses_.resize(size());
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Iallgather(&own_status_, 1, MPI_INT, all_statuses_.data(), 1, MPI_INT, at_the_end_, &request);
    const auto begun = Clock::now();
    for (int there = 0;;) {
      MPI_Test(&request, &there, MPI_STATUS_IGNORE);
      if (there != 0) return all_statuses_;
      if (std::chrono::duration<double>(Clock::now() - begun).count() > seconds) return {};
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

 private:
  int rank_ = 0;
  int size_ = 1;
  MPI_Comm at_the_end_ = MPI_COMM_NULL;  // not that of `gather`, in which others may be waiting
  int own_status_ = 0;
  std::vector<int> all_statuses_;
};

}  // namespace

std::unique_ptr<MpiRanks> mpi_ranks() { return std::make_unique<World>(); }

std::string mpi_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  const std::string whole(text.data(), static_cast<std::size_t>(length));
  return whole.substr(0, whole.find_first_of(",\n"));
}

}  // namespace spinflow::program
