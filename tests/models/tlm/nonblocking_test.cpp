// Bus, monitor and DRAM by nb_transport, between initiators and targets that do whatever the protocol allows.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <tuple>

#include "models/bus/bus.h"
#include "models/memory/dram.h"
#include "models/monitor/monitor.h"
#include "models/monitor/protocol_checker.h"
#include "models/monitor/traffic_counter.h"
#include "tests/support/systemc/systemc_test.h"
#include "tests/support/systemc/tlm_probes.h"
#include "tests/support/tlm/at_initiator.h"
#include "tests/support/tlm/at_target.h"

namespace hwcvp {
namespace {

using Bytes = std::vector<unsigned char>;
using Reply = AtTarget::RequestReply;
using sc_core::SC_NS;
using sc_core::sc_time;

sc_time ns(double value) { return {value, SC_NS}; }

Bytes random_bytes(std::mt19937_64& random, size_t count) {
  Bytes bytes(count);
  for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random());
  return bytes;
}

Bus::Properties bus_of(unsigned initiators, unsigned targets, Arbitration arbitration) {
  Bus::Properties properties;
  properties.clock_period = ns(2);
  properties.width_bytes = 8;
  properties.initiators = initiators;
  properties.targets = targets;
  properties.arbitration = arbitration;
  return properties;
}

constexpr uint64_t kWindow = 0x1000;

// Initiators and targets on a bus, with a checker on each of its sockets. Target t is at (t + 1) * kWindow.
class BusBench {
 public:
  BusBench(unsigned initiator_count, unsigned target_count,
           Arbitration arbitration = Arbitration::round_robin)
      : bus("bus", bus_of(initiator_count, target_count, arbitration)) {
    for (unsigned i = 0; i < initiator_count; ++i) {
      initiators.push_back(std::make_unique<AtInitiator>(("initiator" + std::to_string(i)).c_str()));
      add_checker("upper", i);
      initiators[i]->socket.bind(checkers.back()->target_socket);
      checkers.back()->initiator_socket.bind(bus.target_sockets[i]);
    }
    for (unsigned t = 0; t < target_count; ++t) {
      targets.push_back(std::make_unique<AtTarget>(("target" + std::to_string(t)).c_str(), kWindow));
      add_checker("lower", t);
      bus.initiator_sockets[t].bind(checkers.back()->target_socket);
      checkers.back()->initiator_socket.bind(targets[t]->socket);
      bus.map(t, (t + 1) * kWindow, kWindow);
    }
  }

  // Simulates until nothing happens any more; all must be over then.
  void run() {
    sc_core::sc_start();
    for (const auto& initiator : initiators) EXPECT_TRUE(initiator->balanced()) << initiator->name();
    for (const auto& target : targets) EXPECT_EQ(0u, target->in_flight()) << target->name();
    for (const auto& checker : checkers) EXPECT_EQ(0u, checker->in_flight()) << checker->name();
  }

  Bus bus;
  std::vector<std::unique_ptr<AtInitiator>> initiators;
  std::vector<std::unique_ptr<AtTarget>> targets;
  std::vector<std::unique_ptr<ProtocolChecker>> checkers;

