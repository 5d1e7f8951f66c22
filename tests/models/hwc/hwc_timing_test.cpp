// When commands of the HWC start and end, and the transactions that they make.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <tuple>

#include "models/hwc/compute_engine.h"
#include "registers/hwc.h"
#include "tests/support/accelerators/layer_driver.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;

sc_time ns(double value) { return {value, SC_NS}; }

// 64 input channels of 8 lines of 64 columns, all int8, so that a channel's line is a burst of 64 bytes.
LayerRun wide_layer() {
  LayerRun run;
  run.layer.in_channels = 64;
  run.layer.out_channels = 20;
  run.layer.in_height = 8;
  run.layer.in_width = 64;
  run.tile = run.layer.extents();
  run.double_buffer = {true, true, true};
  return run;
}

Hwc::Properties with_room(uint32_t outstanding = 8) {
  Hwc::Properties properties;
  properties.buffer_bytes = 1 << 20;
  properties.outstanding = outstanding;
  return properties;
}

class TimingBench : public HwcBench {
 public:
  using HwcBench::HwcBench;

  void begin(const LayerRun& run) {
    write(HWC_CONTROL, HWC_CONTROL_RESET_MASK);
    configure_layer(*this, run);
    sync();
    recording = true;
  }
  void box(const hwc::PerAxis<uint32_t>& count) {
    for (uint32_t i = 0; i < hwc::kAxes; ++i) {
      write(HWC_BOX_START + 4 * i, 0);
      write(HWC_BOX_COUNT + 4 * i, count[i]);
    }
  }
  void tile(const std::array<uint32_t, hwc::kTileDims>& count) {
    for (uint32_t i = 0; i < hwc::kTileDims; ++i) {
      write(HWC_TILE_START + 4 * i, 0);
      write(HWC_TILE_COUNT + 4 * i, count[i]);
    }
  }
  void push(uint32_t command) { write(HWC_PUSH, command); }
  void finish() {
    sleep_until(HWC_STATUS_IDLE_MASK);
    EXPECT_EQ(0u, read(HWC_ERROR));
  }
  const CommandRecord& last() const { return commands.back(); }
  sc_time duration() const { return last().end - last().start; }
};

// Begins the wide layer and waits until all of its operands are in the buffers.
void load_wide_layer(TimingBench& bench) {
  bench.begin(wide_layer());
  bench.push(HWC_OPCODE_LOAD_PARAMS);
  bench.box({1, 1, 64, 8, 64});
  bench.push(HWC_OPCODE_LOAD_INPUT);
  bench.box({1, 20, 64, 1, 1});
  bench.push(HWC_OPCODE_LOAD_WEIGHT);
  bench.finish();
}

using HwcTimingTest = SystemcTest;

// Of one transaction of 64 bytes: issue, decoding, four beats on the bus, latency of the DRAM, transfer.
constexpr double kIssue = 1;
constexpr double kToDram = 1 + 4;
constexpr double kLatency = 60;
constexpr double kTransfer = 64 / 12.8;

TEST_F(HwcTimingTest, OneTransactionAtATimePaysEachLatency) {
  TimingBench bench("bench", with_room(1));
  ASSERT_TRUE(bench.run([&] {
    bench.begin(wide_layer());
    for (const uint32_t rows : {1u, 8u}) {
      bench.box({1, 1, rows, 1, 64});
      bench.push(HWC_OPCODE_LOAD_INPUT);
      bench.finish();
      EXPECT_EQ(ns(kIssue + rows * (kToDram + kLatency + kTransfer)), bench.duration());
      EXPECT_EQ(64 * rows, bench.last().bytes);
    }
  }));
}

TEST_F(HwcTimingTest, TransactionsInFlightHideTheLatency) {
  TimingBench bench("bench", with_room(64));
  ASSERT_TRUE(bench.run([&] {
    bench.begin(wide_layer());
    bench.box({1, 1, 64, 1, 64});
    bench.push(HWC_OPCODE_LOAD_INPUT);
    bench.finish();
    EXPECT_EQ(ns(kIssue + kToDram + kLatency + 64 * kTransfer), bench.duration())
        << "the DRAM's data bus is full";
  }));
}

