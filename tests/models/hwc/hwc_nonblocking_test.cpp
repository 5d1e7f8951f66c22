// The HWC's memory port by nb_transport, against a memory that does whatever the protocol allows.
#include <gtest/gtest.h>

#include <iostream>

#include "registers/hwc.h"
#include "tests/support/accelerators/layer_driver.h"
#include "tests/support/systemc/systemc_test.h"
#include "tests/support/tlm/at_initiator.h"
#include "tests/support/tlm/at_target.h"

namespace hwcvp {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;
using Reply = AtTarget::RequestReply;

constexpr size_t kMemoryBytes = 8 << 20;

Hwc::Properties nonblocking(uint32_t outstanding, uint32_t burst = 64) {
  Hwc::Properties properties;
  properties.memory_transport = MemoryTransport::approximately_timed;
  properties.buffer_bytes = 1 << 20;
  properties.outstanding = outstanding;
  properties.max_burst_bytes = burst;
  return properties;
}

class HwcNonblockingTest : public SystemcTest {
 protected:
  // Runs random layers, which must come out exact; the checkers of the bench watch the protocol.
  void run_random(uint64_t seed, int count, const Hwc::Properties& properties) {
    std::cout << "seed " << seed << '\n';
    std::mt19937_64 random(seed);
    HwcBench bench("bench", properties, memory);
    ASSERT_TRUE(bench.run([&] {
      for (int i = 0; i < count && !HasFailure(); ++i) {
        const LayerRun run = random_run(random);
        const LayerData data = random_data(run, random);
        SCOPED_TRACE(to_text(run));
        ASSERT_EQ(direct_outputs(run, data), run_layer(bench, run, data));
      }
    }));
    EXPECT_EQ(0u, memory.in_flight());
    EXPECT_EQ(0u, memory.dmi_requests + memory.special) << "neither DMI nor byte enables nor streaming";
  }