 private:
  void add_checker(const char* side, unsigned index) {
    checkers.push_back(std::make_unique<ProtocolChecker>((side + std::to_string(index)).c_str()));
  }
};

using BusNonblockingTest = SystemcTest;

TEST_F(BusNonblockingTest, AnyMixOfBehavioursDeliversEveryByte) {
  constexpr uint64_t kSeed = 31;
  std::cout << "seed " << kSeed << '\n';
  std::mt19937_64 random(kSeed);
  BusBench bench(3, 2);
  for (auto& initiator : bench.initiators) {
    initiator->behave = [&](size_t) { return random_initiator_behaviour(random); };
  }
  for (auto& target : bench.targets) {
    target->behave = [&](size_t) { return random_target_behaviour(random); };
    target->reorder = [&](size_t) { return random(); };
  }
  // Each initiator writes blocks of its own in both targets, and reads them when all is written.
  constexpr size_t kBlocks = 80;
  constexpr size_t kBlock = 12;
  std::vector<std::vector<Bytes>> written(3);
  const auto address = [](size_t initiator, size_t block) {
    return (1 + block % 2) * kWindow + (block * 3 + initiator) * 16;
  };
  for (size_t i = 0; i < 3; ++i) {
    for (size_t block = 0; block < kBlocks; ++block) {
      written[i].push_back(random_bytes(random, kBlock));
      bench.initiators[i]->post(tlm::TLM_WRITE_COMMAND, address(i, block), written[i].back());
    }
  }
  bench.run();
  for (size_t i = 0; i < 3; ++i) {
    for (size_t block = 0; block < kBlocks; ++block) {
      bench.initiators[i]->post(tlm::TLM_READ_COMMAND, address(i, block), Bytes(kBlock));
    }
  }
  bench.run();
  for (size_t i = 0; i < 3; ++i) {
    ASSERT_EQ(2 * kBlocks, bench.initiators[i]->results.size());
    for (const AtInitiator::Result& result : bench.initiators[i]->results) {
      const size_t block = result.number % kBlocks;
      EXPECT_EQ(tlm::TLM_OK_RESPONSE, result.status);
      EXPECT_EQ(address(i, block), result.address) << "the address comes back as it was sent";
      EXPECT_TRUE(result.extension_kept);
      EXPECT_EQ(written[i][block], result.data);
    }
  }
  EXPECT_EQ(3 * kBlocks, bench.targets[0]->addresses.size());
  for (const uint64_t seen : bench.targets[0]->addresses) EXPECT_LT(seen, kWindow);
}

TEST_F(BusNonblockingTest, TakesTheTimesOfBlockingTransport) {
  BusBench bench(1, 1);
  bench.targets[0]->behave = [](size_t) {
    AtTarget::Behaviour behaviour;
    behaviour.reply = Reply::end_at_once;
    behaviour.latency = ns(30);
    return behaviour;
  };
  bench.initiators[0]->behave = [](size_t) {
    AtInitiator::Behaviour behaviour;
    behaviour.request_delay = ns(5);
    return behaviour;
  };
  bench.initiators[0]->post(tlm::TLM_READ_COMMAND, kWindow, Bytes(17));
  bench.run();
  const AtInitiator::Result& result = bench.initiators[0]->results.at(0);
  EXPECT_EQ(ns(5), result.begin);
  EXPECT_EQ(ns(5 + 2 + 3 * 2 + 30), result.end) << "decoding, three beats, the target's latency";
}

TEST_F(BusNonblockingTest, AnswersAddressErrorsItself) {
  BusBench bench(1, 1);
  AtInitiator& initiator = *bench.initiators[0];
  initiator.post(tlm::TLM_READ_COMMAND, 0, Bytes(4));
  initiator.post(tlm::TLM_WRITE_COMMAND, 2 * kWindow - 2, Bytes(4));
  initiator.post(tlm::TLM_READ_COMMAND, 2 * kWindow - 4, Bytes(4));
  bench.run();
  ASSERT_EQ(3u, initiator.results.size());
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, initiator.results[0].status);
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, initiator.results[1].status) << "across the end of a window";
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, initiator.results[2].status) << "an error leaves nothing behind";
  EXPECT_EQ(std::vector<uint64_t>{kWindow - 4}, bench.targets[0]->addresses);
}

