// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/stop.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"

namespace spinflow::base {
namespace {

/// Wants to stop at the n-th question.
class StopAt final : public Observer {
 public:
  explicit StopAt(int n) : left_(n) {}
  void advance(std::uint64_t n) override {
    EXPECT_EQ(n, 0u) << "nothing is done by asking";
    if (--left_ <= 0) throw Error(Fault::interrupted, "stop");
  }
  [[nodiscard]] int left() const { return left_; }

 private:
  std::atomic<int> left_;
};

TEST(Stop, NobodyIsAskedOutsideOfAScope) {
  StopAt never(1);
  { const StopScope scope(never); }
  EXPECT_NO_THROW(check_stop());
  int done = 0;
  parallel_for(1, [&](std::size_t) { ++done; });
  EXPECT_EQ(done, 1);
}

TEST(Stop, TheInnermostScopeIsAskedAndSilenceHidesNone) {
  StopAt outer(1);
  StopAt inner(1000);
  const StopScope scope(outer);
  {
    const StopScope narrower(inner);
    EXPECT_NO_THROW(check_stop());
    EXPECT_EQ(inner.left(), 999);
    const StopScope silence(silent());
    EXPECT_NO_THROW(check_stop());
    EXPECT_EQ(inner.left(), 998);
  }
  EXPECT_THROW(check_stop(), Error);
}

// Work that was given no observer.
TEST(Stop, TheSilentObserverPassesTheQuestionOn) {
  EXPECT_NO_THROW(silent().advance(5));
  StopAt observer(2);
  const StopScope scope(observer);
  const StopScope silence(silent());
  EXPECT_NO_THROW(silent().advance(5));
  EXPECT_THROW(silent().advance(5), Error);
}

/// Hands all that it hears to another one.
class PassesOn final : public Observer {
 public:
  explicit PassesOn(Observer& to) : to_(to) {}
  void advance(std::uint64_t n) override { to_.advance(n); }

 private:
  Observer& to_;
};

TEST(Stop, AnObserverBeforeTheSilentOneAsksTheNextOuterScope) {
  PassesOn inner(silent());
  {
    const StopScope scope(inner);
    EXPECT_NO_THROW(check_stop());
    EXPECT_NO_THROW(inner.advance(3));
    EXPECT_EQ(stop_observer(), &inner);
  }
  StopAt outer(3);
  const StopScope scope(outer);
  const StopScope narrower(inner);
  EXPECT_NO_THROW(check_stop());
  EXPECT_EQ(outer.left(), 2);
  EXPECT_THROW(for (int i = 0; i < 3; ++i) inner.advance(1), Error);
  EXPECT_EQ(stop_observer(), &inner);
}

TEST(Stop, ParallelLoopsAskBeforeEveryPieceAndSoDoThoseInThem) {
  const int before = threads();
  for (const int limit : {1, 3}) {
    set_threads(limit);
    StopAt observer(100);
    const StopScope scope(observer);
    std::atomic<int> inner{0};
    try {
      parallel_for(1000000, [&](std::size_t) { parallel_for(2, [&](std::size_t) { ++inner; }); });
      ADD_FAILURE() << "not stopped with " << limit << " threads";
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::interrupted);
    }
    // Each of the 99 questions before it was for an outer piece or one of the two in it.
    EXPECT_LE(inner, 66);
    EXPECT_EQ(stop_observer(), &observer);
  }
  set_threads(before);
}

}  // namespace
}  // namespace spinflow::base
