#include "models/hwc/blocking_sender.h"

#include <algorithm>

#include "models/hwc/command_engine.h"
#include "registers/hwc.h"

namespace hwcvp {

using sc_core::sc_time;

BlockingSender::BlockingSender(const Properties& properties, tlm::tlm_initiator_socket<>& memory,
                               CommandEngine& engine)
    : BurstSender(properties), memory_(memory), engine_(engine), ends_(properties.outstanding) {}

BlockingSender::~BlockingSender() { release(); }

void BlockingSender::release() {
  if (payload_ != nullptr) payload_->release();
  payload_ = nullptr;
}

void BlockingSender::begin(tlm::tlm_command command) {
  release();  // of a command that failed
  payload_ = payloads_.acquire(0);
  payload_->set_command(command);
  issue_ = sc_core::sc_time_stamp();
  restart(issue_);
  std::fill(ends_.begin(), ends_.end(), issue_);
}

bool BlockingSender::send(uint64_t address, unsigned bytes, unsigned char* data) {
  issue_ = std::max(issue_ + properties().clock_period, ends_[oldest_]);
  sc_time now = sc_core::sc_time_stamp();
  if (issue_ > now + properties().quantum) {
    if (!engine_.sleep_until(issue_)) return false;
    now = issue_;
  }
  payload_->set_address(address);
  payload_->set_data_ptr(data);
  payload_->set_data_length(bytes);
  payload_->set_streaming_width(bytes);
  payload_->set_dmi_allowed(false);
  payload_->set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_time delay = issue_ - now;
  memory_->b_transport(*payload_, delay);
  if (engine_.abandoned()) return false;
  if (!payload_->is_response_ok()) {
    return engine_.fail(HWC_ERROR_MEMORY_PORT, static_cast<uint32_t>(address));
  }
  const sc_time end = sc_core::sc_time_stamp() + delay;
  ends_[oldest_] = end;
  if (++oldest_ == ends_.size()) oldest_ = 0;
  count(end, bytes);
  return true;
}

bool BlockingSender::finish() {
  release();
  return true;
}

}  // namespace hwcvp
