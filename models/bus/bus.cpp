#include "models/bus/bus.h"

#include <algorithm>
#include <string>

#include "models/bus/nonblocking_path.h"
#include "models/common/bus_words.h"

namespace hwcvp {

using sc_core::sc_time;

namespace {

bool refuse_dmi(tlm::tlm_dmi& dmi, uint64_t first, uint64_t last) {
  dmi.init();
  dmi.set_start_address(first);
  dmi.set_end_address(last);
  return false;
}

}  // namespace

Bus::Bus(const sc_core::sc_module_name& name, const Properties& properties)
    : sc_module(name),
      target_sockets("target_socket", properties.initiators),
      initiator_sockets("initiator_socket", properties.targets),
      properties_(properties),
      last_window_(properties.initiators, 0),
      channels_(properties.targets) {
  for (unsigned i = 0; i < properties.initiators; ++i) {
    target_sockets[i].register_b_transport(this, &Bus::b_transport, static_cast<int>(i));
    target_sockets[i].register_nb_transport_fw(this, &Bus::nb_transport_fw, static_cast<int>(i));
    target_sockets[i].register_get_direct_mem_ptr(this, &Bus::get_direct_mem_ptr, static_cast<int>(i));
    target_sockets[i].register_transport_dbg(this, &Bus::transport_dbg, static_cast<int>(i));
  }
  for (unsigned i = 0; i < properties.targets; ++i) {
    initiator_sockets[i].register_nb_transport_bw(this, &Bus::nb_transport_bw, static_cast<int>(i));
    initiator_sockets[i].register_invalidate_direct_mem_ptr(this, &Bus::invalidate_direct_mem_ptr,
                                                            static_cast<int>(i));
  }
  if (properties.width_bytes == 0) {
    SC_REPORT_ERROR("/hwcvp/bus", (std::string(this->name()) + ": width_bytes: expected at least 1").c_str());
  }
  bus::NonblockingPath::Hooks hooks;
  hooks.target = [this](unsigned target) -> tlm::tlm_fw_transport_if<>& {
    return *initiator_sockets[target].operator->();
  };
  hooks.initiator = [this](unsigned initiator) -> tlm::tlm_bw_transport_if<>& {
    return *target_sockets[initiator].operator->();
  };
  hooks.reserve = [this](unsigned target, const tlm::tlm_generic_payload& payload) {
    return reserve(target, payload, sc_core::sc_time_stamp());
  };
  nonblocking_ =
      std::make_unique<bus::NonblockingPath>("nonblocking", properties.initiators, properties.targets,
                                             properties.arbitration, properties.clock_period, hooks);
}

Bus::~Bus() = default;

void Bus::map(unsigned target, uint64_t base, uint64_t size, uint64_t offset) {
  const char* const wrong = target >= properties_.targets ? "target: expected an index of initiator_sockets"
                                                          : map_.add(target, base, size, offset);
  if (wrong != nullptr) {
    SC_REPORT_ERROR("/hwcvp/bus", (std::string(name()) + ": map: " + wrong).c_str());
  }
}

sc_time Bus::reserve(unsigned target, const tlm::tlm_generic_payload& payload, const sc_time& earliest) {
  const uint64_t beats =
      common::bus_words(payload.get_address(), payload.get_data_length(), properties_.width_bytes);
  const sc_time transfer = sc_time::from_value(beats * properties_.clock_period.value());
  return channels_[target].reserve(earliest, transfer) + transfer;
}

void Bus::b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_time& delay) {
  const uint64_t address = payload.get_address();
  delay += properties_.clock_period;
  const bus::AddressMap::Window* const window =
      map_.find(address, payload.get_data_length(), last_window_[static_cast<size_t>(initiator)]);
  if (window == nullptr) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  const sc_time& now = sc_core::sc_time_stamp();
  delay = reserve(window->target, payload, now + delay) - now;
  payload.set_address(window->to_target(address));
  initiator_sockets[window->target]->b_transport(payload, delay);
  payload.set_address(address);
}

tlm::tlm_sync_enum Bus::nb_transport_fw(int initiator, tlm::tlm_generic_payload& payload,
                                        tlm::tlm_phase& phase, sc_time& delay) {
  const bus::AddressMap::Window* window = nullptr;
  if (phase == tlm::BEGIN_REQ) {
    window = map_.find(payload.get_address(), payload.get_data_length(),
                       last_window_[static_cast<size_t>(initiator)]);
  }
  return nonblocking_->forward(static_cast<unsigned>(initiator), window, payload, phase, delay);
}

tlm::tlm_sync_enum Bus::nb_transport_bw(int /*target*/, tlm::tlm_generic_payload& payload,
                                        tlm::tlm_phase& phase, sc_time& delay) {
  return nonblocking_->backward(payload, phase, delay);
}

bool Bus::get_direct_mem_ptr(int initiator, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
  const uint64_t address = payload.get_address();
  const bus::AddressMap::Window* const found =
      map_.find(address, 0, last_window_[static_cast<size_t>(initiator)]);
  if (found == nullptr) {
    const bus::AddressMap::Gap gap = map_.gap(address);
    return refuse_dmi(dmi, gap.first, gap.last);
  }
  const bus::AddressMap::Window window = *found;
  payload.set_address(window.to_target(address));
  const bool granted = initiator_sockets[window.target]->get_direct_mem_ptr(payload, dmi);
  payload.set_address(address);

  // The part of what the target tells that lies in the window, in addresses of the initiator.
  const uint64_t end = window.last_of_target();
  const uint64_t start = dmi.get_start_address();
  if (start > end || dmi.get_end_address() < std::max<uint64_t>(start, window.offset)) {
    return refuse_dmi(dmi, window.base, window.last);  // the target tells of what is not in the window
  }
  const uint64_t first = std::max<uint64_t>(start, window.offset);
  const uint64_t last = std::min<uint64_t>(dmi.get_end_address(), end);
  if (granted) dmi.set_dmi_ptr(dmi.get_dmi_ptr() + (first - start));
  dmi.set_start_address(window.to_initiator(first));
  dmi.set_end_address(window.to_initiator(last));
  return granted;
}

unsigned Bus::transport_dbg(int initiator, tlm::tlm_generic_payload& payload) {
  const uint64_t address = payload.get_address();
  const unsigned length = payload.get_data_length();
  const bus::AddressMap::Window* const found =
      map_.find(address, 0, last_window_[static_cast<size_t>(initiator)]);
  if (found == nullptr || length == 0) return 0;
  const bus::AddressMap::Window window = *found;
  const uint64_t rest = window.last - address;
  if (length - 1 > rest) payload.set_data_length(static_cast<unsigned>(rest + 1));
  payload.set_address(window.to_target(address));
  const unsigned done = initiator_sockets[window.target]->transport_dbg(payload);
  payload.set_address(address);
  payload.set_data_length(length);
  return done;
}

// A target may be mapped by several windows; each initiator hears of each part.
void Bus::invalidate_direct_mem_ptr(int target, sc_dt::uint64 start, sc_dt::uint64 end) {
  if (start > end) return;  // names nothing
  for (const bus::AddressMap::Window& window : map_.windows()) {
    const uint64_t window_end = window.last_of_target();
    if (window.target != static_cast<unsigned>(target) || start > window_end || end < window.offset) continue;
    const uint64_t first = window.to_initiator(std::max<uint64_t>(start, window.offset));
    const uint64_t last = window.to_initiator(std::min<uint64_t>(end, window_end));
    for (TargetSocket& socket : target_sockets) socket->invalidate_direct_mem_ptr(first, last);
  }
}

}  // namespace hwcvp
