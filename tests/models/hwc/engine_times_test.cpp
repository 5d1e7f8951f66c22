#include "models/hwc/engine_times.h"

#include <gtest/gtest.h>

#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

using sc_core::sc_time;

class EngineTimesTest : public SystemcTest {
 protected:
  static sc_time ns(double count) { return {count, sc_core::SC_NS}; }
  static CommandRecord command(hwc::Opcode opcode, double arrival, double start, double end, double work) {
    CommandRecord record;
    record.opcode = opcode;
    record.arrival = ns(arrival);
    record.start = ns(start);
    record.end = ns(end);
    record.work = ns(work);
    return record;
  }
};

TEST_F(EngineTimesTest, TellsWorkWaitingAndHavingNothingToDoApart) {
  EngineTimes times;
  times.begin(ns(100));
  times.write(command(hwc::Opcode::load_input, 110, 110, 150, 25));  // idle before; waits for memory
  times.write(command(hwc::Opcode::keep_input, 120, 150, 160, 10));  // follows at once
  times.write(
      command(hwc::Opcode::load_weight, 130, 175, 180, 5));       // stalled since the end of the one before
  times.write(command(hwc::Opcode::compute, 130, 150, 190, 40));  // stalled since its arrival
  const auto until = times.until(ns(200));
  const EngineTime& load = until[index(Engine::load)];
  EXPECT_EQ(load.busy, ns(40));
  EXPECT_EQ(load.stalled_on_memory, ns(15));
  EXPECT_EQ(load.stalled_on_engines, ns(15));
  EXPECT_EQ(load.stalled(), ns(30));
  EXPECT_EQ(load.idle, ns(30));
  const EngineTime& compute = until[index(Engine::compute)];
  EXPECT_EQ(compute.busy, ns(40));
  EXPECT_EQ(compute.stalled_on_engines, ns(20));
  EXPECT_EQ(compute.stalled_on_memory, sc_core::SC_ZERO_TIME);
  EXPECT_EQ(compute.idle, ns(40));
  EXPECT_EQ(until[index(Engine::store)].idle, ns(100));

  times.begin(ns(200));
  EXPECT_EQ(times.until(ns(210))[index(Engine::load)].busy, sc_core::SC_ZERO_TIME);
  EXPECT_EQ(times.until(ns(210))[index(Engine::load)].idle, ns(10));
}

}  // namespace
}  // namespace hwcvp
