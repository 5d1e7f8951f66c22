#include "models/hwc/blocking_sender.h"

#include <algorithm>

#include "models/hwc/command_engine.h"
#include "models/hwc/memory_port.h"
#include "registers/hwc.h"

namespace hwcvp::hwc {

using sc_core::sc_time;

BlockingSender::BlockingSender(const Properties& properties, MemoryPort& port, CommandEngine& engine)
    : BurstSender(properties),
      port_(port),
      engine_(engine),
      payloads_(properties.initiator_id),
      ends_(properties.outstanding) {}

void BlockingSender::begin(tlm::tlm_command command) {
  command_ = command;
  issue_ = sc_core::sc_time_stamp();
  restart(issue_);
  std::fill(ends_.begin(), ends_.end(), issue_);
}

bool BlockingSender::send(uint64_t address, unsigned bytes, unsigned char* data) {
  sc_time now = sc_core::sc_time_stamp();  // past the time that is due, where the target waited in the call
  issue_ = std::max({issue_ + properties().clock_period, ends_[oldest_], now});
  if (issue_ > now + properties().quantum) {
    if (!engine_.sleep_until(issue_)) return false;
    now = issue_;
  }
  sc_time delay = issue_ - now;
  tlm::tlm_generic_payload& payload = *payloads_.acquire(command_, address, data, bytes);
  port_.b_transport(payload, delay);
  const bool good = port_.good(payload);
  payload.release();
  if (engine_.abandoned()) return false;
  if (!good) {
    return engine_.fail(HWC_ERROR_MEMORY_PORT, static_cast<uint32_t>(address));
  }
  const sc_time end = sc_core::sc_time_stamp() + delay;
  ends_[oldest_] = end;
  if (++oldest_ == ends_.size()) oldest_ = 0;
  count(end, bytes);
  return true;
}

}  // namespace hwcvp::hwc
