// What every target socket owes to whoever binds to it, over either transport.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "models/bus/bus.h"
#include "models/hwc/hwc.h"
#include "models/mailbox/mailbox.h"
#include "models/memory/dram.h"
#include "models/monitor/monitor.h"
#include "models/monitor/protocol_checker.h"
#include "registers/hwc.h"
#include "registers/mailbox.h"
#include "tests/models/systemc_test.h"
#include "tests/models/tlm_probes.h"
#include "tests/support/tlm/at_initiator.h"

namespace hwcvp {
namespace {

using Bytes = std::vector<unsigned char>;
using sc_core::SC_NS;
using sc_core::sc_time;

// A module with a target socket, and what is to be expected there.
struct Device {
  virtual ~Device() = default;
  virtual tlm::tlm_target_socket<>& socket() = 0;
  uint64_t word = 0;     // address of 4 bytes that can be read
  uint64_t outside = 0;  // address of nothing
  sc_time latency;       // of a read of 4 bytes
  bool is_memory = false;
};

struct HwcRegisters : Device {
  HwcRegisters() {
    hwc.memory.bind(dram.socket);
    hwc.interrupt.bind(interrupt);
    hwc.reset.bind(reset);
    word = HWC_ID;
    outside = HWC_SIZE;
    latency = sc_time(1, SC_NS);
  }
  tlm::tlm_target_socket<>& socket() override { return hwc.registers; }
  Hwc hwc{"hwc", {}};
  Dram dram{"dram", {}};
  sc_core::sc_signal<bool> interrupt{"interrupt"}, reset{"reset"};
};

struct MailboxRegisters : Device {
  MailboxRegisters() {
    mailbox.interrupt.bind(interrupt);
    word = MAILBOX_ID;
    outside = MAILBOX_SIZE;
    latency = sc_time(5, SC_NS);
  }
  tlm::tlm_target_socket<>& socket() override { return mailbox.socket; }
  Mailbox mailbox{"mailbox", sc_time(5, SC_NS)};
  sc_core::sc_signal<bool> interrupt{"interrupt"};
};

Dram::Properties small_memory() {
  Dram::Properties properties;
  properties.size_bytes = 4096;
  properties.bytes_per_second = 1e9;
  return properties;
}

struct Memory : Device {
  Memory() {
    word = 4092;
    outside = 4096;
    latency = sc_time(60 + 4, SC_NS);
    is_memory = true;
  }
  tlm::tlm_target_socket<>& socket() override { return dram.socket; }
  Dram dram{"dram", small_memory()};
};

// The memory at 0x10000, seen through the bus.
struct MemoryOnBus : Memory {
  MemoryOnBus() {
    bus.initiator_sockets[0].bind(dram.socket);
    bus.map(0, 0x10000, 4096);
    word += 0x10000;
    outside += 0x10000;
    latency += sc_time(1 + 1, SC_NS);
  }
  tlm::tlm_target_socket<>& socket() override { return bus.target_sockets[0]; }
  Bus bus{"bus", {}};
};

struct MonitoredMemory : Memory {
  MonitoredMemory() { monitor.initiator_socket.bind(dram.socket); }
  tlm::tlm_target_socket<>& socket() override { return monitor.target_socket; }
  Monitor monitor{"monitor"};
};

std::unique_ptr<Device> make_device(const std::string& kind) {
  if (kind == "hwc_registers") return std::make_unique<HwcRegisters>();
  if (kind == "mailbox") return std::make_unique<MailboxRegisters>();
  if (kind == "dram") return std::make_unique<Memory>();
  if (kind == "bus") return std::make_unique<MemoryOnBus>();
  return std::make_unique<MonitoredMemory>();
}

class TargetSocketTest : public SystemcTest, public ::testing::WithParamInterface<const char*> {
 protected:
  // A transaction as both transports send it, and the response that it deserves.
  struct Case {
    const char* what;
    tlm::tlm_command command;
    uint64_t address;
    size_t bytes;
    unsigned streaming_width;
    unsigned enables;  // length of the byte enables, 0 for none
    tlm::tlm_response_status expected;
  };

  std::vector<Case> cases() const {
    const auto register_only = [this](tlm::tlm_response_status status) {
      return device->is_memory ? tlm::TLM_OK_RESPONSE : status;
    };
    return {
        {"a word", tlm::TLM_READ_COMMAND, device->word, 4, 4, 0, tlm::TLM_OK_RESPONSE},
        {"a wide streaming width", tlm::TLM_READ_COMMAND, device->word, 4, 64, 0, tlm::TLM_OK_RESPONSE},
        {"streaming", tlm::TLM_READ_COMMAND, device->word, 4, 2, 0, tlm::TLM_BURST_ERROR_RESPONSE},
        {"outside", tlm::TLM_READ_COMMAND, device->outside, 4, 4, 0, tlm::TLM_ADDRESS_ERROR_RESPONSE},
        {"far outside", tlm::TLM_WRITE_COMMAND, ~uint64_t{3}, 4, 4, 0, tlm::TLM_ADDRESS_ERROR_RESPONSE},
        {"two bytes", tlm::TLM_READ_COMMAND, device->word, 2, 2, 0,
         register_only(tlm::TLM_BURST_ERROR_RESPONSE)},
        {"byte enables", tlm::TLM_READ_COMMAND, device->word, 4, 4, 4,
         register_only(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE)},
        {"a write", tlm::TLM_WRITE_COMMAND, device->word, 4, 4, 0,
         register_only(tlm::TLM_COMMAND_ERROR_RESPONSE)},
        {"nothing", tlm::TLM_IGNORE_COMMAND, device->word, 4, 4, 0, tlm::TLM_OK_RESPONSE},
    };
  }
  static void prepare(const Case& c, tlm::tlm_generic_payload& payload) {
    static unsigned char all_enabled[] = {0xff, 0xff, 0xff, 0xff};
    payload.set_streaming_width(c.streaming_width);
    if (c.enables == 0) return;
    payload.set_byte_enable_ptr(all_enabled);
    payload.set_byte_enable_length(c.enables);
  }

