// The main memory at its socket.
#include "models/memory/dram.h"
#include "models/memory/sparse_memory.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "models/memory/busy_timeline.h"
#include "tests/support/systemc/systemc_test.h"
#include "tests/support/systemc/tlm_probes.h"

namespace hwcvp {
namespace {

using Bytes = std::vector<unsigned char>;
using sc_core::SC_NS;
using sc_core::sc_time;

constexpr uint64_t kSize = 4096;

Dram::Properties small_memory() {
  Dram::Properties properties;
  properties.size_bytes = kSize;
  properties.latency = sc_time(50, SC_NS);
  properties.bytes_per_second = 2e9;
  return properties;
}

class DramTest : public SystemcTest {
 protected:
  explicit DramTest(const Dram::Properties& properties = small_memory()) : dram("dram", properties) {
    initiator.socket.bind(dram.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }

  Bytes contents(uint64_t address, size_t bytes) {
    Transaction read = read_of(address, bytes);
    EXPECT_EQ(bytes, initiator.socket->transport_dbg(read));
    return read.data;
  }

  ProbeInitiator initiator{"initiator"};
  Dram dram;
};

TEST_F(DramTest, HoldsWhatIsWrittenFromTheFirstToTheLastByte) {
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, initiator.status_of(write_of(0, {1, 2, 3})));
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, initiator.status_of(write_of(kSize - 2, {8, 9})));
  Transaction first = read_of(0, 4);
  initiator.send(first);
  EXPECT_EQ((Bytes{1, 2, 3, 0}), first.data) << "untouched memory reads as zero";
  Transaction last = read_of(kSize - 2, 2);
  initiator.send(last);
  EXPECT_TRUE(last.is_response_ok());
  EXPECT_EQ((Bytes{8, 9}), last.data);
  EXPECT_TRUE(last.is_dmi_allowed());
}

TEST_F(DramTest, RefusesAddressesOutsideAndChangesNothing) {
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, initiator.status_of(read_of(kSize, 1)));
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, initiator.status_of(write_of(kSize - 1, {1, 2})));
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, initiator.status_of(write_of(~uint64_t{0} - 1, {1, 2, 3, 4})));
  EXPECT_EQ(Bytes{0}, contents(kSize - 1, 1));
  EXPECT_EQ((Bytes{0, 0}), contents(0, 2));
}

TEST_F(DramTest, ByteEnablesSelectBytesOfWritesAndReads) {
  Transaction write = write_of(16, {1, 2, 3, 4, 5});
  write.enable({0xff, 0});
  initiator.send(write);
  EXPECT_EQ((Bytes{1, 0, 3, 0, 5}), contents(16, 5)) << "the pattern repeats";
  Transaction read = read_of(16, 5);
  read.enable({0, 0, 0xff});
  initiator.send(read);
  EXPECT_EQ((Bytes{0xee, 0xee, 3, 0xee, 0xee}), read.data);
  Transaction none = read_of(16, 1);
  none.enable({0xff});
  none.set_byte_enable_length(0);
  initiator.send(none);
  EXPECT_EQ(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE, none.get_response_status());
}

TEST_F(DramTest, RefusesStreaming) {
  Transaction stream = write_of(0, {1, 2, 3, 4});
  stream.set_streaming_width(2);
  initiator.send(stream);
  EXPECT_EQ(tlm::TLM_BURST_ERROR_RESPONSE, stream.get_response_status());
  EXPECT_EQ((Bytes{0, 0, 0, 0}), contents(0, 4));
  Transaction wide = write_of(0, {1, 2});
  wide.set_streaming_width(64);
  initiator.send(wide);
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, wide.get_response_status()) << "a width above the length does not stream";
}

TEST_F(DramTest, DmiCoversTheMemoryWithItsLastByte) {
  Transaction request = write_of(100, {0});
  tlm::tlm_dmi dmi;
  ASSERT_TRUE(initiator.socket->get_direct_mem_ptr(request, dmi));
  EXPECT_EQ(0u, dmi.get_start_address());
  EXPECT_EQ(kSize - 1, dmi.get_end_address());
  EXPECT_TRUE(dmi.is_read_write_allowed());
  dmi.get_dmi_ptr()[kSize - 1] = 77;
  Transaction read = read_of(kSize - 1, 1);
  initiator.send(read);
  EXPECT_EQ(Bytes{77}, read.data);
  request.set_address(kSize);
  EXPECT_FALSE(initiator.socket->get_direct_mem_ptr(request, dmi));
}

TEST_F(DramTest, DebugAccessTakesNoTimeAndEndsWithTheMemory) {
  Transaction write = write_of(kSize - 2, {1, 2, 3});
  EXPECT_EQ(2u, initiator.socket->transport_dbg(write));
  EXPECT_EQ((Bytes{1, 2}), contents(kSize - 2, 2));
  Transaction outside = read_of(kSize, 1);
  EXPECT_EQ(0u, initiator.socket->transport_dbg(outside));
  Transaction read = read_of(0, 2);
  EXPECT_EQ(sc_time(51, SC_NS), initiator.send(read)) << "the data bus must still be free";
}

