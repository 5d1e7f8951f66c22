// The monitor between two ends, and the counter behind it.
#include "models/monitor/monitor.h"

#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <stdexcept>

#include "models/memory/dram.h"
#include "models/monitor/traffic_counter.h"
#include "tests/support/systemc/systemc_test.h"
#include "tests/support/systemc/tlm_probes.h"

namespace hwcvp {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;

struct Subscriber : tlm::tlm_analysis_if<TransactionRecord> {
  std::vector<TransactionRecord> records;
  void write(const TransactionRecord& record) override { records.push_back(record); }
};

class MonitorTest : public SystemcTest {
 protected:
  MonitorTest() {
    initiator.socket.bind(monitor.target_socket);
    monitor.initiator_socket.bind(target.socket);
    monitor.transactions.bind(subscriber);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  ProbeInitiator initiator{"initiator"};
  Monitor monitor{"monitor"};
  ProbeTarget target{"target"};
  Subscriber subscriber;
};

TEST_F(MonitorTest, PublishesReadsAndWritesWithTheirTimes) {
  sc_core::sc_start(sc_time(100, SC_NS));
  target.latency = sc_time(20, SC_NS);
  Transaction read = read_of(0x1234, 16);
  EXPECT_EQ(sc_time(25, SC_NS), initiator.send(read, sc_time(5, SC_NS))) << "the monitor adds no time";
  target.answer = tlm::TLM_ADDRESS_ERROR_RESPONSE;
  Transaction write = write_of(8, {1});
  initiator.send(write);
  Transaction nothing(tlm::TLM_IGNORE_COMMAND, 0, {1});
  initiator.send(nothing);

  ASSERT_EQ(2u, subscriber.records.size()) << "an ignored command moves nothing";
  const TransactionRecord& first = subscriber.records[0];
  EXPECT_EQ(sc_time(105, SC_NS), first.start);
  EXPECT_EQ(sc_time(125, SC_NS), first.end);
  EXPECT_EQ(0x1234u, first.address);
  EXPECT_EQ(16u, first.bytes);
  EXPECT_TRUE(first.is_read);
  EXPECT_TRUE(first.ok);
  const TransactionRecord& second = subscriber.records[1];
  EXPECT_FALSE(second.is_read);
  EXPECT_FALSE(second.ok);
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, write.get_response_status());
}

TEST_F(MonitorTest, RefusesDmiWithoutAskingTheTarget) {
  Transaction request = read_of(0, 1);
  tlm::tlm_dmi dmi;
  EXPECT_FALSE(initiator.socket->get_direct_mem_ptr(request, dmi));
  EXPECT_TRUE(target.addresses.empty());
  EXPECT_EQ(0u, dmi.get_start_address());
  EXPECT_EQ(~uint64_t{0}, dmi.get_end_address());
  target.socket->invalidate_direct_mem_ptr(3, 9);
  EXPECT_EQ((std::vector<ProbeInitiator::Range>{{3, 9}}), initiator.invalidations);
}

TEST_F(MonitorTest, PassesDebugAccessUnpublished) {
  Transaction read = read_of(0x10, 4);
  EXPECT_EQ(4u, initiator.socket->transport_dbg(read));
  EXPECT_EQ(std::vector<uint64_t>{0x10}, target.debug_addresses);
  EXPECT_TRUE(subscriber.records.empty());
}

struct NoManager : tlm::tlm_mm_interface {
  void free(tlm::tlm_generic_payload*) override {}
};

TEST_F(MonitorTest, PublishesOnceOverFourPhases) {
  NoManager manager;
  target.latency = sc_time(20, SC_NS);
  Transaction write = write_of(64, {1, 2, 3, 4});
  write.set_mm(&manager);
  write.acquire();
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_time delay(10, SC_NS);
  initiator.socket->nb_transport_fw(write, phase, delay);
  sc_core::sc_start(sc_time(100, SC_NS));
  ASSERT_FALSE(initiator.phases.empty());
  EXPECT_EQ(tlm::BEGIN_RESP, initiator.phases.back());
  phase = tlm::END_RESP;
  delay = sc_core::SC_ZERO_TIME;
  initiator.socket->nb_transport_fw(write, phase, delay);
  ASSERT_EQ(1u, subscriber.records.size());
  EXPECT_EQ(64u, subscriber.records[0].address);
  EXPECT_EQ(4u, subscriber.records[0].bytes);
  EXPECT_EQ(sc_time(10, SC_NS), subscriber.records[0].start);
  EXPECT_EQ(sc_time(30, SC_NS), subscriber.records[0].end);
  EXPECT_TRUE(subscriber.records[0].ok);
}

// A target that completes within the forward call.
struct EarlyTarget : sc_core::sc_module {
  tlm_utils::simple_target_socket<EarlyTarget> socket{"socket"};
  bool at_once = true;  // TLM_COMPLETED; else TLM_UPDATED with the response

