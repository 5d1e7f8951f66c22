#include "models/hwc/nonblocking_sender.h"

#include <algorithm>
#include <cstring>

#include "models/hwc/command_engine.h"
#include "registers/hwc.h"

namespace hwcvp {

NonblockingSender::NonblockingSender(const Properties& properties, MemoryPort& port, CommandEngine& engine)
    : BurstSender(properties), port_(port), engine_(engine) {}

void NonblockingSender::begin(tlm::tlm_command command) {
  command_ = command;
  issue_ = sc_core::sc_time_stamp();
  restart(issue_);
}

bool NonblockingSender::send(uint64_t address, unsigned bytes, unsigned char* data) {
  if (!engine_.sleep_until(issue_ + properties().clock_period)) return abandon();
  while (in_flight_ >= properties().outstanding) {
    if (!await_end()) return abandon();
  }
  issue_ = sc_core::sc_time_stamp();
  tlm::tlm_generic_payload& payload = *payloads_.acquire(bytes);
  payload.set_command(command_);
  payload.set_address(address);
  if (command_ == tlm::TLM_WRITE_COMMAND && properties().functional) {
    std::memcpy(payload.get_data_ptr(), data, bytes);
  }
  places_[&payload] = data;
  ++in_flight_;
  port_.send(payload, *this);
  return true;
}

bool NonblockingSender::finish() {
  while (!places_.empty()) {
    if (!await_end()) return abandon();
  }
  return true;
}

bool NonblockingSender::await_end() {
  waiting_ = true;
  const bool alive = engine_.pause();
  waiting_ = false;
  return alive;
}

bool NonblockingSender::abandon() {
  in_flight_ -= port_.withdraw(*this);
  places_.clear();
  return false;
}

void NonblockingSender::ended(tlm::tlm_generic_payload& payload) {
  --in_flight_;
  if (waiting_) engine_.resume();
  const auto place = places_.find(&payload);
  if (place == places_.end()) return;
  if (payload.is_response_ok()) {
    if (command_ == tlm::TLM_READ_COMMAND && properties().functional) {
      std::memcpy(place->second, payload.get_data_ptr(), payload.get_data_length());
    }
    count(sc_core::sc_time_stamp(), payload.get_data_length());
  } else {
    engine_.fail(HWC_ERROR_MEMORY_PORT, static_cast<uint32_t>(payload.get_address()));
  }
  places_.erase(place);
}

}  // namespace hwcvp
