#include "tests/models/hwc_bench.h"

#include <gtest/gtest.h>

#include "registers/hwc.h"

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

HwcBench::HwcBench(const sc_core::sc_module_name& name, const Hwc::Properties& hwc_properties,
                   const Dram::Properties& dram_properties)
    : HwcBench(name, hwc_properties, dram_properties.size_bytes) {
  dram_ = std::make_unique<Dram>("dram", dram_properties);
  memory_checker_.initiator_socket.bind(dram_->socket);
}

HwcBench::HwcBench(const sc_core::sc_module_name& name, const Hwc::Properties& hwc_properties,
                   AtTarget& memory)
    : HwcBench(name, hwc_properties, memory.memory.size()) {
  memory_checker_.initiator_socket.bind(memory.socket);
}

HwcBench::HwcBench(const sc_core::sc_module_name& name, const Hwc::Properties& hwc_properties,
                   uint64_t memory_bytes)
    : sc_module(name), bus("bus", bus_properties()), hwc("hwc", hwc_properties) {
  bus.map(0, kDramBase, memory_bytes);
  bus.map(1, kRegistersBase, HWC_SIZE);
  socket.bind(bus.target_sockets[0]);
  hwc.memory.bind(port_checker_.target_socket);
  port_checker_.initiator_socket.bind(monitor.target_socket);
  monitor.initiator_socket.bind(bus.target_sockets[1]);
  bus.initiator_sockets[0].bind(memory_checker_.target_socket);
  bus.initiator_sockets[1].bind(registers_checker_.target_socket);
  registers_checker_.initiator_socket.bind(hwc.registers);
  hwc.interrupt.bind(interrupt);
  hwc.reset.bind(reset);
  monitor.transactions.bind(traffic);
  monitor.transactions.bind(transaction_recorder_);
  hwc.commands.bind(command_recorder_);
  SC_HAS_PROCESS(HwcBench);
  SC_THREAD(run_script);
}

void HwcBench::start(const std::function<void()>& script) {
  script_ = script;
  finished_ = false;
  begin_.notify(sc_core::SC_ZERO_TIME);
}

bool HwcBench::run(const std::function<void()>& script) {
  start(script);
  sc_core::sc_start();
  return finished_;
}

void HwcBench::run_script() {
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

void HwcBench::sync() {
  if (local_time_ > sc_core::SC_ZERO_TIME) wait(local_time_);
  local_time_ = sc_core::SC_ZERO_TIME;
}

tlm::tlm_response_status HwcBench::access(tlm::tlm_command command, uint32_t offset, uint32_t& value) {
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

uint32_t HwcBench::read(uint32_t offset) {
  uint32_t value = 0;
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, access(tlm::TLM_READ_COMMAND, offset, value)) << "offset " << offset;
  return value;
}

void HwcBench::write(uint32_t offset, uint32_t value) {
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, access(tlm::TLM_WRITE_COMMAND, offset, value)) << "offset " << offset;
}

void HwcBench::write64(uint32_t offset, uint64_t value) {
  write(offset, static_cast<uint32_t>(value));
  write(offset + 4, static_cast<uint32_t>(value >> 32));
}

uint32_t HwcBench::sleep_until(uint32_t conditions) {
  conditions |= HWC_STATUS_ERROR_MASK;
  write(HWC_IRQ_ENABLE, conditions);
  sync();
  wait(sc_core::SC_ZERO_TIME);
  wait(sc_core::SC_ZERO_TIME);  // the line follows its cause in two delta cycles
  while (!interrupt.read()) wait(interrupt.posedge_event());
  const uint32_t status = read(HWC_STATUS);
  EXPECT_NE(0u, status & conditions) << "the interrupt line was high without a cause";
  return status;
}

void HwcBench::debug(tlm::tlm_command command, uint64_t address, unsigned char* data, size_t bytes) {
  if (bytes == 0) return;
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(data);
  payload.set_data_length(static_cast<unsigned>(bytes));
  payload.set_streaming_width(static_cast<unsigned>(bytes));
  EXPECT_EQ(bytes, socket->transport_dbg(payload));
}

void HwcBench::store(uint64_t address, const void* data, size_t bytes) {
  debug(tlm::TLM_WRITE_COMMAND, address, const_cast<unsigned char*>(static_cast<const unsigned char*>(data)),
        bytes);
}

void HwcBench::fetch(uint64_t address, void* data, size_t bytes) {
  debug(tlm::TLM_READ_COMMAND, address, static_cast<unsigned char*>(data), bytes);
}

}  // namespace hwcvp
