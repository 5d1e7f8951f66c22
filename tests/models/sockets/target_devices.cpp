#include "tests/models/sockets/target_devices.h"

#include "models/bus/bus.h"
#include "models/dram/timed_dram.h"
#include "models/hwc/buffer_bank.h"
#include "models/hwc/hwc.h"
#include "models/hwce/hwce.h"
#include "models/mailbox/mailbox.h"
#include "models/memory/dram.h"
#include "models/monitor/monitor.h"
#include "models/monitor/protocol_checker.h"
#include "platform/dram/dram_spec_file.h"
#include "registers/hwc.h"
#include "registers/hwce.h"
#include "registers/mailbox.h"

namespace hwcvp {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;

constexpr uint64_t kMemoryBytes = 4096;
constexpr uint64_t kBusBase = 0x10000;

// An accelerator with nothing to do.
template <typename Accelerator>
struct Registers : TargetDevice {
  Registers(uint64_t id, uint64_t size, const sc_time& cycle) {
    accelerator.memory.bind(dram.socket);
    accelerator.interrupt.bind(interrupt);
    accelerator.reset.bind(reset);
    word = id;
    outside = size;
    latency = cycle;
    adapted = true;
  }
  tlm::tlm_base_target_socket_b<>& socket() override { return accelerator.registers; }
  Accelerator accelerator{"accelerator", {}};
  Dram dram{"accelerators_dram", {}};
  sc_core::sc_signal<bool> interrupt{"interrupt"}, reset{"reset"};
};

struct HwcRegisters : Registers<Hwc> {
  HwcRegisters() : Registers(HWC_ID, HWC_SIZE, sc_time(1, SC_NS)) {}
};
struct HwceRegisters : Registers<Hwce> {
  HwceRegisters() : Registers(HWCE_ID, HWCE_SIZE, sc_time(2, SC_NS)) {}
};

struct MailboxRegisters : TargetDevice {
  MailboxRegisters() {
    mailbox.interrupt.bind(interrupt);
    word = MAILBOX_ID;
    outside = MAILBOX_SIZE;
    latency = sc_time(5, SC_NS);
    adapted = true;
  }
  tlm::tlm_base_target_socket_b<>& socket() override { return mailbox.socket; }
  Mailbox mailbox{"mailbox", sc_time(5, SC_NS)};
  sc_core::sc_signal<bool> interrupt{"interrupt"};
};

struct MemoryDevice : TargetDevice {
  MemoryDevice() {
    word = kMemoryBytes - 4;
    outside = kMemoryBytes;
    is_memory = true;
    grants_dmi = true;
  }
};

template <bool answer_by_calls = false>
struct SimpleDram : MemoryDevice {
  SimpleDram() { latency = sc_time(60 + 4, SC_NS); }
  tlm::tlm_base_target_socket_b<>& socket() override { return dram.socket; }
  static Dram::Properties properties() {
    Dram::Properties properties;
    properties.size_bytes = kMemoryBytes;
    properties.bytes_per_second = 1e9;
    properties.answer_by_calls = answer_by_calls;
    return properties;
  }
  Dram dram{"dram", properties()};
};

template <bool allow_dmi, bool answer_by_calls = false>
struct BankedDram : MemoryDevice {
  BankedDram() {
    timing_known = false;
    grants_dmi = allow_dmi;
  }
  tlm::tlm_base_target_socket_b<>& socket() override { return dram.socket; }
  static TimedDram::Properties properties() {
    TimedDram::Properties properties;
    properties.spec = find_dram_spec("ddr4-2400");
    properties.size_bytes = kMemoryBytes;
    properties.allow_dmi = allow_dmi;
    properties.answer_by_calls = answer_by_calls;
    return properties;
  }
  TimedDram dram{"dram", properties()};
};

struct Buffer : MemoryDevice {
  Buffer() {
    latency = sc_time(1, SC_NS);
    nonblocking = false;
  }
  tlm::tlm_base_target_socket_b<>& socket() override { return bank.socket; }
  hwc::BufferBank bank{"bank", {kMemoryBytes, 32, sc_time(1, SC_NS)}};
};

// The upper half of the memory at kBusBase, seen through the bus.
struct DramOnBus : SimpleDram<> {
  DramOnBus() {
    bus.initiator_sockets[0].bind(dram.socket);
    bus.map(0, kBusBase, kMemoryBytes / 2, kMemoryBytes / 2);
    outside = kBusBase + kMemoryBytes / 2;
    word = outside - 4;
    dmi_first = kBusBase;
    latency += sc_time(1 + 1, SC_NS);
  }
  tlm::tlm_base_target_socket_b<>& socket() override { return bus.target_sockets[0]; }
  Bus bus{"bus", {}};
};

struct MonitoredDram : SimpleDram<> {
  MonitoredDram() {
    monitor.initiator_socket.bind(dram.socket);
    grants_dmi = false;
  }
  tlm::tlm_base_target_socket_b<>& socket() override { return monitor.target_socket; }
  Monitor monitor{"monitor"};
};

struct CheckedDram : SimpleDram<> {
  CheckedDram() { checker.initiator_socket.bind(dram.socket); }
  tlm::tlm_base_target_socket_b<>& socket() override { return checker.target_socket; }
  ProtocolChecker checker{"inner_checker"};
};

template <typename Device>
std::unique_ptr<TargetDevice> make() {
  return std::make_unique<Device>();
}

}  // namespace

const std::vector<TargetKind>& target_kinds() {
  static const std::vector<TargetKind> kinds = {
      {"hwc_registers", make<HwcRegisters>},
      {"hwce_registers", make<HwceRegisters>},
      {"mailbox", make<MailboxRegisters>},
      {"dram", make<SimpleDram<>>},
      {"timed_dram", make<BankedDram<false>>},
      {"timed_dram_with_dmi", make<BankedDram<true>>},
      {"buffer_bank", make<Buffer>},
      {"bus", make<DramOnBus>},
      {"dram_by_calls", make<SimpleDram<true>>},
      {"timed_dram_by_calls", make<BankedDram<false, true>>},
      {"monitor", make<MonitoredDram>},
      {"protocol_checker", make<CheckedDram>},
  };
  return kinds;
}

}  // namespace hwcvp
