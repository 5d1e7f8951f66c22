#include "models/hwc/nonblocking_sender.h"

#include <algorithm>
#include <cstring>

#include "models/hwc/command_engine.h"
#include "registers/hwc.h"

namespace hwcvp::hwc {

using sc_core::sc_time;

namespace {
constexpr size_t kPrepared = 64;  // beyond which the engine sleeps until half of them have gone
}

NonblockingSender::NonblockingSender(const Properties& properties, MemoryPort& port, CommandEngine& engine)
    : BurstSender(properties), port_(port), engine_(engine), payloads_(properties.initiator_id) {
  port.add(*this);
}

void NonblockingSender::begin(tlm::tlm_command command) {
  command_ = command;
  issue_ = sc_core::sc_time_stamp();
  restart(issue_);
}

bool NonblockingSender::send(uint64_t address, unsigned bytes, unsigned char* data) {
  if (engine_.abandoned()) return abandon();
  if (prepared_.size() >= kPrepared && !await(places_.size() - kPrepared / 2)) return abandon();
  tlm::tlm_generic_payload& payload = *payloads_.acquire(bytes);
  payload.set_command(command_);
  payload.set_address(address);
  if (command_ == tlm::TLM_WRITE_COMMAND && properties().functional) {
    std::memcpy(payload.get_data_ptr(), data, bytes);
  }
  places_.insert(payload, data);
  prepared_.push_back(&payload);
  if (prepared_.size() == 1) issue();
  return true;
}

// Hands over the next burst if it may go, and sees to it that the one after it goes a cycle later.
void NonblockingSender::issue() {
  if (prepared_.empty() || in_flight_ >= properties().outstanding || engine_.abandoned()) return;
  const sc_time& now = sc_core::sc_time_stamp();
  const sc_time earliest = issue_ + properties().clock_period;
  if (now < earliest) {
    port_.call_after(earliest - now);
    return;
  }
  issue_ = now;
  ++in_flight_;
  tlm::tlm_generic_payload& payload = *prepared_.front();
  prepared_.pop_front();
  port_.send(payload, *this);
  if (!prepared_.empty() && in_flight_ < properties().outstanding) {
    port_.call_after(properties().clock_period);
  }
}

bool NonblockingSender::finish() { return await(0) || abandon(); }

bool NonblockingSender::await(size_t left) {
  left_ = left;
  waiting_ = true;
  while (places_.size() > left && engine_.pause()) {
  }
  waiting_ = false;
  return !engine_.abandoned();
}

bool NonblockingSender::abandon() {
  in_flight_ -= port_.withdraw(*this);
  for (tlm::tlm_generic_payload* const payload : prepared_) payload->release();
  prepared_.clear();
  places_.clear();
  return false;
}

void NonblockingSender::ended(tlm::tlm_generic_payload& payload) {
  --in_flight_;
  if (places_.find(payload) != nullptr) {
    unsigned char* const place = places_.take(payload);
    if (port_.good(payload)) {
      if (command_ == tlm::TLM_READ_COMMAND && properties().functional) {
        std::memcpy(place, payload.get_data_ptr(), payload.get_data_length());
      }
      count(sc_core::sc_time_stamp(), payload.get_data_length());
    } else {
      engine_.fail(HWC_ERROR_MEMORY_PORT, static_cast<uint32_t>(payload.get_address()));
    }
    if (waiting_ && places_.size() <= left_) engine_.wake();
  }
  issue();
}

}  // namespace hwcvp::hwc
