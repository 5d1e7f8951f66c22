// The assembled system on chip.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "models/bus/bus.h"
#include "models/cpu/control_processor.h"
#include "models/dram/timed_dram.h"
#include "models/hwc/hwc.h"
#include "models/hwce/hwce.h"
#include "models/mailbox/mailbox.h"
#include "models/memory/dram.h"
#include "models/monitor/monitor.h"
#include "models/tlm/interrupt_join.h"
#include "platform/config/config.h"
#include "platform/machine/fault_set.h"

namespace hwcvp {

// Files that the simulated machine is loaded with.
struct SocFiles {
  std::string firmware_image;    // riscv: the raw binary
  std::string processor_plugin;  // riscv: the emulator's plug-in; empty: found beside the program
};

// How the machine is simulated.
struct SocOptions {
  bool dram_monitor = false;  // a monitor beside those that are always there
  bool timing_only = false;   // the HWC moves no data, in the same transactions and times
};

// Does not model: caches, other masters, clock domains as signals (each module knows its period).
//
//   control processor -> control_monitor --+                +-- DRAM
//   HWC memory port -> tensor_monitor -----+----- bus ------+-- mailbox
//   HWCE memory port -> baseline_monitor --+                +-- HWC registers
//                                                           +-- HWCE registers
//
// The HWCE, the baseline accelerator, is always there: idle it takes no time, and firmware and memory map are
// the same whatever runs.
//
// With SocOptions::dram_monitor there is a third monitor between bus and DRAM, which is a Dram or a
// TimedDram, as the platform says.
//
// Addresses are those of memory_map. SystemC elaborates once a process, so there is one of these in a
// process.
class Soc : public sc_core::sc_module {
 public:
  Monitor control_monitor;   // what the control processor does on the bus
  Monitor tensor_monitor;    // what the accelerator does at its memory port
  Monitor baseline_monitor;  // likewise, of the baseline accelerator
  Mailbox mailbox;

  // Throws InputError where the control processor cannot be made: firmware image or plug-in missing.
  Soc(const sc_core::sc_module_name& name, const PlatformConfig& config, const SocFiles& files,
      const SocOptions& options = {});
  ~Soc() override;

  const PlatformConfig& config() const { return config_; }
  bool timing_only() const { return !hwc_.properties().functional; }
  ControlProcessor& control_processor() { return *control_processor_; }
  Hwc& hwc() { return hwc_; }
  const Hwce& hwce() const { return hwce_; }
  // What passes to the DRAM, from all initiators, at addresses of the DRAM; null without
  // SocOptions::dram_monitor.
  Monitor* dram_monitor() { return dram_monitor_.get(); }
  const sc_core::sc_signal<bool>& hwc_interrupt() const { return hwc_interrupt_; }
  const sc_core::sc_signal<bool>& mailbox_interrupt() const { return mailbox_interrupt_; }
  const sc_core::sc_signal<bool>& reset_line() const { return reset_; }
  // Null where the platform's DRAM is the simple one.
  const TimedDram* timed_dram() const { return timed_dram_.get(); }

  // What of the platform's faults has happened so far, as FaultSet::injected().
  std::vector<std::string> injected_faults() const { return faults_.injected(); }

  // Host access to the address space by debug transport: takes no time, passes no monitor. Throws
  // MachineFault where an address is not mapped.
  void read_memory(uint64_t address, void* data, size_t bytes);
  void write_memory(uint64_t address, const void* data, size_t bytes);

 private:
  // The host's way onto the bus.
  class DebugPort;

  void bind();

  const PlatformConfig config_;
  Bus bus_;
  std::unique_ptr<Dram> simple_dram_;  // one of the two
  std::unique_ptr<TimedDram> timed_dram_;
  Hwc hwc_;
  Hwce hwce_;
  std::unique_ptr<ControlProcessor> control_processor_;
  std::unique_ptr<Monitor> dram_monitor_;
  FaultSet faults_;
  std::unique_ptr<DebugPort> debug_port_;
  InterruptJoin interrupt_join_;
  sc_core::sc_signal<bool> hwc_interrupt_;
  sc_core::sc_signal<bool> hwce_interrupt_;
  sc_core::sc_signal<bool> accelerator_interrupt_;
  sc_core::sc_signal<bool> mailbox_interrupt_;
  sc_core::sc_signal<bool> reset_;
};

}  // namespace hwcvp
