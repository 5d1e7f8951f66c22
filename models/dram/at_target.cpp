#include "models/dram/at_target.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "models/tlm/processes.h"

namespace hwcvp::dram {

using sc_core::sc_time;

AtTarget::AtTarget(const sc_core::sc_module_name& name, DramController& controller, size_t most_in_flight,
                   bool answer_by_calls, Backward backward, Check check, Serve serve)
    : sc_module(name),
      controller_(controller),
      clock_(controller.spec()),
      most_in_flight_(most_in_flight),
      answer_by_calls_(answer_by_calls),
      backward_(std::move(backward)),
      check_(std::move(check)),
      serve_(std::move(serve)),
      wake_("wake") {
  HWCVP_METHOD(process);
  sensitive << wake_;
  dont_initialize();
}

void AtTarget::report(const Payload& payload, const char* what) const {
  std::ostringstream text;
  text << name() << ": " << (payload.is_write() ? "write" : "read") << " at 0x" << std::hex
       << payload.get_address() << ": " << what;
  SC_REPORT_ERROR("/hwcvp/dram", text.str().c_str());
}

tlm::tlm_sync_enum AtTarget::nb_transport_fw(Payload& payload, tlm::tlm_phase& phase, sc_time& delay) {
  if (phase == tlm::BEGIN_REQ) return begin_request(payload, phase, delay);
  if (phase == tlm::END_RESP) return end_response(payload, delay);
  if (phase == tlm::END_REQ || phase == tlm::BEGIN_RESP) {
    report(payload, "a phase of the backward path on the forward path");
  }
  return tlm::TLM_ACCEPTED;  // phases beyond the base protocol may be ignored
}

tlm::tlm_sync_enum AtTarget::begin_request(Payload& payload, tlm::tlm_phase& phase, const sc_time& delay) {
  const auto refuse = [&](const char* what) {
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    report(payload, what);
    return tlm::TLM_COMPLETED;
  };
  if (!payload.has_mm()) return refuse("BEGIN_REQ of a payload without memory manager");
  if (request_ != nullptr) return refuse("BEGIN_REQ before END_REQ of the request before");
  if (in_flight_.find(payload) != nullptr) return refuse("BEGIN_REQ of a transaction that is in flight");
  request_timed_ = check_(payload);
  if (!request_timed_ && !answer_by_calls_) return tlm::TLM_COMPLETED;
  payload.acquire();
  // What lies between may put the initiator's address back when this call returns.
  if (request_timed_) serve_(payload);
  access_.address = payload.get_address();
  access_.bytes = payload.get_data_length();
  access_.write = payload.is_write();
  request_ = &payload;
  request_begin_ = sc_core::sc_time_stamp() + delay;
  request_submitted_ = false;
  if (answer_by_calls_ || delay != sc_core::SC_ZERO_TIME) {
    wake_.notify(delay);
    return tlm::TLM_ACCEPTED;
  }
  controller_.advance(clock_.cycle_at(request_begin_));
  const bool taken = submit_request();
  if (taken) request_ = nullptr;
  collect_completions();
  wake_at_next();
  if (!taken) return tlm::TLM_ACCEPTED;
  phase = tlm::END_REQ;
  return tlm::TLM_UPDATED;
}

tlm::tlm_sync_enum AtTarget::end_response(Payload& payload, const sc_time& delay) {
  if (responding_ != &payload) {
    report(payload, "END_RESP of a transaction that has no response under way");
    return tlm::TLM_ACCEPTED;
  }
  finish_response(delay);
  return tlm::TLM_COMPLETED;
}

void AtTarget::finish_response(const sc_time& delay) {
  Payload* const payload = responding_;
  responding_ = nullptr;
  const sc_time& now = sc_core::sc_time_stamp();
  response_free_ = now + delay;
  in_flight_.take(*payload);
  if (request_ != nullptr) {
    wake_.notify(delay);  // it may have waited for this
  } else if (!responses_.empty()) {
    wake_.notify(std::max(response_free_, responses_.front().begin) - now);
  }
  payload->release();
}

void AtTarget::process() {
  controller_.advance(clock_.cycle_at(sc_core::sc_time_stamp()));
  take_request();
  collect_completions();
  begin_response();
  wake_at_next();
}

// Gives the request to the controller if there is room; true once all its bursts are in the queues.
bool AtTarget::submit_request() {
  if (!request_timed_) {
    if (in_flight_.size() >= most_in_flight_) return false;
    in_flight_.insert(*request_, {});
    await_response(*request_, sc_core::sc_time_stamp());
    return true;
  }
  if (!request_submitted_) {
    if (!controller_.ready() || in_flight_.size() >= most_in_flight_) return false;
    if (free_ids_.empty()) {
      free_ids_.push_back(moving_.size());
      moving_.push_back(nullptr);
    }
    access_.id = free_ids_.back();
    free_ids_.pop_back();
    access_.arrival = clock_.cycle_at(sc_core::sc_time_stamp());
    in_flight_.insert(*request_, {});
    moving_[access_.id] = request_;
    controller_.submit(access_);
    request_submitted_ = true;
  }
  return controller_.ready();
}

void AtTarget::take_request() {
  if (request_ == nullptr || request_begin_ > sc_core::sc_time_stamp() || !submit_request()) return;
  Payload* const payload = std::exchange(request_, nullptr);  // the call may begin the next one
  tlm::tlm_phase phase = tlm::END_REQ;
  sc_time delay;
  if (backward_(*payload, phase, delay) != tlm::TLM_ACCEPTED) {
    report(*payload, "END_REQ answered otherwise than with TLM_ACCEPTED");
  }
}

void AtTarget::await_response(Payload& payload, const sc_time& begin) {
  const Response response{&payload, begin};
  const auto place = std::upper_bound(responses_.begin(), responses_.end(), response,
                                      [](const Response& a, const Response& b) { return a.begin < b.begin; });
  responses_.insert(place, response);
}

void AtTarget::collect_completions() {
  for (const DramController::Completion& done : controller_.completions()) {
    await_response(*std::exchange(moving_[done.id], nullptr), clock_.time_of(done.finish));
    free_ids_.push_back(done.id);
  }
  controller_.clear_completions();
}

void AtTarget::begin_response() {
  const sc_time& now = sc_core::sc_time_stamp();
  while (responding_ == nullptr && response_free_ <= now && !responses_.empty() &&
         responses_.front().begin <= now) {
    Payload& payload = *responses_.front().payload;
    responses_.pop_front();
    responding_ = &payload;
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_time delay;
    const tlm::tlm_sync_enum answer = backward_(payload, phase, delay);
    if (responding_ != &payload) continue;  // ended by a call of its own
    if (answer == tlm::TLM_COMPLETED || (answer == tlm::TLM_UPDATED && phase == tlm::END_RESP)) {
      finish_response(delay);
    } else if (answer == tlm::TLM_UPDATED) {
      report(payload, "BEGIN_RESP answered with a phase other than END_RESP");
    }
  }
}

void AtTarget::wake_at_next() {
  const sc_time& now = sc_core::sc_time_stamp();
  const DramCycle present = clock_.cycle_at(now);
  sc_time next = sc_core::sc_max_time();
  const auto wake_by = [&next, &now](const sc_time& time) {
    if (time > now) next = std::min(next, time);
  };
  if (request_ != nullptr) {
    wake_by(request_begin_);
    // Room comes with a command.
    if (!controller_.ready()) wake_by(clock_.time_of(std::max(present, controller_.next_cycle()) + 1));
  }
  // Responses of which it is not yet known when they begin.
  if (free_ids_.size() < moving_.size()) wake_by(clock_.time_of(controller_.next_finish()));
  if (responding_ == nullptr && !responses_.empty()) {
    wake_by(std::max(response_free_, responses_.front().begin));
  }
  if (next != sc_core::sc_max_time()) wake_.notify(next - now);
}

}  // namespace hwcvp::dram