TEST_F(BusNonblockingTest, PassesErrorsOfTheTargetOn) {
  BusBench bench(1, 1);
  constexpr tlm::tlm_response_status kErrors[] = {
      tlm::TLM_GENERIC_ERROR_RESPONSE, tlm::TLM_ADDRESS_ERROR_RESPONSE, tlm::TLM_COMMAND_ERROR_RESPONSE,
      tlm::TLM_BURST_ERROR_RESPONSE, tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE};
  bench.targets[0]->behave = [&](size_t number) {
    AtTarget::Behaviour behaviour;
    behaviour.reply = static_cast<Reply>(number % 5);
    behaviour.status = kErrors[number];
    return behaviour;
  };
  for (size_t i = 0; i < 5; ++i)
    bench.initiators[0]->post(tlm::TLM_WRITE_COMMAND, kWindow + 16 * i, Bytes(4));
  bench.run();
  for (const AtInitiator::Result& result : bench.initiators[0]->results) {
    EXPECT_EQ(kErrors[result.number], result.status);
  }
  EXPECT_EQ(Bytes(kWindow), bench.targets[0]->memory) << "a refused write writes nothing";
}

// Which initiator each request at the target came from, where all have three to send.
std::vector<uint64_t> grants(Arbitration arbitration) {
  BusBench bench(3, 1, arbitration);
  bench.targets[0]->behave = [](size_t) {
    AtTarget::Behaviour behaviour;
    behaviour.request_delay = ns(20);
    return behaviour;
  };
  for (uint64_t i = 3; i-- > 0;) {
    for (uint64_t n = 0; n < 3; ++n) {
      bench.initiators[i]->post(tlm::TLM_READ_COMMAND, kWindow + i * 0x100 + n, Bytes(1));
    }
  }
  bench.run();
  std::vector<uint64_t> from;
  for (const uint64_t address : bench.targets[0]->addresses) from.push_back(address / 0x100);
  return from;
}

TEST_F(BusNonblockingTest, RoundRobinServesInTurn) {
  EXPECT_EQ((std::vector<uint64_t>{0, 1, 2, 0, 1, 2, 0, 1, 2}), grants(Arbitration::round_robin));
}

TEST_F(BusNonblockingTest, FixedPriorityServesTheLowestIndexFirst) {
  EXPECT_EQ((std::vector<uint64_t>{0, 0, 0, 1, 1, 1, 2, 2, 2}), grants(Arbitration::fixed_priority));
}

TEST_F(BusNonblockingTest, BackPressureOfOneTargetLeavesTheOtherFree) {
  BusBench bench(2, 2);
  bench.targets[0]->behave = [](size_t) {
    AtTarget::Behaviour behaviour;
    behaviour.request_delay = ns(1000);
    return behaviour;
  };
  for (int i = 0; i < 2; ++i) bench.initiators[0]->post(tlm::TLM_READ_COMMAND, kWindow, Bytes(8));
  for (int i = 0; i < 2; ++i) bench.initiators[1]->post(tlm::TLM_READ_COMMAND, 2 * kWindow, Bytes(8));
  bench.run();
  EXPECT_EQ(ns(2 + 2 + 1000), bench.initiators[0]->results[0].end);
  EXPECT_EQ(ns(2 + (2 + 1000) * 2), bench.initiators[0]->results[1].end)
      << "the second request waits for the END_REQ of the first";
  EXPECT_LT(bench.initiators[1]->results[1].end, ns(20));
}

TEST_F(BusNonblockingTest, ResponseThatIsNotEndedHoldsTheNextOne) {
  BusBench bench(1, 2);
  bench.initiators[0]->behave = [](size_t number) {
    AtInitiator::Behaviour behaviour;
    behaviour.response_delay = ns(number == 0 ? 500 : 0);
    return behaviour;
  };
  bench.initiators[0]->post(tlm::TLM_READ_COMMAND, kWindow, Bytes(8));
  bench.initiators[0]->post(tlm::TLM_READ_COMMAND, 2 * kWindow, Bytes(8));
  bench.run();
  EXPECT_EQ(ns(2 + 2 + 500), bench.initiators[0]->results[0].end);
  EXPECT_EQ(ns(2 + 2 + 500), bench.initiators[0]->results[1].end) << "one response at a time";
}

