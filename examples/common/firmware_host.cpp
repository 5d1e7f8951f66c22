#include "common/firmware_host.h"

#include <cstring>
#include <iostream>
#include <string>
#include <utility>

#include "models/tlm/processes.h"

namespace example {

namespace {

constexpr uint64_t kJobBase = 0xffffffff00000000;  // in the host's own memory
constexpr int kStackBytes = 256 * 1024;

}  // namespace

FirmwareHost::FirmwareHost(const sc_core::sc_module_name& name, std::function<void(FirmwareHost&)> script)
    : sc_module(name), socket("socket"), interrupt("interrupt"), script_(std::move(script)) {
  HWCVP_THREAD(run_script);
  set_stack_size(kStackBytes);
}

bool FirmwareHost::run(const hwc_job& job) {
  job_ = &job;
  const struct hal hal = {this, read32, write32, wait_for_interrupt};
  const struct console console = {&hal, 0, LOG_ERROR};  // nothing is logged, so no mailbox is needed
  hwc_status status;
  firmware_run_job(&console, kJobBase, &status);
  sync();
  if (status.result == HWC_JOB_DONE) return true;
  std::cerr << name() << ": the job failed: result " << status.result << ", detail " << status.detail[0]
            << ' ' << status.detail[1] << " (see docs/firmware.md)\n";
  return false;
}

uint32_t FirmwareHost::read32(void* context, uint64_t address) {
  auto& self = *static_cast<FirmwareHost*>(context);
  uint32_t value = 0;
  if (address >= kJobBase) {
    std::memcpy(&value, reinterpret_cast<const char*>(self.job_) + (address - kJobBase), sizeof value);
  } else {
    self.access(tlm::TLM_READ_COMMAND, address, value);
  }
  return value;
}

void FirmwareHost::write32(void* context, uint64_t address, uint32_t value) {
  static_cast<FirmwareHost*>(context)->access(tlm::TLM_WRITE_COMMAND, address, value);
}

void FirmwareHost::wait_for_interrupt(void* context) {
  auto& self = *static_cast<FirmwareHost*>(context);
  self.sync();
  while (!self.interrupt.read()) sc_core::wait(self.interrupt.value_changed_event());
}

void FirmwareHost::access(tlm::tlm_command command, uint64_t address, uint32_t& value) {
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  payload.set_data_length(sizeof value);
  payload.set_streaming_width(sizeof value);
  socket->b_transport(payload, local_time_);
  if (payload.is_response_error()) {
    SC_REPORT_ERROR("/example/host",
                    (payload.get_response_string() + " at " + std::to_string(address)).c_str());
  }
  if (local_time_ > sc_core::sc_time(1, sc_core::SC_US)) sync();
}

void FirmwareHost::debug(tlm::tlm_command command, uint64_t address, void* data, size_t bytes) {
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(static_cast<unsigned char*>(data));
  payload.set_data_length(static_cast<unsigned>(bytes));
  payload.set_streaming_width(static_cast<unsigned>(bytes));
  if (socket->transport_dbg(payload) != bytes) {
    SC_REPORT_ERROR("/example/host", ("no memory at " + std::to_string(address)).c_str());
  }
}

void FirmwareHost::sync() {
  sc_core::wait(local_time_);
  local_time_ = sc_core::SC_ZERO_TIME;
}

}  // namespace example
