// The control processor: runs the firmware that drives the accelerator. What its kinds have in common.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <systemc>
#include <tlm>

#include "models/cpu/debugger.h"
#include "models/cpu/local_clock.h"
#include "models/tlm/lenience.h"
#include "models/tlm/payload_pool.h"
#include "models/tlm/response_name.h"
#include "schedules/workload/error.h"

namespace hwcvp {

struct ControlProcessorProperties {
  sc_core::sc_time clock_period{1, sc_core::SC_NS};
  double cycles_per_instruction = 1.0;  // riscv: charged for every instruction
  double cycles_per_access =
      8.0;  // native: charged before every bus access, in place of the instructions around it
  uint64_t ram_base = 0x20000000;  // riscv: the firmware's private RAM, where its image lies and starts
  uint64_t ram_bytes = 256 * 1024;
  uint64_t mailbox_base = 0x10000000;  // bus address, handed to the firmware (riscv: in a0)
  sc_core::sc_time quantum{1, sc_core::SC_US};
  std::string firmware_image;  // riscv: path of the raw binary image
  bool accept_incomplete_responses =
      false;  // on the bus: one without a status is good, and warned of once; false: it is a fault
  std::optional<uint32_t> initiator_id;  // that transactions on the bus carry, as an InitiatorId
};

struct ControlProcessorStatistics {
  uint64_t instructions = 0;  // native: always 0, host instructions are not counted
  uint64_t bus_reads = 0;
  uint64_t bus_writes = 0;
  uint64_t sleeps = 0;  // waits for an interrupt, those that found a line high included
  sc_core::sc_time sleep_time;
};

// Does not model: traps, interrupt masking or priorities, caches, virtual memory, DMI. The two interrupt
// lines do one thing: they end a wait for an interrupt while they are high.
//
// Starts the firmware at the start of the simulation. Bus accesses run ahead of the simulated time by at most
// a quantum. The header is all there is of this class, so that the program and the plug-ins that implement it
// share no library.
class ControlProcessor : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<ControlProcessor> bus;
  sc_core::sc_in<bool> accelerator_interrupt;
  sc_core::sc_in<bool> mailbox_interrupt;

  // Receives the one message of a fault: a bus access answered with an error, or an exception. The core has
  // then halted. Called from the core's own thread, outside the firmware. Until it is set a fault is an
  // SC_REPORT_ERROR.
  std::function<void(const std::string& message)> on_fault;

  // Puts the core under a debugger, which must outlive the simulation and gets the word before the first
  // instruction. Before the simulation starts. Throws InputError where this kind of core cannot be debugged.
  virtual void attach(Debugger& /*debugger*/) {
    throw InputError("control processor " + std::string(name()) +
                     ": its kind cannot be debugged; expected riscv");
  }

  const ControlProcessorStatistics& statistics() const { return statistics_; }
  bool halted() const { return !fault_.empty(); }
  // The message of the fault, empty while there is none.
  const std::string& fault() const { return fault_; }
  // What the core is doing and where it stands, for whoever has to tell why a machine does not get on:
  // "control processor soc.control_processor asleep, pc 0x20000040, last access a read of 4 bytes at
  // 0x10000000". The pc is that of the current block of instructions; a core without instructions has none.
  std::string state() const {
    return "control processor " + std::string(name()) +
           (halted()  ? " halted"
            : asleep_ ? " asleep"
                      : " running") +
           location() + last_access();
  }

 protected:
  ControlProcessor(const sc_core::sc_module_name& name, const ControlProcessorProperties& properties)
      : sc_module(name),
        bus("bus"),
        accelerator_interrupt("accelerator_interrupt"),
        mailbox_interrupt("mailbox_interrupt"),
        properties_(properties),
        clock_(properties.quantum),
        payloads_(properties.initiator_id),
        responses_(bus.name(), properties.accept_incomplete_responses) {
    if (properties.clock_period == sc_core::SC_ZERO_TIME) {
      throw InputError("control processor: clock_period: expected more than zero");
    }
    if (!(properties.cycles_per_instruction > 0) || !(properties.cycles_per_access > 0)) {
      throw InputError(
          "control processor: cycles_per_instruction, cycles_per_access: expected more than zero");
    }
  }