  std::unique_ptr<Device> device = make_device(GetParam());
  ProtocolChecker checker{"checker"};
};

class BlockingTest : public TargetSocketTest {
 protected:
  BlockingTest() {
    initiator.socket.bind(checker.target_socket);
    checker.initiator_socket.bind(device->socket());
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  ProbeInitiator initiator{"initiator"};
};

TEST_P(BlockingTest, HonoursTheDelayAndAddsToIt) {
  Transaction read = read_of(device->word, 4);
  EXPECT_EQ(sc_time(37, SC_NS) + device->latency, initiator.send(read, sc_time(37, SC_NS)));
  EXPECT_EQ(sc_core::SC_ZERO_TIME, sc_core::sc_time_stamp()) << "the target leaves the waiting to others";
}

TEST_P(BlockingTest, AnswersEverything) {
  for (const Case& c : cases()) {
    Transaction transaction(c.command, c.address, Bytes(c.bytes));
    prepare(c, transaction);
    initiator.send(transaction, sc_time(1, SC_NS));
    EXPECT_EQ(c.expected, transaction.get_response_status()) << c.what;
  }
}

TEST_P(BlockingTest, DebugTransportSeesTheSameAndLeavesNoTrace) {
  Transaction read = read_of(device->word, 4);
  EXPECT_EQ(4u, initiator.socket->transport_dbg(read));
  Transaction timed = read_of(device->word, 4);
  EXPECT_EQ(device->latency, initiator.send(timed)) << "the debug access takes no place";
  EXPECT_EQ(timed.data, read.data);
  Transaction outside = read_of(device->outside, 4);
  EXPECT_EQ(0u, initiator.socket->transport_dbg(outside));
}

TEST_P(BlockingTest, GrantsDmiOrSaysWhereNot) {
  Transaction request = read_of(device->word, 4);
  tlm::tlm_dmi dmi;
  const bool granted = initiator.socket->get_direct_mem_ptr(request, dmi);
  const bool expected = device->is_memory && std::string(GetParam()) != "monitor";
  EXPECT_EQ(expected, granted) << "registers have effects, and a monitor must see every byte";
  if (!granted) return;
  dmi.get_dmi_ptr()[device->word - dmi.get_start_address()] = 0x5a;
  Transaction read = read_of(device->word, 1);
  initiator.send(read);
  EXPECT_EQ(Bytes{0x5a}, read.data) << "the pointer is for the start of the region";
  EXPECT_EQ(device->outside - 1, dmi.get_end_address()) << "the end is the last byte";
}

class NonblockingSocketTest : public TargetSocketTest {
 protected:
  NonblockingSocketTest() {
    initiator.socket.bind(checker.target_socket);
    checker.initiator_socket.bind(device->socket());
  }
  AtInitiator initiator{"initiator"};
};

TEST_P(NonblockingSocketTest, AnswersEverythingAlike) {
  std::mt19937_64 random(43);
  initiator.behave = [&](size_t) {
    AtInitiator::Behaviour behaviour = random_initiator_behaviour(random);
    behaviour.extra_phase = behaviour.extra_phase && device->is_memory;  // Accellera's adapter refuses them
    return behaviour;
  };
  const std::vector<Case> table = cases();
  constexpr size_t kRounds = 10;
  for (size_t round = 0; round < kRounds; ++round) {
    for (const Case& c : table) {
      initiator.post(c.command, c.address, Bytes(c.bytes),
                     [&c](tlm::tlm_generic_payload& payload) { prepare(c, payload); });
    }
  }
  sc_core::sc_start();
  EXPECT_TRUE(initiator.balanced()) << "every payload is released by all";
  EXPECT_EQ(0u, checker.in_flight());
  ASSERT_EQ(kRounds * table.size(), initiator.results.size());
  for (const AtInitiator::Result& result : initiator.results) {
    const Case& c = table[result.number % table.size()];
    EXPECT_EQ(c.expected, result.status) << c.what;
    EXPECT_EQ(c.address, result.address) << c.what;
    EXPECT_TRUE(result.extension_kept) << c.what;
  }
}

constexpr const char* kDevices[] = {"hwc_registers", "mailbox", "dram", "bus", "monitor"};
const auto kName = [](const auto& info) { return std::string(info.param); };
INSTANTIATE_TEST_SUITE_P(Devices, BlockingTest, ::testing::ValuesIn(kDevices), kName);
INSTANTIATE_TEST_SUITE_P(Devices, NonblockingSocketTest, ::testing::ValuesIn(kDevices), kName);

}  // namespace
}  // namespace hwcvp