  AtTarget memory{"memory", kMemoryBytes};
};

TEST_F(HwcNonblockingTest, AnyMixOfBehavioursIsExact) {
  std::mt19937_64 random(5);
  memory.behave = [&](size_t) { return random_target_behaviour(random); };
  memory.reorder = [&](size_t) { return random(); };
  run_random(5, 25, nonblocking(8));
}

TEST_F(HwcNonblockingTest, StretchesOfEachBehaviourAreExact) {
  std::mt19937_64 random(6);
  memory.behave = [&](size_t number) {
    AtTarget::Behaviour behaviour;
    behaviour.reply = static_cast<Reply>(number / 400 % 5);  // long stretches of each
    behaviour.latency = sc_time(static_cast<double>(random() % 7), SC_NS);
    return behaviour;
  };
  run_random(6, 25, nonblocking(4));
}

TEST_F(HwcNonblockingTest, ResponsesInReverseAreExact) {
  memory.behave = [](size_t) {
    AtTarget::Behaviour behaviour;
    behaviour.reply = Reply::end_at_once;
    behaviour.latency = sc_time(40, SC_NS);
    return behaviour;
  };
  memory.reorder = [](size_t waiting) { return waiting - 1; };
  run_random(7, 15, nonblocking(16, 16));
}

// 64 lines of 64 bytes, far apart in memory.
LayerRun scattered_layer() {
  LayerRun run;
  run.layer.in_channels = 64;
  run.layer.out_channels = 4;
  run.layer.in_height = 8;
  run.layer.in_width = 64;
  run.tile = run.layer.extents();
  return run;
}

void push_load(HwcBench& bench) {
  const hwc::PerAxis<uint32_t> count = {1, 1, 64, 1, 64};
  for (uint32_t i = 0; i < hwc::kAxes; ++i) {
    bench.write(HWC_BOX_START + 4 * i, 0);
    bench.write(HWC_BOX_COUNT + 4 * i, count[i]);
  }
  bench.write(HWC_PUSH, HWC_OPCODE_LOAD_INPUT);
}

TEST_F(HwcNonblockingTest, KeepsAsManyInFlightAsItIsTold) {
  memory.behave = [](size_t) {
    AtTarget::Behaviour behaviour;
    behaviour.reply = Reply::end_at_once;
    behaviour.latency = sc_time(1000, SC_NS);
    return behaviour;
  };
  HwcBench bench("bench", nonblocking(6), memory);
  ASSERT_TRUE(bench.run([&] {
    configure_layer(bench, scattered_layer());
    push_load(bench);
    bench.sleep_until(HWC_STATUS_IDLE_MASK);
    EXPECT_EQ(0u, bench.read(HWC_ERROR));
  }));
  EXPECT_EQ(64u, memory.addresses.size());
  EXPECT_EQ(6u, memory.most_in_flight);
}

TEST_F(HwcNonblockingTest, ObeysBackPressure) {
  memory.behave = [](size_t) {
    AtTarget::Behaviour behaviour;
    behaviour.request_delay = sc_time(100, SC_NS);
    return behaviour;
  };
  HwcBench bench("bench", nonblocking(8), memory);
  bench.recording = true;
  ASSERT_TRUE(bench.run([&] {
    configure_layer(bench, scattered_layer());
    push_load(bench);
    bench.sleep_until(HWC_STATUS_IDLE_MASK);
  }));
  ASSERT_EQ(64u, bench.transactions.size());
  const sc_time all = bench.transactions.back().end - bench.transactions.front().start;
  EXPECT_EQ(sc_time(1 + 64 * (4 + 100), SC_NS), all)
      << "decoding once, then beats on the bus and the memory's END_REQ for each request";
}

TEST_F(HwcNonblockingTest, ErrorResponseStopsTheBlockAndNamesTheAddress) {
  memory.behave = [](size_t number) {
    AtTarget::Behaviour behaviour;
    behaviour.latency = sc_time(50, SC_NS);
    if (number == 10) behaviour.status = tlm::TLM_GENERIC_ERROR_RESPONSE;
    return behaviour;
  };
  HwcBench bench("bench", nonblocking(4), memory);
  const LayerRun layer = scattered_layer();
  std::mt19937_64 random(8);
  const LayerData data = random_data(layer, random);
  ASSERT_TRUE(bench.run([&] {
    configure_layer(bench, layer);
    push_load(bench);
    EXPECT_NE(0u, bench.sleep_until(HWC_STATUS_ERROR_MASK) & HWC_STATUS_ERROR_MASK);
    EXPECT_EQ(uint32_t{HWC_ERROR_MEMORY_PORT}, bench.read(HWC_ERROR));
    EXPECT_EQ(static_cast<uint32_t>(TensorAddresses().input + 10 * 8 * 64), bench.read(HWC_ERROR_INFO));
    EXPECT_EQ(direct_outputs(layer, data), run_layer(bench, layer, data)) << "after a reset all is well";
  }));
  EXPECT_EQ(0u, memory.in_flight());
}

TEST_F(HwcNonblockingTest, ResetLeavesLateResponsesWithoutEffect) {
  memory.behave = [](size_t number) {
    AtTarget::Behaviour behaviour;
    behaviour.reply = Reply::end_at_once;
    behaviour.latency = sc_time(number < 4 ? 20000 : 5, SC_NS);  // those of the first load come very late
    return behaviour;
  };
  HwcBench bench("bench", nonblocking(8), memory);
  const LayerRun layer = scattered_layer();
  std::mt19937_64 random(9);
  const LayerData data = random_data(layer, random);
  ASSERT_TRUE(bench.run([&] {
    configure_layer(bench, layer);
    push_load(bench);
    bench.sync();
    wait(sc_time(4, SC_NS));
    bench.write(HWC_CONTROL, HWC_CONTROL_RESET_MASK);
    bench.sync();
    EXPECT_EQ(uint32_t{HWC_STATUS_RESET}, bench.read(HWC_STATUS));
    const size_t begun = memory.in_flight();
    EXPECT_GE(begun, 1u) << "the reset must come while the load is under way";
    EXPECT_LE(begun, 8u);
    EXPECT_EQ(direct_outputs(layer, data), run_layer(bench, layer, data));
    wait(sc_time(30000, SC_NS));
    EXPECT_EQ(0u, bench.read(HWC_ERROR));
    EXPECT_EQ(direct_outputs(layer, data), run_layer(bench, layer, data));
  }));
  EXPECT_EQ(0u, memory.in_flight());
}

// A memory that calls back about what nobody asked for.
TEST_F(SystemcTest, MemoryPortReportsPhasesOfNoTransaction) {
  DECLARE_EXTENDED_PHASE(phase_of_its_own);
  AtTarget memory("memory", 4096);
  Hwc hwc("hwc", nonblocking(4));
  sc_core::sc_signal<bool> interrupt("interrupt"), reset("reset");
  AtInitiator idle("idle");
  idle.socket.bind(hwc.registers);
  hwc.memory.bind(memory.socket);
  hwc.interrupt.bind(interrupt);
  hwc.reset.bind(reset);
  expect_report("/hwcvp/protocol");
  sc_core::sc_report_handler::set_actions(sc_core::SC_ERROR, sc_core::SC_LOG);  // the simulation goes on
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  tlm::tlm_generic_payload stranger;
  size_t expected = 0;
  for (const tlm::tlm_phase& what : {tlm::tlm_phase(tlm::END_REQ), tlm::tlm_phase(tlm::BEGIN_RESP)}) {
    tlm::tlm_phase phase = what;
    sc_time delay;
    EXPECT_EQ(tlm::TLM_ACCEPTED, memory.socket->nb_transport_bw(stranger, phase, delay));
    EXPECT_EQ(++expected, reports().size());
  }
  tlm::tlm_phase phase = phase_of_its_own;
  sc_time delay;
  EXPECT_EQ(tlm::TLM_ACCEPTED, memory.socket->nb_transport_bw(stranger, phase, delay));
  EXPECT_EQ(expected, reports().size()) << "phases beyond the base protocol may be ignored";
}

}  // namespace
}  // namespace hwcvp