  explicit EarlyTarget(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_nb_transport_fw(this, &EarlyTarget::nb_transport_fw);
  }
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_time& delay) {
    if (phase == tlm::END_RESP) return tlm::TLM_COMPLETED;
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    delay += sc_time(7, SC_NS);
    if (at_once) return tlm::TLM_COMPLETED;
    phase = tlm::BEGIN_RESP;
    return tlm::TLM_UPDATED;
  }
};

TEST_F(SystemcTest, MonitorPublishesOnceOnEarlyCompletion) {
  ProbeInitiator initiator("initiator");
  Monitor monitor("monitor");
  EarlyTarget target("target");
  Subscriber subscriber;
  NoManager manager;
  initiator.socket.bind(monitor.target_socket);
  monitor.initiator_socket.bind(target.socket);
  monitor.transactions.bind(subscriber);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  for (const bool at_once : {true, false}) {
    target.at_once = at_once;
    Transaction read = read_of(0x40, 2);
    read.set_mm(&manager);
    read.acquire();
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_time delay(1, SC_NS);
    EXPECT_EQ(at_once ? tlm::TLM_COMPLETED : tlm::TLM_UPDATED,
              initiator.socket->nb_transport_fw(read, phase, delay));
    if (!at_once) {
      phase = tlm::END_RESP;
      EXPECT_EQ(tlm::TLM_COMPLETED, initiator.socket->nb_transport_fw(read, phase, delay));
    }
  }
  ASSERT_EQ(2u, subscriber.records.size());
  for (const TransactionRecord& record : subscriber.records) {
    EXPECT_EQ(sc_time(1, SC_NS), record.start);
    EXPECT_EQ(sc_time(8, SC_NS), record.end);
    EXPECT_TRUE(record.ok);
  }
}

TransactionRecord record_of(uint64_t address, uint64_t bytes, bool is_read, bool ok = true) {
  TransactionRecord record;
  record.address = address;
  record.bytes = bytes;
  record.is_read = is_read;
  record.ok = ok;
  return record;
}

TEST(TrafficCounterTest, SplitsTransactionsAtTheEdgesOfWindows) {
  TrafficCounter counter;
  counter.add_window(TrafficClass::weight, 200, 100);
  counter.add_window(TrafficClass::input, 100, 100);
  counter.add_window(TrafficClass::psum, 0, 0);
  counter.write(record_of(100, 100, true));
  EXPECT_EQ(100u, counter[TrafficClass::input].read_bytes);
  EXPECT_EQ(1u, counter[TrafficClass::input].reads);
  EXPECT_EQ(0u, counter[TrafficClass::weight].read_bytes);
  counter.write(record_of(90, 220, false));
  EXPECT_EQ(100u, counter[TrafficClass::input].write_bytes);
  EXPECT_EQ(100u, counter[TrafficClass::weight].write_bytes);
  EXPECT_EQ(20u, counter[TrafficClass::other].write_bytes);
  EXPECT_EQ(2u, counter[TrafficClass::other].writes) << "once before and once behind the windows";
  counter.write(record_of(100, 10, true, false));
  EXPECT_EQ(100u, counter[TrafficClass::input].read_bytes) << "a refused transaction moved nothing";
  EXPECT_EQ(1u, counter.failed());
  counter.reset_counts();
  EXPECT_EQ(0u, counter[TrafficClass::input].read_bytes);
  EXPECT_EQ(0u, counter.failed());
  counter.clear_windows();
  counter.write(record_of(100, 3, true));
  EXPECT_EQ(3u, counter[TrafficClass::other].read_bytes);
}

