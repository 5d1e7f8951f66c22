#include "models/tlm/worker.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "models/tlm/processes.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp::tlm_support {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;

sc_time ns(double time) { return {time, SC_NS}; }

// Does the pieces of work that it is given, one after the other.
class Sleeper : public sc_core::sc_module, public Worker {
 public:
  explicit Sleeper(const sc_core::sc_module_name& name) : sc_module(name) { HWCVP_THREAD(run); }

  std::vector<std::function<void()>> works;
  size_t begun = 0;
  int wakes = 0;  // between pieces of work

  using Worker::wake_at;

 private:
  void run() {
    for (;;) {
      while (begun == works.size()) {
        rest();
        ++wakes;
      }
      begin_work();
      works[begun++]();
      end_work();
    }
  }
};

class WorkerTest : public SystemcTest {
 protected:
  struct Sleep {
    sc_time until;  // when it returned
    bool went_on;
    bool operator==(const Sleep& other) const { return until == other.until && went_on == other.went_on; }
  };

  void note(bool went_on) { sleeps.push_back({sc_core::sc_time_stamp(), went_on}); }
  static void run(double nanoseconds) { sc_core::sc_start(ns(nanoseconds)); }

  Sleeper sleeper{"sleeper"};
  std::vector<Sleep> sleeps;
};

TEST_F(WorkerTest, SleepsUntilATime) {
  sleeper.works.push_back([this] {
    note(sleeper.sleep_until(ns(10)));
    note(sleeper.sleep_until(ns(3)));  // over
    note(sleeper.sleep_until(ns(10)));
    note(sleeper.sleep_until(ns(25)));
  });
  run(20);
  EXPECT_TRUE(sleeper.working());
  run(20);
  EXPECT_EQ(sleeps, (std::vector<Sleep>{{ns(10), true}, {ns(10), true}, {ns(10), true}, {ns(25), true}}));
  EXPECT_FALSE(sleeper.working());
  EXPECT_FALSE(sleeper.abandoned());
}

TEST_F(WorkerTest, AbandonedWorkLearnsOfItAtOnceAndSleepsNoMore) {
  sleeper.works.push_back([this] {
    note(sleeper.sleep_until(ns(10)));
    note(sleeper.sleep_until(ns(50)));
    note(sleeper.pause());
  });
  run(4);
  sleeper.abandon();
  EXPECT_FALSE(sleeper.working());
  EXPECT_TRUE(sleeper.abandoned());
  EXPECT_TRUE(sleeps.empty());
  run(100);
  EXPECT_EQ(sleeps, (std::vector<Sleep>{{ns(4), false}, {ns(4), false}, {ns(4), false}}));
}

TEST_F(WorkerTest, WorkAfterAbandonedWorkSleepsAsUsual) {
  sleeper.works.push_back([this] { note(sleeper.sleep_until(ns(10))); });
  run(4);
  sleeper.abandon();
  sleeper.works.push_back([this] { note(sleeper.sleep_until(ns(20))); });
  run(1);
  EXPECT_TRUE(sleeper.working());
  EXPECT_FALSE(sleeper.abandoned());
  run(100);
  // Nothing wakes it at 10 ns any more.
  EXPECT_EQ(sleeps, (std::vector<Sleep>{{ns(4), false}, {ns(20), true}}));
}

TEST_F(WorkerTest, PausesUntilItIsWoken) {
  sleeper.works.push_back([this] { note(sleeper.pause()); });
  sleeper.works.push_back([this] { note(sleeper.pause()); });
  run(7);
  EXPECT_TRUE(sleeps.empty());
  sleeper.wake();
  run(2);
  sleeper.abandon();
  run(1);
  EXPECT_EQ(sleeps, (std::vector<Sleep>{{ns(7), true}, {ns(9), false}}));
}

TEST_F(WorkerTest, AbandoningNoWorkDoesNotWake) {
  run(5);
  sleeper.abandon();
  run(5);
  EXPECT_EQ(0, sleeper.wakes);
  EXPECT_FALSE(sleeper.abandoned());
}

TEST_F(WorkerTest, RestsUntilTheTimeNamedLast) {
  run(5);
  sleeper.wake_at(ns(10));
  sleeper.wake_at(ns(30));
  run(20);
  EXPECT_EQ(0, sleeper.wakes);
  run(10);
  EXPECT_EQ(1, sleeper.wakes);
  sleeper.wake_at(ns(1));  // over: now
  run(1);
  EXPECT_EQ(2, sleeper.wakes);
}

}  // namespace
}  // namespace hwcvp::tlm_support
