// What the benches of the accelerators have in common: a memory on a bus, and a process of the test in place
// of a control processor.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <functional>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/bus/bus.h"
#include "models/monitor/monitor.h"
#include "models/monitor/protocol_checker.h"
#include "models/monitor/traffic_counter.h"

namespace hwcvp {

class AcceleratorBench : public sc_core::sc_module {
 public:
  static constexpr uint64_t kRegistersBase = 0x10000000;
  static constexpr uint64_t kDramBase = 0x80000000;

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

  // The memory's contents, by debug transport; addresses are those of the bus.
  void store(uint64_t address, const void* data, size_t bytes);
  void fetch(uint64_t address, void* data, size_t bytes);

  tlm_utils::simple_initiator_socket<AcceleratorBench> socket{"socket"};
  Bus bus;
  Monitor monitor{"monitor"};
  TrafficCounter traffic;
  sc_core::sc_signal<bool> interrupt{"interrupt"};
  sc_core::sc_signal<bool> reset{"reset"};
  std::vector<TransactionRecord> transactions;  // at the accelerator's memory port, while recording
  bool recording = false;

 protected:
  // The accelerator's registers, as its generated header has them.
  struct Registers {
    uint32_t size, status, irq_enable, error_mask;
  };

  AcceleratorBench(const sc_core::sc_module_name& name, const Registers& registers, uint64_t memory_bytes);
  template <typename Accelerator>
  void connect(Accelerator& accelerator) {
    accelerator.memory.bind(port_checker_.target_socket);
    registers_checker_.initiator_socket.bind(accelerator.registers);
    accelerator.interrupt.bind(interrupt);
    accelerator.reset.bind(reset);
  }
  void connect_memory(tlm::tlm_target_socket<>& memory) { memory_checker_.initiator_socket.bind(memory); }

 private:
  struct Recorder : tlm::tlm_analysis_if<TransactionRecord> {
    explicit Recorder(AcceleratorBench& to) : bench(to) {}
    void write(const TransactionRecord& record) override {
      if (bench.recording) bench.transactions.push_back(record);
    }
    AcceleratorBench& bench;
  };

  void run_script();
  void debug(tlm::tlm_command command, uint64_t address, unsigned char* data, size_t bytes);

  const Registers registers_;
  ProtocolChecker port_checker_{"port_checker"};            // at the accelerator's memory port
  ProtocolChecker memory_checker_{"memory_checker"};        // at the memory
  ProtocolChecker registers_checker_{"registers_checker"};  // at the accelerator's registers
  Recorder recorder_{*this};
  std::function<void()> script_;
  sc_core::sc_event begin_;
  sc_core::sc_time local_time_;  // ahead of simulated time
  bool finished_ = false;
};

}  // namespace hwcvp
