#include "tests/support/accelerators/accelerator_bench.h"

#include <gtest/gtest.h>

#include "models/tlm/processes.h"

namespace hwcvp {

using sc_core::sc_time;

namespace {

Bus::Properties bus_properties() {
  Bus::Properties properties;
  properties.initiators = 2;
  properties.targets = 2;
  return properties;
}

}  // namespace

AcceleratorBench::AcceleratorBench(const sc_core::sc_module_name& name, const Registers& registers,
                                   uint64_t memory_bytes)
    : sc_module(name), bus("bus", bus_properties()), registers_(registers) {
  bus.map(0, kDramBase, memory_bytes);
  bus.map(1, kRegistersBase, registers.size);
  socket.bind(bus.target_sockets[0]);
  port_checker_.initiator_socket.bind(monitor.target_socket);
  monitor.initiator_socket.bind(bus.target_sockets[1]);
  bus.initiator_sockets[0].bind(memory_checker_.target_socket);
  bus.initiator_sockets[1].bind(registers_checker_.target_socket);
  monitor.transactions.bind(traffic);
  monitor.transactions.bind(recorder_);
  HWCVP_THREAD(run_script);
}

void AcceleratorBench::start(const std::function<void()>& script) {
  script_ = script;
  finished_ = false;
  begin_.notify(sc_core::SC_ZERO_TIME);
}

bool AcceleratorBench::run(const std::function<void()>& script) {
  start(script);
  sc_core::sc_start();
  return finished_;
}

void AcceleratorBench::run_script() {
  for (;;) {
    if (script_) {
      script_();
      sync();
      finished_ = true;
      script_ = nullptr;
    }
    wait(begin_);
  }
}

void AcceleratorBench::sync() {
  if (local_time_ > sc_core::SC_ZERO_TIME) wait(local_time_);
  local_time_ = sc_core::SC_ZERO_TIME;
}

tlm::tlm_response_status AcceleratorBench::access(tlm::tlm_command command, uint32_t offset,
                                                  uint32_t& value) {
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(kRegistersBase + offset);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  payload.set_data_length(4);
  payload.set_streaming_width(4);
  socket->b_transport(payload, local_time_);
  if (local_time_ > sc_time(1, sc_core::SC_US)) sync();
  return payload.get_response_status();
}

uint32_t AcceleratorBench::read(uint32_t offset) {
  uint32_t value = 0;
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, access(tlm::TLM_READ_COMMAND, offset, value)) << "offset " << offset;
  return value;
}

void AcceleratorBench::write(uint32_t offset, uint32_t value) {
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, access(tlm::TLM_WRITE_COMMAND, offset, value)) << "offset " << offset;
}

void AcceleratorBench::write64(uint32_t offset, uint64_t value) {
  write(offset, static_cast<uint32_t>(value));
  write(offset + 4, static_cast<uint32_t>(value >> 32));
}

uint32_t AcceleratorBench::sleep_until(uint32_t conditions) {
  conditions |= registers_.error_mask;
  write(registers_.irq_enable, conditions);
  sync();
  wait(sc_core::SC_ZERO_TIME);
  wait(sc_core::SC_ZERO_TIME);  // the line follows its cause in two delta cycles
  while (!interrupt.read()) wait(interrupt.posedge_event());
  const uint32_t status = read(registers_.status);
  EXPECT_NE(0u, status & conditions) << "the interrupt line was high without a cause";
  return status;
}

void AcceleratorBench::debug(tlm::tlm_command command, uint64_t address, unsigned char* data, size_t bytes) {
  if (bytes == 0) return;
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(data);
  payload.set_data_length(static_cast<unsigned>(bytes));
  payload.set_streaming_width(static_cast<unsigned>(bytes));
  EXPECT_EQ(bytes, socket->transport_dbg(payload));
}

void AcceleratorBench::store(uint64_t address, const void* data, size_t bytes) {
  debug(tlm::TLM_WRITE_COMMAND, address, const_cast<unsigned char*>(static_cast<const unsigned char*>(data)),
        bytes);
}

void AcceleratorBench::fetch(uint64_t address, void* data, size_t bytes) {
  debug(tlm::TLM_READ_COMMAND, address, static_cast<unsigned char*>(data), bytes);
}

}  // namespace hwcvp
