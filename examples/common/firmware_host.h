// A processor of the examples: runs the firmware's driver, compiled for the host, over a TLM socket.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <functional>
#include <systemc>
#include <tlm>
#include <vector>

#include "sw/firmware.h"

namespace example {

// Does not model: instructions, whose time is that of the bus accesses and nothing else. Accesses run ahead
// of simulated time by up to a microsecond.
//
// Runs one script in a process. A job lies in the host's own memory, not on the bus. Whatever goes wrong on
// the bus is an SC_REPORT_ERROR.
class FirmwareHost : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<FirmwareHost> socket;
  sc_core::sc_in<bool> interrupt;  // of the HWC

  FirmwareHost(const sc_core::sc_module_name& name, std::function<void(FirmwareHost&)> script);

  // For scripts: has the firmware run the job; returns when the HWC is idle. False, with a line on standard
  // error, where it failed.
  bool run(const hwc_job& job);

  // Contents of memory by debug transport, which takes no time.
  template <typename T>
  void store(uint64_t address, const std::vector<T>& values) {
    debug(tlm::TLM_WRITE_COMMAND, address, const_cast<T*>(values.data()), values.size() * sizeof(T));
  }
  template <typename T>
  std::vector<T> fetch(uint64_t address, size_t count) {
    std::vector<T> values(count);
    debug(tlm::TLM_READ_COMMAND, address, values.data(), count * sizeof(T));
    return values;
  }

 private:
  void run_script() { script_(*this); }
  static uint32_t read32(void* context, uint64_t address);
  static void write32(void* context, uint64_t address, uint32_t value);
  static void wait_for_interrupt(void* context);
  void access(tlm::tlm_command command, uint64_t address, uint32_t& value);
  void debug(tlm::tlm_command command, uint64_t address, void* data, size_t bytes);
  void sync();

  const std::function<void(FirmwareHost&)> script_;
  const hwc_job* job_ = nullptr;
  sc_core::sc_time local_time_;  // ahead of simulated time
};

}  // namespace example