TEST_F(HwcTimingTest, QuantumDoesNotChangeTheTimes) {
  std::vector<TransactionRecord> transactions[2];
  sc_time duration[2];
  TimingBench near("near", [] {
    Hwc::Properties properties = with_room();
    properties.quantum = ns(3);
    return properties;
  }());
  TimingBench far("far", with_room());
  TimingBench* const benches[] = {&near, &far};
  for (TimingBench* const bench : benches) {
    bench->start([bench] {
      bench->begin(wide_layer());
      bench->box({1, 1, 64, 3, 61});
      bench->push(HWC_OPCODE_LOAD_INPUT);
      bench->finish();
    });
  }
  sc_core::sc_start();
  for (size_t i = 0; i < 2; ++i) {
    ASSERT_TRUE(benches[i]->finished());
    ASSERT_EQ(1u, benches[i]->commands.size());
    duration[i] = benches[i]->duration();
    transactions[i] = benches[i]->transactions;
  }
  EXPECT_EQ(duration[0], duration[1]);
  ASSERT_EQ(64u * 3, transactions[0].size());
  ASSERT_EQ(transactions[0].size(), transactions[1].size());
  for (size_t i = 0; i < transactions[0].size(); ++i) {
    EXPECT_EQ(transactions[0][i].start, transactions[1][i].start);
    EXPECT_EQ(transactions[0][i].end, transactions[1][i].end);
  }
}

TEST_F(HwcTimingTest, BurstsAreLongAndStayWithinTheirMultiple) {
  Hwc::Properties properties = with_room();
  properties.max_burst_bytes = 256;
  TimingBench bench("bench", properties);
  ASSERT_TRUE(bench.run([&] {
    bench.begin(wide_layer());
    bench.write64(HWC_INPUT_BASE_LO, TensorAddresses().input + 100);
    bench.box({1, 1, 64, 8, 64});
    bench.push(HWC_OPCODE_LOAD_INPUT);
    bench.finish();
  }));
  const uint64_t bytes = 64 * 8 * 64;
  EXPECT_EQ(bytes / 256 + 1, bench.transactions.size())
      << "the whole box is one run, cut at multiples of 256";
  uint64_t next = TensorAddresses().input + 100;
  for (const TransactionRecord& record : bench.transactions) {
    EXPECT_EQ(next, record.address);
    EXPECT_EQ(record.address / 256, (record.address + record.bytes - 1) / 256);
    next += record.bytes;
  }
  EXPECT_EQ(TensorAddresses().input + 100 + bytes, next);
}

TEST_F(HwcTimingTest, AlignedBurstsArePowersOfTwoAtTheirMultiples) {
  Hwc::Properties properties = with_room();
  properties.max_burst_bytes = 256;
  properties.aligned_bursts = true;
  TimingBench bench("bench", properties);
  const uint64_t first = TensorAddresses().input + 3;
  ASSERT_TRUE(bench.run([&] {
    bench.begin(wide_layer());
    bench.write64(HWC_INPUT_BASE_LO, first);
    bench.box({1, 1, 8, 8, 64});
    bench.push(HWC_OPCODE_LOAD_INPUT);
    bench.finish();
  }));
  uint64_t next = first;
  std::vector<uint64_t> lengths;
  for (const TransactionRecord& record : bench.transactions) {
    EXPECT_EQ(next, record.address);
    EXPECT_EQ(0u, record.bytes & (record.bytes - 1)) << record.bytes;
    EXPECT_EQ(0u, record.address % record.bytes) << record.address;
    lengths.push_back(record.bytes);
    next += record.bytes;
  }
  EXPECT_EQ(first + 8 * 8 * 64, next);
  std::vector<uint64_t> expected = {1, 4, 8, 16, 32, 64, 128};
  expected.insert(expected.end(), 15, 256);
  expected.insert(expected.end(), {2, 1});
  EXPECT_EQ(expected, lengths) << "as few as can be";
}

TEST_F(HwcTimingTest, ComputeTakesTheCyclesOfItsFormula) {
  Hwc::Properties properties = with_room();
  properties.clock_period = ns(2);
  properties.mac_rows = 8;
  properties.mac_columns = 32;
  properties.array_modes = "kxc";
  Hwc::Properties of_positions = properties;
  of_positions.array_modes = "kxp";
  of_positions.accumulator_port_bytes = 4;
  TimingBench bench("bench", properties);
  TimingBench other("other", of_positions);
  ASSERT_TRUE(bench.run([&] {
    load_wide_layer(bench);
    bench.tile({1, 1, 20, 33, 5, 7, 1, 1});
    bench.push(HWC_OPCODE_COMPUTE | HWC_PUSH_INIT_MASK);
    bench.finish();
    EXPECT_EQ(ns(2.0 * (hwc::ComputeEngine::kStartCycles + 3 * 2 * 5 * 7)), bench.duration());
    bench.box({1, 1, 3, 2, 33});
    bench.push(HWC_OPCODE_KEEP_INPUT | HWC_PUSH_INPUT_SLOT_MASK);
    bench.finish();
    EXPECT_EQ(ns(2.0 * 3 * 2 * 2), bench.duration()) << "33 bytes are two rows of the buffer";
  }));
  ASSERT_TRUE(other.run([&] {
    load_wide_layer(other);
    other.tile({1, 1, 20, 64, 5, 7, 1, 1});
    other.push(HWC_OPCODE_COMPUTE | HWC_PUSH_INIT_MASK);
    other.finish();
    EXPECT_EQ(ns(2.0 * (hwc::ComputeEngine::kStartCycles + 20 * 5 * 7)), other.duration())
        << "3 * 64 * 2 steps of the array; an accumulator in a cycle";
  }));
}

