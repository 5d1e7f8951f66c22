#include "tests/models/hwce_bench.h"

#include <gtest/gtest.h>

#include "registers/hwce.h"

namespace hwcvp {

using sc_core::sc_time;

namespace {

Bus::Properties bus_properties() {
  Bus::Properties properties;
  properties.initiators = 2;
  properties.targets = 2;
  return properties;
}

Dram::Properties dram_properties() {
  Dram::Properties properties;
  properties.size_bytes = 1 << 20;
  return properties;
}

}  // namespace

HwceBench::HwceBench(const sc_core::sc_module_name& name, const Hwce::Properties& properties)
    : sc_module(name),
      bus("bus", bus_properties()),
      dram("dram", dram_properties()),
      hwce("hwce", properties) {
  bus.map(0, kDramBase, 1 << 20);
  bus.map(1, kRegistersBase, HWCE_SIZE);
  socket.bind(bus.target_sockets[0]);
  hwce.memory.bind(monitor.target_socket);
  monitor.initiator_socket.bind(bus.target_sockets[1]);
  bus.initiator_sockets[0].bind(dram.socket);
  bus.initiator_sockets[1].bind(hwce.registers);
  hwce.interrupt.bind(interrupt);
  hwce.reset.bind(reset);
  monitor.transactions.bind(recorder_);
  SC_HAS_PROCESS(HwceBench);
  SC_THREAD(run_script);
}

bool HwceBench::run(const std::function<void()>& script) {
  script_ = script;
  finished_ = false;
  begin_.notify(sc_core::SC_ZERO_TIME);
  sc_core::sc_start();
  return finished_;
}

void HwceBench::run_script() {
  for (;;) {
    if (script_) {
      script_();
      finished_ = true;
      script_ = nullptr;
    }
    wait(begin_);
  }
}

tlm::tlm_response_status HwceBench::access(tlm::tlm_command command, uint32_t offset, uint32_t& value) {
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(kRegistersBase + offset);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  payload.set_data_length(4);
  payload.set_streaming_width(4);
  sc_time delay;
  socket->b_transport(payload, delay);
  wait(delay);
  return payload.get_response_status();
}

uint32_t HwceBench::read(uint32_t offset) {
  uint32_t value = 0;
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, access(tlm::TLM_READ_COMMAND, offset, value)) << "offset " << offset;
  return value;
}

void HwceBench::write(uint32_t offset, uint32_t value) {
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, access(tlm::TLM_WRITE_COMMAND, offset, value)) << "offset " << offset;
}

uint32_t HwceBench::sleep_until(uint32_t conditions) {
  conditions |= HWCE_STATUS_ERROR_MASK;
  write(HWCE_IRQ_ENABLE, conditions);
  wait(1, sc_core::SC_NS);  // the line follows its cause in two delta cycles
  while (!interrupt.read()) wait(interrupt.posedge_event());
  const uint32_t status = read(HWCE_STATUS);
  EXPECT_NE(0u, status & conditions) << "the interrupt line was high without a cause";
  return status;
}

void HwceBench::debug(tlm::tlm_command command, uint64_t address, unsigned char* data, size_t bytes) {
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(kDramBase + address);
  payload.set_data_ptr(data);
  payload.set_data_length(static_cast<unsigned>(bytes));
  payload.set_streaming_width(static_cast<unsigned>(bytes));
  EXPECT_EQ(bytes, socket->transport_dbg(payload));
}

void HwceBench::store(uint64_t address, const std::vector<int16_t>& pixels) {
  std::vector<int16_t> copy = pixels;
  debug(tlm::TLM_WRITE_COMMAND, address, reinterpret_cast<unsigned char*>(copy.data()), 2 * copy.size());
}

std::vector<int16_t> HwceBench::fetch(uint64_t address, size_t pixels) {
  std::vector<int16_t> fetched(pixels);
  debug(tlm::TLM_READ_COMMAND, address, reinterpret_cast<unsigned char*>(fetched.data()), 2 * pixels);
  return fetched;
}

}  // namespace hwcvp