  const ControlProcessorProperties& properties() const { return properties_; }
  ControlProcessorStatistics& counters() { return statistics_; }
  cpu::LocalClock& clock() { return clock_; }

  // One bus access of `bytes` bytes at the local time, which it advances; synchronizes when the quantum is
  // used up. False where it was answered with an error: the fault is noted, and the core has to stop and call
  // report_fault().
  bool access(tlm::tlm_command command, uint64_t address, void* data, unsigned bytes) {
    last_access_ = {command, address, bytes};
    tlm::tlm_generic_payload& payload =
        *payloads_.acquire(command, address, static_cast<unsigned char*>(data), bytes);
    sc_core::sc_time delay = clock_.get_local_time();
    bus->b_transport(payload, delay);
    const tlm::tlm_response_status response = payload.get_response_status();
    const bool good = responses_.good(payload);
    payload.release();
    clock_.set(delay);
    ++(command == tlm::TLM_READ_COMMAND ? statistics_.bus_reads : statistics_.bus_writes);
    if (!good) {
      note_fault("bus error: " + describe(last_access_) + ": " + tlm_support::response_name(response));
      return false;
    }
    if (clock_.need_sync()) {
      clock_.sync();
    }
    return true;
  }

  // Synchronizes, then waits until an interrupt line is high; returns at once if one is. `give_up`, where
  // there is one, is asked every 100 us of simulated time and ends the wait where it says so.
  void wait_for_interrupt(const std::function<bool()>& give_up = nullptr) {
    clock_.sync();
    ++statistics_.sleeps;
    const auto start = sc_core::sc_time_stamp().value();
    const sc_core::sc_time period(100, sc_core::SC_US);
    asleep_ = true;
    while (!accelerator_interrupt.read() && !mailbox_interrupt.read()) {
      auto& accelerator = accelerator_interrupt.value_changed_event();
      auto& mailbox = mailbox_interrupt.value_changed_event();
      if (!give_up) {
        wait(accelerator | mailbox);
      } else if (give_up()) {
        break;
      } else {
        wait(period, accelerator | mailbox);
      }
    }
    asleep_ = false;
    statistics_.sleep_time += sc_core::sc_time::from_value(sc_core::sc_time_stamp().value() - start);
    clock_.reset();
  }

  // Notes a fault; the first one stands.
  void note_fault(const std::string& what) {
    if (fault_.empty()) {
      fault_ = "control processor " + std::string(name()) + ": " + what + location();
    }
  }

  // Tells the world of the fault noted, at the simulated time at which it happened. From the core's thread
  // only.
  void report_fault() {
    clock_.sync();
    if (on_fault) {
      on_fault(fault_);
    } else {
      SC_REPORT_ERROR("/hwcvp/control_processor", fault_.c_str());
    }
  }

  static std::string hexadecimal(uint64_t value) {
    char text[2 + 16 + 1];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
    return text;
  }

 private:
  struct Access {
    tlm::tlm_command command;
    uint64_t address;
    unsigned bytes;
  };

  // Where the firmware stands, to end the message of a fault: empty, or ", pc 0x...".
  virtual std::string location() const { return ""; }

  static std::string describe(const Access& access) {
    return std::string(access.command == tlm::TLM_READ_COMMAND ? "read" : "write") + " of " +
           std::to_string(access.bytes) + " bytes at " + hexadecimal(access.address);
  }
  std::string last_access() const {
    return last_access_.bytes == 0 ? "" : ", last access a " + describe(last_access_);
  }

  const ControlProcessorProperties properties_;
  ControlProcessorStatistics statistics_;
  cpu::LocalClock clock_;
  tlm_support::PayloadPool payloads_;
  tlm_support::ResponseCheck responses_;
  std::string fault_;
  Access last_access_{tlm::TLM_READ_COMMAND, 0, 0};  // of 0 bytes: none yet
  bool asleep_ = false;
};

}  // namespace hwcvp
