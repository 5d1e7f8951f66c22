// The HWC with a memory on a bus, and a process of the test in place of a control processor.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/bus/bus.h"
#include "models/hwc/hwc.h"
#include "models/memory/dram.h"
#include "models/monitor/monitor.h"
#include "models/monitor/protocol_checker.h"
#include "models/monitor/traffic_counter.h"
#include "tests/support/tlm/at_target.h"

namespace hwcvp {

class HwcBench : public sc_core::sc_module {
 public:
  static constexpr uint64_t kRegistersBase = 0x10000000;
  static constexpr uint64_t kDramBase = 0x80000000;

  explicit HwcBench(const sc_core::sc_module_name& name, const Hwc::Properties& hwc_properties = {},
                    const Dram::Properties& dram_properties = {});
  // With a memory of the test's own in place of the DRAM.
  HwcBench(const sc_core::sc_module_name& name, const Hwc::Properties& hwc_properties, AtTarget& memory);

  // Simulates until the script, which runs in a process, returns; false if it never does.
  bool run(const std::function<void()>& script);
  // Has the script run once the simulation goes on, for tests of several machines.
  void start(const std::function<void()>& script);
  bool finished() const { return finished_; }

  // For scripts. The script's local time runs ahead of simulated time by up to a microsecond.
  uint32_t read(uint32_t offset);
  void write(uint32_t offset, uint32_t value);
  void write64(uint32_t offset, uint64_t value);
  tlm::tlm_response_status access(tlm::tlm_command command, uint32_t offset, uint32_t& value);
  void sync();
  // Sleeps until one of the conditions of STATUS, or an error, holds; returns STATUS.
  uint32_t sleep_until(uint32_t conditions);

  // The DRAM's contents, by debug transport; addresses are those of the bus.
  void store(uint64_t address, const void* data, size_t bytes);
  void fetch(uint64_t address, void* data, size_t bytes);

  tlm_utils::simple_initiator_socket<HwcBench> socket{"socket"};
  Bus bus;
  Hwc hwc;
  Monitor monitor{"monitor"};
  TrafficCounter traffic;
  sc_core::sc_signal<bool> interrupt{"interrupt"};
  sc_core::sc_signal<bool> reset{"reset"};
  std::vector<TransactionRecord> transactions;  // at the HWC's memory port, while recording
  std::vector<CommandRecord> commands;          // while recording
  bool recording = false;

 private:
  HwcBench(const sc_core::sc_module_name& name, const Hwc::Properties& hwc_properties, uint64_t memory_bytes);

  template <typename Record>
  struct Recorder : tlm::tlm_analysis_if<Record> {
    Recorder(const bool& on, std::vector<Record>& to) : recording(on), records(to) {}
    void write(const Record& record) override {
      if (recording) records.push_back(record);
    }
    const bool& recording;
    std::vector<Record>& records;
  };

  void run_script();
  void debug(tlm::tlm_command command, uint64_t address, unsigned char* data, size_t bytes);

  ProtocolChecker port_checker_{"port_checker"};            // at the HWC's memory port
  ProtocolChecker memory_checker_{"memory_checker"};        // at the memory
  ProtocolChecker registers_checker_{"registers_checker"};  // at the HWC's registers
  std::unique_ptr<Dram> dram_;
  Recorder<TransactionRecord> transaction_recorder_{recording, transactions};
  Recorder<CommandRecord> command_recorder_{recording, commands};
  std::function<void()> script_;
  sc_core::sc_event begin_;
  sc_core::sc_time local_time_;  // ahead of simulated time
  bool finished_ = false;
};

}  // namespace hwcvp
