// The HWCE with a DRAM on a bus, and a process of the test in place of a control processor.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <functional>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/bus/bus.h"
#include "models/hwce/hwce.h"
#include "models/memory/dram.h"
#include "models/monitor/monitor.h"

namespace hwcvp {

class HwceBench : public sc_core::sc_module {
 public:
  static constexpr uint64_t kRegistersBase = 0x10000000;
  static constexpr uint64_t kDramBase = 0x80000000;

  explicit HwceBench(const sc_core::sc_module_name& name, const Hwce::Properties& properties = {});

  // Simulates until the script, which runs in a process, returns; false if it never does.
  bool run(const std::function<void()>& script);

  // For scripts.
  uint32_t read(uint32_t offset);
  void write(uint32_t offset, uint32_t value);
  tlm::tlm_response_status access(tlm::tlm_command command, uint32_t offset, uint32_t& value);
  // Sleeps until one of the conditions of STATUS, or an error, holds; returns STATUS.
  uint32_t sleep_until(uint32_t conditions);

  // Pixels in the DRAM, by debug transport; `address` counts from its beginning.
  void store(uint64_t address, const std::vector<int16_t>& pixels);
  std::vector<int16_t> fetch(uint64_t address, size_t pixels);

  tlm_utils::simple_initiator_socket<HwceBench> socket{"socket"};
  Bus bus;
  Dram dram;
  Hwce hwce;
  Monitor monitor{"monitor"};
  sc_core::sc_signal<bool> interrupt{"interrupt"};
  sc_core::sc_signal<bool> reset{"reset"};
  std::vector<TransactionRecord> transactions;  // at the memory port

 private:
  struct Recorder : tlm::tlm_analysis_if<TransactionRecord> {
    explicit Recorder(std::vector<TransactionRecord>& to) : records(to) {}
    void write(const TransactionRecord& record) override { records.push_back(record); }
    std::vector<TransactionRecord>& records;
  };

  void run_script();
  void debug(tlm::tlm_command command, uint64_t address, unsigned char* data, size_t bytes);

  Recorder recorder_{transactions};
  std::function<void()> script_;
  sc_core::sc_event begin_;
  bool finished_ = false;
};

}  // namespace hwcvp
