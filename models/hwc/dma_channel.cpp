#include "models/hwc/dma_channel.h"

#include <algorithm>

#include "models/hwc/command_engine.h"
#include "registers/hwc.h"

namespace hwcvp {

using sc_core::sc_time;

namespace {

// Acquires a payload for as long as a command needs one.
class HeldPayload {
 public:
  HeldPayload(PayloadPool& pool, tlm::tlm_command command) : payload_(pool.acquire(0)) {
    payload_->set_command(command);
  }
  ~HeldPayload() { payload_->release(); }
  HeldPayload(const HeldPayload&) = delete;
  HeldPayload& operator=(const HeldPayload&) = delete;
  tlm::tlm_generic_payload& operator*() const { return *payload_; }

 private:
  tlm::tlm_generic_payload* payload_;
};

}  // namespace

DmaChannel::DmaChannel(const Properties& properties, tlm::tlm_initiator_socket<>& memory,
                       CommandEngine& engine)
    : properties_(properties), memory_(memory), engine_(engine), ends_(properties.outstanding) {}

void DmaChannel::begin() {
  issue_ = sc_core::sc_time_stamp();
  end_ = issue_;
  bytes_ = 0;
  std::fill(ends_.begin(), ends_.end(), issue_);
}

bool DmaChannel::transfer(tlm::tlm_generic_payload& payload, uint64_t address, unsigned bytes,
                          unsigned char* data) {
  issue_ = std::max(issue_ + properties_.clock_period, ends_[oldest_]);
  sc_time now = sc_core::sc_time_stamp();
  if (issue_ > now + properties_.quantum) {
    if (!engine_.sleep_until(issue_)) return false;
    now = issue_;
  }
  payload.set_address(address);
  payload.set_data_ptr(data);
  payload.set_data_length(bytes);
  payload.set_streaming_width(bytes);
  payload.set_dmi_allowed(false);
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_time delay = issue_ - now;
  memory_->b_transport(payload, delay);
  if (engine_.abandoned()) return false;
  if (!payload.is_response_ok()) return engine_.fail(HWC_ERROR_MEMORY_PORT, static_cast<uint32_t>(address));
  const sc_time end = sc_core::sc_time_stamp() + delay;
  ends_[oldest_] = end;
  if (++oldest_ == ends_.size()) oldest_ = 0;
  end_ = std::max(end_, end);
  bytes_ += bytes;
  return true;
}

bool DmaChannel::move_run(tlm::tlm_generic_payload& payload, uint64_t address, int64_t bytes,
                          unsigned char* data) {
  const uint64_t burst = properties_.max_burst_bytes;
  while (bytes > 0) {
    const int64_t rest_of_burst = static_cast<int64_t>(burst - (address & (burst - 1)));
    const int64_t length = std::min(bytes, rest_of_burst);
    if (!transfer(payload, address, static_cast<unsigned>(length), data)) return false;
    address += static_cast<uint64_t>(length);
    bytes -= length;
    if (properties_.functional) data += length;
  }
  return true;
}

unsigned char* DmaChannel::staging(int64_t bytes) {
  if (staging_.size() < static_cast<size_t>(bytes)) staging_.resize(static_cast<size_t>(bytes));
  return staging_.data();
}

bool DmaChannel::move(tlm::tlm_command command, const MemoryLayout& memory, const Box& box,
                      const CircularView& buffer, int64_t element_bytes) {
  const HeldPayload payload(payloads_, command);
  RunWalk walk(memory, box, buffer, element_bytes);
  if (!properties_.functional) {
    unsigned char* const scratch = staging(std::min<int64_t>(walk.run_bytes(), properties_.max_burst_bytes));
    do {
      if (!move_run(*payload, walk.address(), walk.run_bytes(), scratch)) return false;
    } while (walk.next());
    return true;
  }
  if (walk.direct()) {
    do {
      if (!move_run(*payload, walk.address(), walk.run_bytes(), walk.data())) return false;
    } while (walk.next());
    return true;
  }
  unsigned char* const run = staging(walk.run_bytes());
  do {
    if (command == tlm::TLM_WRITE_COMMAND) walk.copy_from_buffer(run);
    if (!move_run(*payload, walk.address(), walk.run_bytes(), run)) return false;
    if (command == tlm::TLM_READ_COMMAND) walk.copy_to_buffer(run);
  } while (walk.next());
  return true;
}

bool DmaChannel::read(const MemoryLayout& memory, const Box& box, const CircularView& buffer,
                      int64_t element_bytes) {
  return move(tlm::TLM_READ_COMMAND, memory, box, buffer, element_bytes);
}

bool DmaChannel::write(const MemoryLayout& memory, const Box& box, const CircularView& buffer,
                       int64_t element_bytes) {
  return move(tlm::TLM_WRITE_COMMAND, memory, box, buffer, element_bytes);
}

bool DmaChannel::read(uint64_t address, int64_t bytes, unsigned char* data) {
  const HeldPayload payload(payloads_, tlm::TLM_READ_COMMAND);
  if (!properties_.functional) data = staging(std::min<int64_t>(bytes, properties_.max_burst_bytes));
  return move_run(*payload, address, bytes, data);
}

}  // namespace hwcvp
