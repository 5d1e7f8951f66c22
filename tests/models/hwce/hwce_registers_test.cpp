// The HWCE's registers, jobs, errors, interrupt and reset, as software sees them.
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "registers/hwce.h"
#include "tests/support/accelerators/hwce_bench.h"
#include "tests/support/systemc/systemc_test.h"
#include "tests/support/systemc/tlm_probes.h"

namespace hwcvp {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;

constexpr uint32_t kX = 0x1000, kWeights = 0x2000, kYIn = 0x3000, kYOut = 0x4000;
constexpr uint32_t kWidth = 5, kHeight = 4;

class HwceRegistersTest : public SystemcTest {
 protected:
  void run(const std::function<void()>& script) { ASSERT_TRUE(bench.run(script)); }

  void write_base(uint32_t low, uint32_t offset) {
    bench.write(low, static_cast<uint32_t>(HwceBench::kDramBase) + offset);
    bench.write(low + 4, 0);
  }
  // A job of 5 x 4 outputs and one map, whose filter passes the middle tap times 3.
  void configure(uint32_t config = 1U << HWCE_JOB_CONFIG_MAPS_LSB) {
    bench.write(HWCE_JOB_CONFIG, config);
    bench.write(HWCE_OUT_WIDTH, kWidth);
    bench.write(HWCE_OUT_HEIGHT, kHeight);
    bench.write(HWCE_X_STRIDE, 16);
    bench.write(HWCE_Y_STRIDE, 12);
    bench.write(HWCE_Y_MAP_STRIDE, 48);
    write_base(HWCE_X_BASE_LO, kX);
    write_base(HWCE_W_BASE_LO, kWeights);
    write_base(HWCE_Y_IN_BASE_LO, kYIn);
    write_base(HWCE_Y_OUT_BASE_LO, kYOut);
  }
  void place_data() {
    std::vector<int16_t> x(6 * 8), y(kHeight * 6, 1000);
    for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<int16_t>(i);
    bench.store(kX, x);
    bench.store(kWeights, {0, 0, 0, 0, 3, 0, 0, 0, 0, 0});
    bench.store(kYIn, y);
    bench.store(kYOut, std::vector<int16_t>(kHeight * 6, -1));
  }
  // What the job leaves, y_in (or the constant) being `y_in`; the sixth pixel fills the last word of a line.
  static std::vector<int16_t> expected(int y_in) {
    std::vector<int16_t> y;
    for (uint32_t row = 0; row < kHeight; ++row) {
      for (uint32_t column = 0; column < kWidth; ++column) {
        y.push_back(static_cast<int16_t>(y_in + 3 * ((row + 1) * 8 + column + 1)));
      }
      y.push_back(0);
    }
    return y;
  }
  void start() { bench.write(HWCE_START, HWCE_START_START_MASK); }

  HwceBench bench{"bench"};
};

TEST_F(HwceRegistersTest, ShowWhatTheBlockIs) {
  run([this] {
    EXPECT_EQ(uint32_t{HWCE_ID_RESET}, bench.read(HWCE_ID));
    EXPECT_EQ(uint32_t{HWCE_STATUS_RESET}, bench.read(HWCE_STATUS));
    EXPECT_EQ(0u, bench.read(HWCE_JOBS_DONE));
  });
}

TEST_F(HwceRegistersTest, RefuseForbiddenAccessesAndChangeNothing) {
  expect_report("/hwcvp/registers");
  run([this] {
    uint32_t value = 1;
    EXPECT_EQ(tlm::TLM_COMMAND_ERROR_RESPONSE, bench.access(tlm::TLM_WRITE_COMMAND, HWCE_STATUS, value));
    EXPECT_EQ(tlm::TLM_COMMAND_ERROR_RESPONSE, bench.access(tlm::TLM_READ_COMMAND, HWCE_START, value));
    EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, bench.access(tlm::TLM_READ_COMMAND, HWCE_SIZE - 4, value));
    value = 0x10000;
    EXPECT_EQ(tlm::TLM_GENERIC_ERROR_RESPONSE, bench.access(tlm::TLM_WRITE_COMMAND, HWCE_OUT_WIDTH, value));
    EXPECT_EQ(tlm::TLM_BURST_ERROR_RESPONSE, bench.access(tlm::TLM_READ_COMMAND, HWCE_ID + 1, value));
    EXPECT_EQ(uint32_t{HWCE_STATUS_RESET}, bench.read(HWCE_STATUS));
    EXPECT_EQ(0u, bench.read(HWCE_ERROR));
  });
}