TEST_F(BusNonblockingTest, BothTransportsShareTheChannel) {
  Bus bus("bus", bus_of(2, 1, Arbitration::round_robin));
  AtInitiator at("at");
  ProbeInitiator lt("lt");
  AtTarget target("target", kWindow);
  at.socket.bind(bus.target_sockets[0]);
  lt.socket.bind(bus.target_sockets[1]);
  bus.initiator_sockets[0].bind(target.socket);
  bus.map(0, 0, kWindow);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  Transaction burst = read_of(0, 800);
  EXPECT_EQ(ns(2 + 200), lt.send(burst));
  at.post(tlm::TLM_READ_COMMAND, 0, Bytes(8));
  sc_core::sc_start();
  EXPECT_EQ(ns(2 + 200 + 2), at.results.at(0).end) << "after the beats of the transaction by b_transport";
}

// Takes requests and answers when the test says so.
struct PuppetTarget : sc_core::sc_module {
  tlm_utils::simple_target_socket<PuppetTarget> socket{"socket"};
  std::vector<tlm::tlm_generic_payload*> requests;
  int ended = 0;

  explicit PuppetTarget(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_nb_transport_fw(this, &PuppetTarget::nb_transport_fw);
  }
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_time&) {
    if (phase == tlm::BEGIN_REQ) {
      payload.set_response_status(tlm::TLM_OK_RESPONSE);
      requests.push_back(&payload);
    }
    ended += phase == tlm::END_RESP ? 1 : 0;
    return tlm::TLM_ACCEPTED;
  }
  void call(tlm::tlm_generic_payload& payload, tlm::tlm_phase phase) {
    sc_time delay;
    socket->nb_transport_bw(payload, phase, delay);
  }
};

TEST_F(BusNonblockingTest, PhasesOutOfTurnOfATargetAreReportedAndHarmNothing) {
  Bus bus("bus", bus_of(1, 1, Arbitration::round_robin));
  AtInitiator initiator("initiator");
  PuppetTarget target("target");
  initiator.socket.bind(bus.target_sockets[0]);
  bus.initiator_sockets[0].bind(target.socket);
  bus.map(0, 0, kWindow);
  expect_report("/hwcvp/protocol");
  sc_core::sc_report_handler::set_actions(sc_core::SC_ERROR, sc_core::SC_LOG);  // the simulation goes on
  initiator.behave = [](size_t) {
    AtInitiator::Behaviour behaviour;
    behaviour.response_delay = ns(100);
    return behaviour;
  };
  for (int i = 0; i < 2; ++i) initiator.post(tlm::TLM_READ_COMMAND, 16, Bytes(4));
  sc_core::sc_start(ns(50));
  ASSERT_EQ(1u, target.requests.size()) << "the second request waits for END_REQ";
  Transaction stranger = read_of(0, 4);
  target.call(stranger, tlm::BEGIN_RESP);
  EXPECT_EQ(1u, reports().size());
  target.call(*target.requests[0], tlm::BEGIN_RESP);
  target.call(*target.requests[0], tlm::BEGIN_RESP);
  target.call(*target.requests[0], tlm::END_REQ);
  EXPECT_EQ(3u, reports().size()) << "a response begins once, and nothing comes after it";
  sc_core::sc_start(ns(50));
  ASSERT_EQ(2u, target.requests.size()) << "the response stood for END_REQ";
  target.call(*target.requests[1], tlm::END_REQ);
  target.call(*target.requests[1], tlm::BEGIN_RESP);
  sc_core::sc_start();
  ASSERT_EQ(2u, initiator.results.size());
  for (const AtInitiator::Result& result : initiator.results) {
    EXPECT_EQ(tlm::TLM_OK_RESPONSE, result.status);
    EXPECT_EQ(16u, result.address);
  }
  EXPECT_EQ(2, target.ended);
  EXPECT_TRUE(initiator.balanced());
  EXPECT_EQ(3u, reports().size());
}