TEST_F(DramTest, AddsToTheDelayAndPipelinesTheLatency) {
  Transaction first = read_of(0, 100);
  Transaction second = read_of(0, 100);
  EXPECT_EQ(sc_time(7 + 50 + 50, SC_NS), initiator.send(first, sc_time(7, SC_NS)));
  EXPECT_EQ(sc_time(7 + 50 + 100, SC_NS), initiator.send(second, sc_time(7, SC_NS)))
      << "the second one's latency passes while the first one's data moves";
  Transaction later = read_of(0, 10);
  EXPECT_EQ(sc_time(1000 + 50 + 5, SC_NS), initiator.send(later, sc_time(1000, SC_NS)));
  Transaction earlier = read_of(0, 10);
  EXPECT_EQ(sc_time(500 + 50 + 5, SC_NS), initiator.send(earlier, sc_time(500, SC_NS)))
      << "an initiator that lags behind takes the gap before a later reservation";
  Transaction overlapping = read_of(0, 10);
  EXPECT_EQ(sc_time(500 + 50 + 10, SC_NS), initiator.send(overlapping, sc_time(500, SC_NS)));
}

TEST_F(DramTest, AnswersIgnoredCommands) {
  Transaction transaction(tlm::TLM_IGNORE_COMMAND, 0, {5});
  initiator.send(transaction);
  EXPECT_TRUE(transaction.is_response_ok());
  EXPECT_EQ(Bytes{0}, contents(0, 1));
  EXPECT_EQ(Bytes{5}, transaction.data);
}

class TimingOnlyDramTest : public DramTest {
 protected:
  static Dram::Properties properties() {
    Dram::Properties properties = small_memory();
    properties.functional = false;
    return properties;
  }
  TimingOnlyDramTest() : DramTest(properties()) {}
};

TEST_F(TimingOnlyDramTest, MovesNoData) {
  Transaction write = write_of(0, {1, 2});
  EXPECT_EQ(sc_time(51, SC_NS), initiator.send(write));
  EXPECT_TRUE(write.is_response_ok());
  EXPECT_FALSE(write.is_dmi_allowed());
  EXPECT_EQ((Bytes{0, 0}), contents(0, 2));
  Transaction debug = write_of(0, {3});
  EXPECT_EQ(1u, initiator.socket->transport_dbg(debug));
  EXPECT_EQ(Bytes{3}, contents(0, 1));
  tlm::tlm_dmi dmi;
  EXPECT_FALSE(initiator.socket->get_direct_mem_ptr(write, dmi));
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, initiator.status_of(read_of(kSize, 1)));
}

TEST_F(SystemcTest, DramLargerThanTheMachineIsThereWhereItIsTouched) {
  constexpr uint64_t kHuge = uint64_t{1} << 42;
  Dram::Properties properties = small_memory();
  properties.size_bytes = kHuge;
  Dram dram("dram", properties);
  ProbeInitiator initiator("initiator");
  initiator.socket.bind(dram.socket);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, initiator.status_of(write_of(kHuge - 1, {42})));
  Transaction read = read_of(kHuge - 1, 1);
  initiator.send(read);
  EXPECT_EQ(Bytes{42}, read.data);
}

TEST_F(SystemcTest, DramRefusesPropertiesWithoutMeaning) {
  Dram::Properties properties;
  properties.size_bytes = 0;
  EXPECT_THROW(Dram("empty", properties), std::invalid_argument);
  properties = {};
  properties.bytes_per_second = 0;
  EXPECT_THROW(Dram("still", properties), std::invalid_argument);
}

TEST_F(DramTest, ServesFourPhases) {
  struct Bystander : tlm::tlm_mm_interface {
    void free(tlm::tlm_generic_payload*) override {}
  } memory_manager;
  Transaction write = write_of(8, {1, 2});
  write.set_mm(&memory_manager);
  write.acquire();
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_time delay(3, SC_NS);
  ASSERT_NE(tlm::TLM_COMPLETED, initiator.socket->nb_transport_fw(write, phase, delay));
  sc_core::sc_start(sc_time(200, SC_NS));
  ASSERT_FALSE(initiator.phases.empty());
  EXPECT_EQ(tlm::BEGIN_RESP, initiator.phases.back());
  EXPECT_TRUE(write.is_response_ok());
  phase = tlm::END_RESP;
  delay = sc_core::SC_ZERO_TIME;
  EXPECT_EQ(tlm::TLM_COMPLETED, initiator.socket->nb_transport_fw(write, phase, delay));
  EXPECT_EQ((Bytes{1, 2}), contents(8, 2));
}

TEST(BusyTimelineTest, FillsTheEarliestGapThatIsLongEnough) {
  const auto ns = [](double value) { return sc_time(value, SC_NS); };
  memory::BusyTimeline timeline;
  EXPECT_EQ(ns(10), timeline.reserve(ns(10), ns(5)));
  EXPECT_EQ(ns(40), timeline.reserve(ns(40), ns(5)));
  EXPECT_EQ(ns(100), timeline.reserve(ns(100), ns(5)));
  EXPECT_EQ(ns(45), timeline.reserve(ns(12), ns(30))) << "15 to 40 is too short";
  EXPECT_EQ(ns(15), timeline.reserve(ns(12), ns(25)));
  EXPECT_EQ(ns(75), timeline.reserve(ns(12), ns(20)));
  EXPECT_EQ(ns(105), timeline.reserve(ns(95), ns(6)));
  EXPECT_EQ(ns(0), timeline.reserve(ns(0), ns(10)));
}

// The largest size of a platform file: an address space without memory behind it.
TEST(SparseMemoryTest, TheLargestSizeTakesOnlyWhatIsTouched) {
  memory::SparseMemory memory(uint64_t{1} << 46);
  memory.data()[memory.size() - 1] = 7;
  EXPECT_EQ(0, memory.data()[memory.size() / 2]);
  EXPECT_EQ(7, memory.data()[memory.size() - 1]);
}

}  // namespace
}  // namespace hwcvp