TEST_F(HwceRegistersTest, AJobConvolvesIntoPartialSums) {
  run([this] {
    place_data();
    configure();
    start();
    EXPECT_NE(0u, bench.sleep_until(HWCE_STATUS_IDLE_MASK) & HWCE_STATUS_IDLE_MASK);
    EXPECT_EQ(1u, bench.read(HWCE_JOBS_DONE));
    EXPECT_EQ(expected(1000), bench.fetch(kYOut, kHeight * 6));
  });
}

TEST_F(HwceRegistersTest, AConstantTakesThePlaceOfPartialSums) {
  run([this] {
    place_data();
    configure(1U << HWCE_JOB_CONFIG_MAPS_LSB | HWCE_JOB_CONFIG_Y_IN_CONSTANT_MASK);
    bench.write(HWCE_Y_CONSTANT, static_cast<uint16_t>(-7));
    write_base(HWCE_Y_IN_BASE_LO, 0x7ffffff);  // not read, so that it may lie anywhere
    start();
    bench.sleep_until(HWCE_STATUS_IDLE_MASK);
    EXPECT_EQ(0u, bench.read(HWCE_ERROR));
    EXPECT_EQ(expected(-7), bench.fetch(kYOut, kHeight * 6));
    for (const TransactionRecord& t : bench.transactions) {
      EXPECT_TRUE(!t.is_read || t.address < HwceBench::kDramBase + kYIn) << "y_in must not be read";
    }
  });
}

// Two contexts: a job can be started while one runs, a third cannot.
TEST_F(HwceRegistersTest, TwoContextsHoldJobs) {
  run([this] {
    place_data();
    configure();
    start();
    EXPECT_EQ(uint32_t{HWCE_STATUS_CONTEXT_FREE_MASK}, bench.read(HWCE_STATUS));
    write_base(HWCE_Y_OUT_BASE_LO, kYOut + 0x800);  // must not reach the job that runs
    start();
    EXPECT_EQ(0u, bench.read(HWCE_STATUS));
    bench.sleep_until(HWCE_STATUS_CONTEXT_FREE_MASK);
    EXPECT_EQ(1u, bench.read(HWCE_JOBS_DONE));
    bench.sleep_until(HWCE_STATUS_IDLE_MASK);
    EXPECT_EQ(2u, bench.read(HWCE_JOBS_DONE));
    EXPECT_EQ(expected(1000), bench.fetch(kYOut, kHeight * 6));
    EXPECT_EQ(expected(1000), bench.fetch(kYOut + 0x800, kHeight * 6));

    start();
    start();
    start();
    EXPECT_NE(0u, bench.sleep_until(0) & HWCE_STATUS_ERROR_MASK);
    EXPECT_EQ(uint32_t{HWCE_ERROR_NO_CONTEXT}, bench.read(HWCE_ERROR));
  });
}

