// What the tests of control processors put around a core: interrupt lines, a mailbox, a memory, and a record
// of accesses.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "models/cpu/control_processor.h"
#include "models/mailbox/mailbox.h"
#include "models/monitor/protocol_checker.h"

namespace hwcvp {

struct RecordedAccess {
  uint64_t time_ns;  // local time at the start
  bool write;
  uint64_t address;
  unsigned bytes;
  uint64_t value;
};

// A memory of `kMemoryBytes` at `kMemoryBase`, the mailbox at `kMailboxBase`, nothing elsewhere.
class TestBus : public sc_core::sc_module {
 public:
  static constexpr uint64_t kMailboxBase = 0x10000000;
  static constexpr uint64_t kMemoryBase = 0x50000000;
  static constexpr uint64_t kMemoryBytes = 0x1000;

  tlm_utils::simple_target_socket<TestBus> from_core;
  tlm_utils::simple_initiator_socket<TestBus> to_mailbox;

  explicit TestBus(const sc_core::sc_module_name& name);

  uint32_t word(uint64_t address) const;
  void set_word(uint64_t address, uint32_t value);

  sc_core::sc_time latency;         // of each access to the memory, added to the delay
  bool waits = false;               // take the latency by wait() instead
  bool throws = false;              // report an SC_ERROR at each access to the memory
  std::vector<RecordedAccess> log;  // of the memory

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  void access_memory(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

  std::vector<unsigned char> memory_;
};

// One core with all that it needs.
class CoreBench {
 public:
  // Binds `core`, whose properties name kMailboxBase as the mailbox.
  explicit CoreBench(std::unique_ptr<ControlProcessor> core);

  // Runs the simulation for so long.
  static void run_ns(double nanoseconds);

  std::unique_ptr<ControlProcessor> core;
  ProtocolChecker checker;  // on the core's socket
  TestBus bus;
  Mailbox mailbox;
  sc_core::sc_signal<bool, sc_core::SC_MANY_WRITERS> accelerator_interrupt;
  sc_core::sc_signal<bool> mailbox_interrupt;
  std::vector<std::string> faults;
};

}  // namespace hwcvp
