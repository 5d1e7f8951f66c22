// The timed DRAM behind a bus and a monitor, under initiators that do whatever the base protocol allows, with
// a protocol checker on each connection.
#include <gtest/gtest.h>

#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "models/bus/bus.h"
#include "models/dram/timed_dram.h"
#include "models/monitor/monitor.h"
#include "models/monitor/protocol_checker.h"
#include "platform/dram/dram_spec_file.h"
#include "tests/models/dram/controller/constraint_checker.h"
#include "tests/support/systemc/systemc_test.h"
#include "tests/support/tlm/at_initiator.h"

namespace hwcvp {
namespace {

using Bytes = std::vector<unsigned char>;
using sc_core::SC_NS;
using sc_core::sc_time;

constexpr uint64_t kBase = 0x80000000;
constexpr uint64_t kSize = uint64_t{1} << 26;

TimedDram::Properties dram_of(const char* preset) {
  TimedDram::Properties properties;
  properties.spec = find_dram_spec(preset);
  properties.controller.queue_depth = 16;
  properties.size_bytes = kSize;
  return properties;
}

Bus::Properties bus_of(unsigned initiators) {
  Bus::Properties properties;
  properties.clock_period = sc_time(1, SC_NS);
  properties.width_bytes = 32;
  properties.initiators = initiators;
  properties.targets = 1;
  return properties;
}

class DramBench {
 public:
  DramBench(const char* preset, unsigned count) : dram("dram", dram_of(preset)), bus("bus", bus_of(count)) {
    for (unsigned i = 0; i < count; ++i) {
      initiators.push_back(std::make_unique<AtInitiator>(("initiator" + std::to_string(i)).c_str()));
      checkers.push_back(std::make_unique<ProtocolChecker>(("upper" + std::to_string(i)).c_str()));
      initiators[i]->socket.bind(checkers[i]->target_socket);
      checkers[i]->initiator_socket.bind(bus.target_sockets[i]);
    }
    checkers.push_back(std::make_unique<ProtocolChecker>("lower"));
    bus.initiator_sockets[0].bind(monitor.target_socket);
    monitor.initiator_socket.bind(checkers.back()->target_socket);
    checkers.back()->initiator_socket.bind(dram.socket);
    bus.map(0, kBase, kSize);
    dram.set_trace([this](const DramCommandRecord& record) { trace.push_back(record); });
  }

  // Simulates until nothing happens any more; all must be over then, and every command legal.
  void run() {
    sc_core::sc_start();
    for (const auto& initiator : initiators) EXPECT_TRUE(initiator->balanced()) << initiator->name();
    for (const auto& checker : checkers) EXPECT_EQ(0u, checker->in_flight()) << checker->name();
    const DramStatistics s = dram.statistics();
    for (const std::string& line : find_violations(dram.properties().spec, trace, s.last_finish)) {
      ADD_FAILURE() << line;
    }
  }

  TimedDram dram;
  Bus bus;
  Monitor monitor{"monitor"};
  std::vector<std::unique_ptr<AtInitiator>> initiators;
  std::vector<std::unique_ptr<ProtocolChecker>> checkers;
  std::vector<DramCommandRecord> trace;
};

class TimedDramProtocolTest : public SystemcTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(TimedDramProtocolTest, AnyBehaviourFindsItsDataAgain) {
  constexpr uint64_t kSeed = 17;
  std::cout << "seed " << kSeed << '\n';
  std::mt19937_64 random(kSeed);
  DramBench bench(GetParam(), 3);
  for (auto& initiator : bench.initiators) {
    initiator->behave = [&](size_t) { return random_initiator_behaviour(random); };
  }
  // Each initiator has blocks of its own: writes all, then reads all.
  constexpr size_t kBlocks = 60;
  std::vector<std::vector<std::pair<uint64_t, Bytes>>> written(3);
  for (size_t i = 0; i < 3; ++i) {
    for (size_t block = 0; block < kBlocks; ++block) {
      Bytes data(1 + random() % 1500);
      for (unsigned char& byte : data) byte = static_cast<unsigned char>(random());
      const uint64_t address = kBase + (i * kBlocks + block) * 0x5040 + random() % 64;
      written[i].emplace_back(address, std::move(data));
      bench.initiators[i]->post(tlm::TLM_WRITE_COMMAND, written[i].back().first, written[i].back().second);
    }
  }
  bench.run();
  for (size_t i = 0; i < 3; ++i) {
    for (const auto& [address, data] : written[i]) {
      bench.initiators[i]->post(tlm::TLM_READ_COMMAND, address, Bytes(data.size()));
    }
  }
  bench.run();
  for (size_t i = 0; i < 3; ++i) {
    ASSERT_EQ(2 * kBlocks, bench.initiators[i]->results.size());
    for (const AtInitiator::Result& result : bench.initiators[i]->results) {
      EXPECT_EQ(tlm::TLM_OK_RESPONSE, result.status);
      EXPECT_EQ(written[i][result.number % kBlocks].first, result.address);
      EXPECT_EQ(written[i][result.number % kBlocks].second, result.data);
    }
  }
  EXPECT_EQ(6 * kBlocks, bench.dram.statistics().requests);
}

TEST_P(TimedDramProtocolTest, RefusalsAndServicesMix) {
  std::mt19937_64 random(5);
  DramBench bench(GetParam(), 2);
  bench.initiators[0]->behave = [&](size_t) { return random_initiator_behaviour(random); };
  for (size_t i = 0; i < 40; ++i) {
    bench.initiators[0]->post(tlm::TLM_READ_COMMAND, kBase + i * 640, Bytes(600));
    bench.initiators[1]->post(tlm::TLM_READ_COMMAND, kBase + i * 64, Bytes(8), [](auto& payload) {
      payload.set_streaming_width(4);  // refused by the DRAM itself
    });
  }
  bench.run();
  for (const auto& result : bench.initiators[0]->results) EXPECT_EQ(tlm::TLM_OK_RESPONSE, result.status);
  EXPECT_EQ(40u, bench.initiators[1]->results.size());
  for (const auto& result : bench.initiators[1]->results) {
    EXPECT_EQ(tlm::TLM_BURST_ERROR_RESPONSE, result.status);
  }
  EXPECT_EQ(40u, bench.dram.statistics().requests);
}

INSTANTIATE_TEST_SUITE_P(Presets, TimedDramProtocolTest, ::testing::Values("ddr4-2400", "lpddr4-3200"),
                         [](const auto& preset) {
                           return std::string(preset.param).substr(0, std::string(preset.param).find('-'));
                         });

}  // namespace
}  // namespace hwcvp