TEST(TrafficCounterTest, CountsTheWordsOfTheBusThatTransactionsTouch) {
  TrafficCounter counter(16);
  counter.add_window(TrafficClass::input, 100, 100);
  counter.write(record_of(112, 32, true));
  EXPECT_EQ(2u, counter[TrafficClass::input].read_words);
  counter.write(record_of(111, 2, true));
  EXPECT_EQ(4u, counter[TrafficClass::input].read_words);
  counter.write(record_of(100, 1, false));
  EXPECT_EQ(1u, counter[TrafficClass::input].write_words);
  counter.write(record_of(95, 6, false));
  EXPECT_EQ(2u, counter[TrafficClass::input].write_words) << "one byte at 100";
  EXPECT_EQ(2u, counter[TrafficClass::other].write_words) << "five bytes from 95 on";
  counter.write(record_of(100, 0, true));
  EXPECT_EQ(4u, counter[TrafficClass::input].read_words);

  constexpr uint64_t kLast = ~uint64_t{0};
  EXPECT_EQ(1u, common::bus_words(kLast, 1, 16));
  EXPECT_EQ(3u, common::bus_words(kLast - 32, 33, 16));
  TrafficCounter bytewise;
  bytewise.write(record_of(3, 7, true));
  EXPECT_EQ(7u, bytewise[TrafficClass::other].read_words);
}

TEST(TrafficCounterTest, RefusesWindowsThatOverlap) {
  TrafficCounter counter;
  counter.add_window(TrafficClass::input, 100, 100);
  EXPECT_THROW(counter.add_window(TrafficClass::weight, 199, 1), std::invalid_argument);
  EXPECT_THROW(counter.add_window(TrafficClass::weight, 0, 101), std::invalid_argument);
  EXPECT_THROW(counter.add_window(TrafficClass::weight, 50, 500), std::invalid_argument);
  EXPECT_THROW(counter.add_window(TrafficClass::weight, ~uint64_t{0}, 2), std::invalid_argument);
  counter.add_window(TrafficClass::weight, ~uint64_t{0}, 1);
  counter.write(record_of(~uint64_t{0}, 1, true));
  EXPECT_EQ(1u, counter[TrafficClass::weight].read_bytes);
}

TEST(TrafficCounterTest, AgreesWithAByteForByteCount) {
  constexpr uint64_t kSeed = 11;
  std::cout << "seed " << kSeed << '\n';
  std::mt19937_64 random(kSeed);
  for (int round = 0; round < 50; ++round) {
    TrafficCounter counter;
    std::array<TrafficClass, 400> owner;
    owner.fill(TrafficClass::other);
    uint64_t base = random() % 20;
    while (base < 350) {
      const uint64_t size = 1 + random() % 40;
      const auto traffic_class = static_cast<TrafficClass>(random() % (kTrafficClassCount - 1));
      counter.add_window(traffic_class, base, size);
      for (uint64_t i = base; i < base + size; ++i) owner[i] = traffic_class;
      base += size + random() % 3 * 10;
    }
    std::array<TrafficCount, kTrafficClassCount> expected;
    for (int i = 0; i < 200; ++i) {
      const uint64_t first = random() % 300;
      const uint64_t bytes = 1 + random() % 100;
      const bool is_read = random() % 2 == 0;
      counter.write(record_of(first, bytes, is_read));
      for (uint64_t at = first; at < first + bytes; ++at) {
        TrafficCount& count = expected[static_cast<size_t>(owner[at])];
        ++(is_read ? count.read_bytes : count.write_bytes);
      }
    }
    for (size_t i = 0; i < kTrafficClassCount; ++i) {
      const TrafficCount& count = counter[static_cast<TrafficClass>(i)];
      EXPECT_EQ(expected[i].read_bytes, count.read_bytes) << to_string(static_cast<TrafficClass>(i));
      EXPECT_EQ(expected[i].write_bytes, count.write_bytes) << to_string(static_cast<TrafficClass>(i));
    }
  }
}

}  // namespace
}  // namespace hwcvp