struct Subscriber : tlm::tlm_analysis_if<TransactionRecord> {
  std::vector<TransactionRecord> records;
  void write(const TransactionRecord& record) override { records.push_back(record); }
};

TEST_F(SystemcTest, MonitorPublishesEachTransactionOnceWithItsTimes) {
  constexpr uint64_t kSeed = 37;
  std::cout << "seed " << kSeed << '\n';
  std::mt19937_64 random(kSeed);
  AtInitiator initiator("initiator");
  ProtocolChecker upper("upper"), lower("lower");
  Monitor monitor("monitor");
  AtTarget target("target", 4096);
  Subscriber subscriber;
  TrafficCounter traffic;
  initiator.socket.bind(upper.target_socket);
  upper.initiator_socket.bind(monitor.target_socket);
  monitor.initiator_socket.bind(lower.target_socket);
  lower.initiator_socket.bind(target.socket);
  monitor.transactions.bind(subscriber);
  monitor.transactions.bind(traffic);
  traffic.add_window(TrafficClass::input, 0, 4096);
  initiator.behave = [&](size_t) {
    AtInitiator::Behaviour behaviour = random_initiator_behaviour(random);
    behaviour.response_delay = sc_core::SC_ZERO_TIME;  // so that the result's end is when the response begins
    return behaviour;
  };
  target.behave = [&](size_t number) {
    AtTarget::Behaviour behaviour = random_target_behaviour(random);
    if (number % 10 == 3) behaviour.status = tlm::TLM_GENERIC_ERROR_RESPONSE;
    return behaviour;
  };
  target.reorder = [&](size_t) { return random(); };
  using Row = std::tuple<sc_time, sc_time, uint64_t, uint64_t, bool, bool>;
  std::vector<std::tuple<uint64_t, uint64_t, bool>> posted;
  for (size_t i = 0; i < 400; ++i) {
    const bool is_read = random() % 2 == 0;
    const Bytes data = random_bytes(random, 1 + random() % 16);
    posted.emplace_back(random() % 4000, data.size(), is_read);
    initiator.post(is_read ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND, std::get<0>(posted.back()),
                   data);
  }
  sc_core::sc_start();
  EXPECT_TRUE(initiator.balanced());
  ASSERT_EQ(400u, initiator.results.size());
  std::vector<Row> expected, published;
  uint64_t bytes = 0;
  for (const AtInitiator::Result& result : initiator.results) {
    const auto& [address, length, is_read] = posted[result.number];
    const bool ok = result.status == tlm::TLM_OK_RESPONSE;
    expected.emplace_back(result.begin, result.end, address, length, is_read, ok);
    if (ok) bytes += length;
  }
  for (const TransactionRecord& record : subscriber.records) {
    published.emplace_back(record.start, record.end, record.address, record.bytes, record.is_read, record.ok);
  }
  std::sort(expected.begin(), expected.end());
  std::sort(published.begin(), published.end());
  EXPECT_EQ(expected, published);
  EXPECT_EQ(bytes, traffic[TrafficClass::input].read_bytes + traffic[TrafficClass::input].write_bytes);
  EXPECT_EQ(40u, traffic.failed());
}

class DramNonblockingTest : public SystemcTest {
 protected:
  static Dram::Properties memory_of(unsigned queue_depth) {
    Dram::Properties properties;
    properties.size_bytes = 4096;
    properties.latency = ns(50);
    properties.bytes_per_second = 2e9;
    properties.queue_depth = queue_depth;
    return properties;
  }
  void connect(unsigned queue_depth) {
    dram = std::make_unique<Dram>("dram", memory_of(queue_depth));
    initiator.socket.bind(checker.target_socket);
    checker.initiator_socket.bind(dram->socket);
  }
  void run() {
    sc_core::sc_start();
    EXPECT_TRUE(initiator.balanced());
    EXPECT_EQ(0u, checker.in_flight());
  }

