#include "models/dram/at_target.h"

#include <algorithm>
#include <sstream>
#include <utility>

namespace hwcvp {

using sc_core::sc_time;

DramAtTarget::DramAtTarget(const sc_core::sc_module_name& name, DramController& controller,
                           size_t most_in_flight, Backward backward, Check check, Serve serve)
    : sc_module(name),
      controller_(controller),
      clock_(controller.spec()),
      shortest_(std::min(controller.spec().read_latency(), controller.spec().write_latency())),
      most_in_flight_(most_in_flight),
      backward_(std::move(backward)),
      check_(std::move(check)),
      serve_(std::move(serve)),
      wake_("wake") {
  SC_HAS_PROCESS(DramAtTarget);
  SC_METHOD(process);
  sensitive << wake_;
  dont_initialize();
}

void DramAtTarget::report(const Payload& payload, const char* what) const {
  std::ostringstream text;
  text << name() << ": " << (payload.is_write() ? "write" : "read") << " at 0x" << std::hex
       << payload.get_address() << ": " << what;
  SC_REPORT_ERROR("/hwcvp/dram", text.str().c_str());
}

tlm::tlm_sync_enum DramAtTarget::nb_transport_fw(Payload& payload, tlm::tlm_phase& phase, sc_time& delay) {
  if (phase == tlm::BEGIN_REQ) return begin_request(payload, delay);
  if (phase == tlm::END_RESP) return end_response(payload, delay);
  if (phase == tlm::END_REQ || phase == tlm::BEGIN_RESP) {
    report(payload, "a phase of the backward path on the forward path");
  }
  return tlm::TLM_ACCEPTED;  // phases beyond the base protocol may be ignored
}

tlm::tlm_sync_enum DramAtTarget::begin_request(Payload& payload, const sc_time& delay) {
  const auto refuse = [&](const char* what) {
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    report(payload, what);
    return tlm::TLM_COMPLETED;
  };
  if (!payload.has_mm()) return refuse("BEGIN_REQ of a payload without memory manager");
  if (request_ != nullptr) return refuse("BEGIN_REQ before END_REQ of the request before");
  const auto is_payload = [&payload](const Response& response) { return response.payload == &payload; };
  if (responding_ == &payload || std::any_of(responses_.begin(), responses_.end(), is_payload) ||
      std::any_of(moving_.begin(), moving_.end(), [&](const auto& m) { return m.second == &payload; })) {
    return refuse("BEGIN_REQ of a transaction that is in flight");
  }
  if (!check_(payload)) return tlm::TLM_COMPLETED;
  payload.acquire();
  // What lies between may put the initiator's address back when this call returns.
  serve_(payload);
  access_.address = payload.get_address();
  access_.bytes = payload.get_data_length();
  access_.write = payload.is_write();
  request_ = &payload;
  request_begin_ = sc_core::sc_time_stamp() + delay;
  request_submitted_ = false;
  wake_.notify(delay);
  return tlm::TLM_ACCEPTED;
}

tlm::tlm_sync_enum DramAtTarget::end_response(Payload& payload, const sc_time& delay) {
  if (responding_ != &payload) {
    report(payload, "END_RESP of a transaction that has no response under way");
    return tlm::TLM_ACCEPTED;
  }
  finish_response(delay);
  return tlm::TLM_COMPLETED;
}

void DramAtTarget::finish_response(const sc_time& delay) {
  Payload* const payload = responding_;
  responding_ = nullptr;
  response_free_ = sc_core::sc_time_stamp() + delay;
  wake_.notify(delay);
  payload->release();
}

void DramAtTarget::process() {
  controller_.advance(clock_.cycle_at(sc_core::sc_time_stamp()));
  take_request();
  collect_completions();
  begin_response();
  wake_at_next();
}

void DramAtTarget::take_request() {
  if (request_ == nullptr || request_begin_ > sc_core::sc_time_stamp()) return;
  if (!request_submitted_) {
    const size_t in_flight = moving_.size() + responses_.size() + (responding_ != nullptr ? 1 : 0);
    if (!controller_.ready() || in_flight >= most_in_flight_) return;
    access_.id = next_id_++;
    access_.arrival = clock_.cycle_at(sc_core::sc_time_stamp());
    moving_[access_.id] = request_;
    controller_.submit(access_);
    request_submitted_ = true;
  }
  if (!controller_.ready()) return;
  Payload* const payload = std::exchange(request_, nullptr);  // the call may begin the next one
  tlm::tlm_phase phase = tlm::END_REQ;
  sc_time delay;
  if (backward_(*payload, phase, delay) != tlm::TLM_ACCEPTED) {
    report(*payload, "END_REQ answered otherwise than with TLM_ACCEPTED");
  }
}

void DramAtTarget::collect_completions() {
  for (const DramController::Completion& done : controller_.completions()) {
    const auto found = moving_.find(done.id);
    const Response response{found->second, clock_.time_of(done.finish)};
    moving_.erase(found);
    const auto place =
        std::upper_bound(responses_.begin(), responses_.end(), response,
                         [](const Response& a, const Response& b) { return a.begin < b.begin; });
    responses_.insert(place, response);
  }
  controller_.clear_completions();
}

void DramAtTarget::begin_response() {
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

void DramAtTarget::wake_at_next() {
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
  // What ends without being known yet ends no sooner than the shortest access.
  if (!moving_.empty()) wake_by(clock_.time_of(present + shortest_));
  if (responding_ == nullptr && !responses_.empty()) {
    wake_by(std::max(response_free_, responses_.front().begin));
  }
  if (next != sc_core::sc_max_time()) wake_.notify(next - now);
}

}  // namespace hwcvp
