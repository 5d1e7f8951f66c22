#include "models/dram/timed_dram.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "models/memory/memory_access.h"

namespace hwcvp {

using sc_core::sc_time;

namespace {

TimedDram::Properties checked(TimedDram::Properties properties, const std::string& name) {
  try {
    properties.spec.validate();
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(name + ": " + error.what());
  }
  const uint64_t capacity = properties.spec.organization.capacity_bytes();
  if (properties.size_bytes == 0) properties.size_bytes = capacity;
  if (properties.size_bytes > capacity) {
    throw std::invalid_argument(name + ": size_bytes: expected at most the capacity, " +
                                std::to_string(capacity) + ", found " +
                                std::to_string(properties.size_bytes));
  }
  return properties;
}

}  // namespace

TimedDram::TimedDram(const sc_core::sc_module_name& name, const Properties& properties)
    : sc_module(name),
      socket("socket"),
      properties_(checked(properties, this->name())),
      clock_(properties_.spec),
      memory_(properties_.size_bytes),
      streaming_width_(socket.name()),
      controller_(properties_.spec, properties_.controller),
      at_(
          "at", controller_, static_cast<size_t>(properties_.controller.queue_depth),
          properties_.answer_by_calls,
          [this](tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_time& delay) {
            return socket->nb_transport_bw(payload, phase, delay);
          },
          [this](tlm::tlm_generic_payload& payload) { return check(payload); },
          [this](tlm::tlm_generic_payload& payload) { serve(payload); }) {
  socket.register_b_transport(this, &TimedDram::b_transport);
  socket.register_get_direct_mem_ptr(this, &TimedDram::get_direct_mem_ptr);
  socket.register_transport_dbg(this, &TimedDram::transport_dbg);
  socket.register_nb_transport_fw(this, &TimedDram::nb_transport_fw);
}

bool TimedDram::check(tlm::tlm_generic_payload& payload) {
  streaming_width_.note(payload);
  const tlm::tlm_response_status status =
      memory::check_memory_access(payload, memory_.size(), properties_.functional);
  payload.set_response_status(status);
  return status == tlm::TLM_OK_RESPONSE && payload.get_command() != tlm::TLM_IGNORE_COMMAND &&
         payload.get_data_length() != 0;
}

void TimedDram::serve(tlm::tlm_generic_payload& payload) {
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  if (properties_.functional) memory::move_memory_data(payload, memory_.data());
  payload.set_dmi_allowed(properties_.functional && properties_.allow_dmi);
}

void TimedDram::b_transport(tlm::tlm_generic_payload& payload, sc_time& delay) {
  if (!check(payload)) return;
  serve(payload);
  const sc_time& now = sc_core::sc_time_stamp();
  DramController::Request request;
  request.address = payload.get_address();
  request.bytes = payload.get_data_length();
  request.write = payload.is_write();
  request.arrival = clock_.cycle_at(now + delay);
  delay = std::max(now + delay, clock_.time_of(controller_.access(request))) - now;
}

tlm::tlm_sync_enum TimedDram::nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                              sc_time& delay) {
  return at_.nb_transport_fw(payload, phase, delay);
}

bool TimedDram::get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
  return memory::grant_memory_dmi(payload, dmi, memory_.data(), memory_.size(),
                                  properties_.functional && properties_.allow_dmi);
}

unsigned TimedDram::transport_dbg(tlm::tlm_generic_payload& payload) {
  return memory::debug_memory_access(payload, memory_.data(), memory_.size());
}

DramCycle TimedDram::now() const { return clock_.cycle_at(sc_core::sc_time_stamp()); }

DramStatistics TimedDram::statistics() const { return controller_.statistics(now()); }

DramEnergy TimedDram::energy() const {
  const DramStatistics counted = controller_.statistics(now());
  const DramCycle end = std::max(now(), counted.last_finish);
  return estimate_energy(properties_.spec, controller_.statistics(end), end);
}

}  // namespace hwcvp