  AtInitiator initiator{"initiator"};
  ProtocolChecker checker{"checker"};
  std::unique_ptr<Dram> dram;
};

TEST_F(DramNonblockingTest, HoldsWhatIsWrittenWhateverTheInitiatorDoes) {
  constexpr uint64_t kSeed = 41;
  std::cout << "seed " << kSeed << '\n';
  std::mt19937_64 random(kSeed);
  connect(3);
  initiator.behave = [&](size_t) { return random_initiator_behaviour(random); };
  std::vector<Bytes> written;
  for (size_t i = 0; i < 200; ++i) {
    written.push_back(random_bytes(random, 1 + random() % 16));
    initiator.post(tlm::TLM_WRITE_COMMAND, 16 * i, written.back());
  }
  for (size_t i = 0; i < 200; ++i) initiator.post(tlm::TLM_READ_COMMAND, 16 * i, Bytes(written[i].size()));
  run();
  ASSERT_EQ(400u, initiator.results.size());
  for (const AtInitiator::Result& result : initiator.results) {
    EXPECT_EQ(tlm::TLM_OK_RESPONSE, result.status);
    EXPECT_TRUE(result.extension_kept);
    EXPECT_EQ(written[result.number % 200], result.data);
  }
}

TEST_F(DramNonblockingTest, PipelinesTheLatencyLikeBlockingTransport) {
  connect(64);
  for (int i = 0; i < 3; ++i) initiator.post(tlm::TLM_READ_COMMAND, 0, Bytes(100));
  run();
  EXPECT_EQ(ns(50 + 50), initiator.results[0].end);
  EXPECT_EQ(ns(50 + 100), initiator.results[1].end);
  EXPECT_EQ(ns(50 + 150), initiator.results[2].end);
}

TEST_F(DramNonblockingTest, HoldsTheRequestThatFindsItsQueueFull) {
  connect(1);
  initiator.behave = [](size_t) {
    AtInitiator::Behaviour behaviour;
    behaviour.response_delay = ns(7);
    return behaviour;
  };
  for (int i = 0; i < 3; ++i) initiator.post(tlm::TLM_READ_COMMAND, 0, Bytes(100));
  run();
  EXPECT_EQ(ns(107), initiator.results[0].end);
  EXPECT_EQ(ns(2 * 107), initiator.results[1].end) << "accepted when the response before has ended";
  EXPECT_EQ(ns(3 * 107), initiator.results[2].end);
}

TEST_F(DramNonblockingTest, RefusesAsByBlockingTransport) {
  connect(8);
  static unsigned char enables[] = {0xff, 0};
  initiator.post(tlm::TLM_READ_COMMAND, 4096, Bytes(1));
  initiator.post(tlm::TLM_WRITE_COMMAND, 0, Bytes{1, 2, 3, 4},
                 [](tlm::tlm_generic_payload& p) { p.set_streaming_width(2); });
  initiator.post(tlm::TLM_WRITE_COMMAND, 8, Bytes{1, 2, 3, 4}, [](tlm::tlm_generic_payload& p) {
    p.set_byte_enable_ptr(enables);
    p.set_byte_enable_length(2);
  });
  initiator.post(tlm::TLM_READ_COMMAND, 0, Bytes(12));
  run();
  std::vector<tlm::tlm_response_status> status(4);
  Bytes contents;
  for (const AtInitiator::Result& result : initiator.results) {
    status[result.number] = result.status;
    if (result.number == 3) contents = result.data;
  }
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, status[0]);
  EXPECT_EQ(tlm::TLM_BURST_ERROR_RESPONSE, status[1]);
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, status[2]);
  EXPECT_EQ((Bytes{0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 3, 0}), contents);
}

}  // namespace
}  // namespace hwcvp