TEST_F(HwcTimingTest, EnginesOverlapUnlessTokensForbid) {
  Hwc::Properties slow = with_room();  // so that computing takes longer than a load
  slow.array_modes = "kxc";
  TimingBench bench("bench", slow);
  ASSERT_TRUE(bench.run([&] {
    bench.begin(wide_layer());
    bench.push(HWC_OPCODE_LOAD_PARAMS);
    bench.box({1, 1, 64, 8, 64});
    bench.push(HWC_OPCODE_LOAD_INPUT);
    bench.box({1, 20, 64, 1, 1});
    bench.push(HWC_OPCODE_LOAD_WEIGHT);
    bench.write(HWC_WAIT_LOAD, 3);
    bench.tile({1, 1, 20, 64, 8, 64, 1, 1});
    bench.push(HWC_OPCODE_COMPUTE | HWC_PUSH_INIT_MASK);
    bench.box({1, 1, 64, 8, 64});
    bench.push(HWC_OPCODE_LOAD_INPUT | HWC_PUSH_INPUT_SLOT_MASK);
    bench.write(HWC_WAIT_COMPUTE, 1);
    bench.push(HWC_OPCODE_LOAD_INPUT);
    bench.finish();
  }));
  const auto find = [&](hwc::Opcode opcode, uint32_t number) {
    for (const CommandRecord& record : bench.commands) {
      if (record.opcode == opcode && record.number == number) return record;
    }
    ADD_FAILURE() << to_string(opcode) << ' ' << number << " did not end";
    return CommandRecord();
  };
  const CommandRecord compute = find(hwc::Opcode::compute, 1);
  EXPECT_EQ(find(hwc::Opcode::load_weight, 3).end, compute.start) << "starts when its token is reached";
  EXPECT_EQ(compute.start, find(hwc::Opcode::load_input, 4).start) << "the other slot fills meanwhile";
  EXPECT_EQ(compute.end, find(hwc::Opcode::load_input, 5).start) << "its slot must be free first";
}

TEST_F(HwcTimingTest, CommandsStartAtTheLocalTimeOfTheirPush) {
  TimingBench bench("bench", with_room());
  sc_time pushed;
  ASSERT_TRUE(bench.run([&] {
    bench.begin(wide_layer());
    uint32_t command = HWC_OPCODE_LOAD_PARAMS;
    tlm::tlm_generic_payload payload;
    payload.set_write();
    payload.set_address(HwcBench::kRegistersBase + HWC_PUSH);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&command));
    payload.set_data_length(4);
    payload.set_streaming_width(4);
    sc_time delay = ns(700);
    bench.socket->b_transport(payload, delay);
    EXPECT_TRUE(payload.is_response_ok());
    pushed = sc_core::sc_time_stamp() + delay;
    EXPECT_EQ(0u, bench.read(HWC_LOAD_DONE)) << "the reader's time is earlier than the push";
    bench.finish();
  }));
  ASSERT_EQ(1u, bench.commands.size());
  EXPECT_EQ(pushed, bench.commands[0].start);
}

class HwcTransportTest : public SystemcTest, public ::testing::WithParamInterface<MemoryTransport> {};
const auto kTransportName = [](const auto& test) {
  return test.param == MemoryTransport::loosely_timed ? "lt" : "at";
};
INSTANTIATE_TEST_SUITE_P(Transports, HwcTransportTest,
                         ::testing::Values(MemoryTransport::loosely_timed,
                                           MemoryTransport::approximately_timed),
                         kTransportName);