TEST_F(HwceRegistersTest, LatchEachErrorWithItsDetail) {
  run([this] {
    const auto maps = [](uint32_t mode, uint32_t count) {
      return mode << HWCE_JOB_CONFIG_MODE_LSB | count << HWCE_JOB_CONFIG_MAPS_LSB;
    };
    const struct {
      const char* what;
      uint32_t offset, value, code, info;
    } kCases[] = {
        {"no maps", HWCE_JOB_CONFIG, maps(0, 0), HWCE_ERROR_BAD_JOB, HWCE_JOB_CONFIG},
        {"more maps than the mode has", HWCE_JOB_CONFIG, maps(1, 3), HWCE_ERROR_BAD_JOB, HWCE_JOB_CONFIG},
        {"no such mode", HWCE_JOB_CONFIG, maps(3, 1), HWCE_ERROR_BAD_JOB, HWCE_JOB_CONFIG},
        {"no columns", HWCE_OUT_WIDTH, 0, HWCE_ERROR_BAD_JOB, HWCE_OUT_WIDTH},
        {"no rows", HWCE_OUT_HEIGHT, 0, HWCE_ERROR_BAD_JOB, HWCE_OUT_HEIGHT},
        {"lines not in words", HWCE_X_STRIDE, 18, HWCE_ERROR_BAD_JOB, HWCE_X_STRIDE},
        {"lines not in words", HWCE_Y_STRIDE, 14, HWCE_ERROR_BAD_JOB, HWCE_Y_STRIDE},
        {"maps not in words", HWCE_Y_MAP_STRIDE, 50, HWCE_ERROR_BAD_JOB, HWCE_Y_MAP_STRIDE},
        {"half a pixel", HWCE_X_BASE_LO, 0x80000001, HWCE_ERROR_BAD_JOB, HWCE_X_BASE_LO},
        {"half a word", HWCE_W_BASE_LO, 0x80000002, HWCE_ERROR_BAD_JOB, HWCE_W_BASE_LO},
        {"half a word", HWCE_Y_IN_BASE_LO, 0x80000002, HWCE_ERROR_BAD_JOB, HWCE_Y_IN_BASE_LO},
        {"half a word", HWCE_Y_OUT_BASE_LO, 0x80000002, HWCE_ERROR_BAD_JOB, HWCE_Y_OUT_BASE_LO},
        {"no memory", HWCE_W_BASE_LO, 0x70000000, HWCE_ERROR_MEMORY_PORT, 0x70000000},
        {"no memory", HWCE_X_BASE_LO, 0x70000000, HWCE_ERROR_MEMORY_PORT, 0x70000000},
        {"no memory", HWCE_Y_IN_BASE_LO, 0x70000000, HWCE_ERROR_MEMORY_PORT, 0x70000000},
        {"no memory", HWCE_Y_OUT_BASE_LO, 0x70000000, HWCE_ERROR_MEMORY_PORT, 0x70000000},
    };
    place_data();
    for (const auto& c : kCases) {
      SCOPED_TRACE(testing::Message() << c.what << ", register " << c.offset);
      bench.write(HWCE_CONTROL, HWCE_CONTROL_RESET_MASK);
      configure();
      bench.write(c.offset, c.value);
      start();
      EXPECT_NE(0u, bench.sleep_until(0) & HWCE_STATUS_ERROR_MASK);
      EXPECT_EQ(c.code, bench.read(HWCE_ERROR));
      EXPECT_EQ(c.info, bench.read(HWCE_ERROR_INFO));
      start();
      EXPECT_EQ(c.info, bench.read(HWCE_ERROR_INFO)) << "what comes after an error is lost";
      EXPECT_EQ(0u, bench.read(HWCE_JOBS_DONE));
    }
    bench.write(HWCE_CONTROL, HWCE_CONTROL_RESET_MASK);
    configure();
    start();
    bench.sleep_until(HWCE_STATUS_IDLE_MASK);
    EXPECT_EQ(expected(1000), bench.fetch(kYOut, kHeight * 6)) << "a reset must clear all of it";
  });
}