TEST_P(HwcTransportTest, TimingOnlyGivesTheSameTransactionsAndTimes) {
  std::mt19937_64 random(17);
  Dram::Properties still;
  still.functional = false;
  Hwc::Properties with_data = with_room();
  with_data.memory_transport = GetParam();
  Hwc::Properties timing_only = with_data;
  timing_only.functional = false;
  TimingBench real("real", with_data);
  TimingBench timed("timed", timing_only, still);
  for (int i = 0; i < 20; ++i) {
    const LayerRun run = random_run(random);
    const LayerData data = random_data(run, random);
    SCOPED_TRACE(to_text(run));
    for (TimingBench* const bench : {&real, &timed}) {
      bench->commands.clear();
      bench->transactions.clear();
      bench->recording = true;
      ASSERT_TRUE(bench->run([&] { run_layer(*bench, run, data); }));
    }
    ASSERT_EQ(real.transactions.size(), timed.transactions.size());
    ASSERT_EQ(real.commands.size(), timed.commands.size());
    const sc_time shift = timed.commands[0].start - real.commands[0].start;
    for (size_t t = 0; t < real.transactions.size(); ++t) {
      EXPECT_EQ(real.transactions[t].address, timed.transactions[t].address);
      EXPECT_EQ(real.transactions[t].bytes, timed.transactions[t].bytes);
      EXPECT_EQ(real.transactions[t].is_read, timed.transactions[t].is_read);
      EXPECT_EQ(real.transactions[t].end + shift, timed.transactions[t].end);
    }
    EXPECT_EQ(real.commands.back().end + shift, timed.commands.back().end);
  }
}

// What a transaction moves, without its times, which differ in order between the ways of transport.
using Move = std::tuple<uint64_t, uint64_t, bool, bool>;
std::vector<Move> moves_of(const HwcBench& bench) {
  std::vector<Move> moves;
  for (const TransactionRecord& t : bench.transactions) {
    moves.emplace_back(t.address, t.bytes, t.is_read, t.ok);
  }
  std::sort(moves.begin(), moves.end());
  return moves;
}

TEST_F(HwcTimingTest, NonblockingTransportMakesTheSameTransactions) {
  constexpr uint64_t kSeed = 19;
  std::cout << "seed " << kSeed << '\n';
  std::mt19937_64 random(kSeed);
  Hwc::Properties nonblocking = with_room();
  nonblocking.memory_transport = MemoryTransport::approximately_timed;
  TimingBench lt("lt", with_room());
  TimingBench at("at", nonblocking);
  for (int i = 0; i < 30; ++i) {
    const LayerRun run = random_run(random);
    const LayerData data = random_data(run, random);
    SCOPED_TRACE(to_text(run));
    std::vector<int32_t> outputs[2];
    for (TimingBench* const bench : {&lt, &at}) {
      bench->transactions.clear();
      bench->recording = true;
      ASSERT_TRUE(bench->run([&] { outputs[bench == &at] = run_layer(*bench, run, data); }));
    }
    EXPECT_EQ(outputs[0], outputs[1]);
    EXPECT_EQ(moves_of(lt), moves_of(at));
  }
}

TEST_F(HwcTimingTest, NonblockingTransportTakesTheTimesOfItsPhases) {
  Hwc::Properties properties = with_room(1);
  properties.memory_transport = MemoryTransport::approximately_timed;
  TimingBench one("one", properties);
  properties.outstanding = 64;
  TimingBench many("many", properties);
  for (TimingBench* const bench : {&one, &many}) {
    ASSERT_TRUE(bench->run([&] {
      bench->begin(wide_layer());
      bench->box({1, 1, 64, 1, 64});
      bench->push(HWC_OPCODE_LOAD_INPUT);
      bench->finish();
    }));
  }
  EXPECT_EQ(ns(64 * (kIssue + kToDram + kLatency + kTransfer) - 63 * kIssue), one.duration())
      << "a transaction follows the end of the one before, as with b_transport";
  EXPECT_EQ(ns(kIssue + kToDram + kLatency + 64 * kTransfer), many.duration())
      << "the DRAM's data bus is full, as with b_transport";
}

TEST_F(HwcTimingTest, TwoMachinesShareNothing) {
  std::mt19937_64 random(23);
  HwcBench first("first", with_room());
  HwcBench second("second", with_room());
  HwcBench* const benches[] = {&first, &second};
  std::vector<LayerRun> runs;
  std::vector<LayerData> data;
  for (int i = 0; i < 20; ++i) {
    runs.push_back(random_run(random));
    data.push_back(random_data(runs.back(), random));
  }
  for (size_t m = 0; m < 2; ++m) {
    benches[m]->start([&, m] {
      for (size_t i = m; i < runs.size(); i += 2) {
        EXPECT_EQ(direct_outputs(runs[i], data[i]), run_layer(*benches[m], runs[i], data[i]))
            << to_text(runs[i]);
      }
    });
  }
  sc_core::sc_start();
  EXPECT_TRUE(first.finished());
  EXPECT_TRUE(second.finished());
}

}  // namespace
}  // namespace hwcvp