TEST_F(HwceRegistersTest, ResetAbandonsJobs) {
  expect_report("/hwcvp/registers");
  run([this] {
    place_data();
    for (const bool by_line : {true, false}) {
      SCOPED_TRACE(by_line ? "line" : "register");
      configure();
      start();
      start();
      wait(sc_time(100, SC_NS));
      if (by_line) {
        bench.reset.write(true);
        wait(sc_time(20, SC_NS));
        uint32_t value = 0;
        EXPECT_EQ(tlm::TLM_GENERIC_ERROR_RESPONSE, bench.access(tlm::TLM_READ_COMMAND, HWCE_ID, value));
        bench.reset.write(false);
        wait(sc_time(1, SC_NS));
      } else {
        bench.write(HWCE_CONTROL, HWCE_CONTROL_RESET_MASK);
      }
      EXPECT_EQ(uint32_t{HWCE_STATUS_RESET}, bench.read(HWCE_STATUS));
      EXPECT_EQ(0u, bench.read(HWCE_X_STRIDE));
      wait(sc_time(10000, SC_NS));
      EXPECT_EQ(0u, bench.read(HWCE_JOBS_DONE));
      place_data();
      configure();
      start();
      bench.sleep_until(HWCE_STATUS_IDLE_MASK);
      EXPECT_EQ(expected(1000), bench.fetch(kYOut, kHeight * 6));
      bench.write(HWCE_CONTROL, HWCE_CONTROL_RESET_MASK);
    }
  });
}

// Nothing but words, nothing twice but x at the borders of stripes, in the order that the page tells.
TEST_F(HwceRegistersTest, StreamsGoByLines) {
  run([this] {
    place_data();
    configure();
    write_base(HWCE_X_BASE_LO, kX + 2);  // an odd pixel
    start();
    bench.sleep_until(HWCE_STATUS_IDLE_MASK);
    using Stream = std::vector<std::pair<uint64_t, uint64_t>>;  // place and bytes
    Stream read, written;
    sc_time last;
    for (const TransactionRecord& t : bench.transactions) {
      (t.is_read ? read : written).emplace_back(t.address - HwceBench::kDramBase, t.bytes);
      EXPECT_GE(t.start, last) << "transactions leave in the order of their times";
      last = t.start;
    }
    Stream wanted_reads = {{kWeights, 20}, {kX, 16}, {kX + 16, 16}}, wanted_writes;
    for (uint32_t row = 0; row < kHeight; ++row) {
      wanted_reads.emplace_back(kX + 16 * (row + 2), 16);
      wanted_reads.emplace_back(kYIn + 12 * row, 12);
      wanted_writes.emplace_back(kYOut + 12 * row, 12);
    }
    EXPECT_EQ(wanted_reads, read);
    EXPECT_EQ(wanted_writes, written);
  });
}

TEST_F(HwceRegistersTest, DebugAccessHasNoEffectAndTakesNoTime) {
  run([this] {
    Transaction read = read_of(HwceBench::kRegistersBase + HWCE_STATUS, 4);
    EXPECT_EQ(4u, bench.socket->transport_dbg(read));
    EXPECT_EQ(HWCE_STATUS_RESET, read.data[0]);
    Transaction write = write_of(HwceBench::kRegistersBase + HWCE_OUT_WIDTH, {1, 0, 0, 0});
    EXPECT_EQ(4u, bench.socket->transport_dbg(write)) << "a register that does no more than to store";
    EXPECT_EQ(1u, bench.read(HWCE_OUT_WIDTH));
    Transaction start = write_of(HwceBench::kRegistersBase + HWCE_START, {1, 0, 0, 0});
    EXPECT_EQ(0u, bench.socket->transport_dbg(start));
    EXPECT_EQ(HWCE_STATUS_RESET, bench.read(HWCE_STATUS)) << "no job has begun, not even a bad one";
  });
}

void run_plain_job(HwceBench& bench, uint32_t lines) {
  bench.start_plain_job(lines);
  bench.sleep_until(HWCE_STATUS_IDLE_MASK);
  EXPECT_TRUE(bench.plain_job_is_right(lines));
}

class PlainHwceTest : public SystemcTest {};

TEST_F(PlainHwceTest, BurstsAndPortsChangeTimeOnly) {
  Hwce::Properties narrow;
  narrow.ports = 1;
  narrow.outstanding = 1;
  narrow.max_burst_bytes = 8;
  HwceBench bench("bench", narrow);
  ASSERT_TRUE(bench.run([&bench] { run_plain_job(bench, 1); }));
  uint64_t bytes = 0;
  sc_time last;
  for (const TransactionRecord& t : bench.transactions) {
    EXPECT_LE(t.bytes, 8u);
    EXPECT_EQ(t.address / 8, (t.address + t.bytes - 1) / 8) << "a burst must not cross a multiple of 8";
    EXPECT_GE(t.start, last) << "one in flight: each waits for the end of the one before";
    last = t.end;
    bytes += t.bytes;
  }
  EXPECT_EQ(20u + 3 * 16 + 12, bytes);
}

TEST_F(PlainHwceTest, QuantumDoesNotChangeTheTimes) {
  std::vector<std::unique_ptr<HwceBench>> benches;
  for (const double quantum_ns : {0.0, 13.0, 1000.0, 1e6}) {
    Hwce::Properties properties;
    properties.quantum = sc_time(quantum_ns, SC_NS);
    const std::string name = "bench" + std::to_string(benches.size());
    benches.push_back(std::make_unique<HwceBench>(name.c_str(), properties));
  }
  for (const auto& bench : benches) bench->start([&bench] { run_plain_job(*bench, 40); });
  sc_core::sc_start();
  const std::vector<TransactionRecord>& expected = benches[0]->transactions;
  ASSERT_EQ(1u + 42 + 40, expected.size());
  for (const auto& bench : benches) {
    ASSERT_TRUE(bench->finished());
    ASSERT_EQ(expected.size(), bench->transactions.size());
    for (size_t i = 0; i < expected.size(); ++i) {
      const TransactionRecord& t = bench->transactions[i];
      EXPECT_EQ(expected[i].address, t.address) << i;
      EXPECT_EQ(expected[i].start, t.start) << i;
      EXPECT_EQ(expected[i].end, t.end) << i;
    }
  }
}

TEST_F(SystemcTest, HwceRefusesPropertiesOutOfRange) {
  const auto refused = [](void (*change)(Hwce::Properties&)) {
    Hwce::Properties properties;
    change(properties);
    EXPECT_THROW(Hwce("hwce", properties), std::invalid_argument);
  };
  refused([](Hwce::Properties& p) { p.ports = 0; });
  refused([](Hwce::Properties& p) { p.outstanding = 0; });
  refused([](Hwce::Properties& p) { p.max_burst_bytes = 2; });
  refused([](Hwce::Properties& p) { p.max_burst_bytes = 96; });
  refused([](Hwce::Properties& p) { p.clock_period = sc_core::SC_ZERO_TIME; });
}

class HwceStallTest : public SystemcTest {};

TEST_F(HwceStallTest, CallThatNeverReturnsIsNamedAtTheEnd) {
  expect_report("/hwcvp/hwce");
  AtTarget memory("memory", 1 << 20);
  memory.behave_blocking = [](size_t number) {
    AtTarget::BlockingBehaviour behaviour;
    behaviour.waits = true;
    behaviour.latency = number == 3 ? sc_time(1, sc_core::SC_SEC) : sc_time(5, SC_NS);
    return behaviour;
  };
  HwceBench bench("bench", {}, memory);
  EXPECT_EQ("", bench.hwce.transactions_in_flight());
  bench.start([&] { bench.start_plain_job(4); });
  sc_core::sc_start(sc_time(10, sc_core::SC_US));
  const std::string waiting = bench.hwce.transactions_in_flight();
  EXPECT_EQ(0u, waiting.find("1 transaction in flight, the oldest for 9")) << waiting;
  EXPECT_NE(std::string::npos,
            waiting.find(": read of 16 bytes at 0x1020, waits for the return of b_transport"))
      << waiting << " (the bus has made a memory's address of it)";
  sc_core::sc_stop();
  EXPECT_EQ(std::vector<std::string>{"bench.hwce.memory: at the end " + waiting}, reports());
}

}  // namespace
}  // namespace hwcvp
