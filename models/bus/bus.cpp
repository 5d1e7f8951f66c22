#include "models/bus/bus.h"

#include <algorithm>
#include <string>

namespace hwcvp {

using sc_core::sc_time;

Bus::Bus(const sc_core::sc_module_name& name, const Properties& properties)
    : sc_module(name),
      target_sockets("target_socket", properties.initiators),
      initiator_sockets("initiator_socket", properties.targets),
      properties_(properties),
      last_window_(properties.initiators, 0),
      channels_(properties.targets) {
  for (unsigned i = 0; i < properties.initiators; ++i) {
    target_sockets[i].register_b_transport(this, &Bus::b_transport, static_cast<int>(i));
    target_sockets[i].register_get_direct_mem_ptr(this, &Bus::get_direct_mem_ptr, static_cast<int>(i));
    target_sockets[i].register_transport_dbg(this, &Bus::transport_dbg, static_cast<int>(i));
  }
  for (unsigned i = 0; i < properties.targets; ++i) {
    initiator_sockets[i].register_invalidate_direct_mem_ptr(this, &Bus::invalidate_direct_mem_ptr,
                                                            static_cast<int>(i));
  }
  if (properties.width_bytes == 0) {
    SC_REPORT_ERROR("/hwcvp/bus", (std::string(this->name()) + ": width_bytes: expected at least 1").c_str());
  }
}

void Bus::map(unsigned target, uint64_t base, uint64_t size, uint64_t offset) {
  const auto fail = [this](const char* what) {
    SC_REPORT_ERROR("/hwcvp/bus", (std::string(name()) + ": map: " + what).c_str());
  };
  if (target >= properties_.targets) return fail("target: expected an index of initiator_sockets");
  if (size == 0) return fail("size: expected at least 1");
  const uint64_t last = base + (size - 1);
  if (last < base || offset + (size - 1) < offset)
    return fail("size: the window passes the end of the addresses");
  const auto next =
      std::find_if(windows_.begin(), windows_.end(), [&](const Window& w) { return w.last >= base; });
  if (next != windows_.end() && next->base <= last) return fail("base: the window overlaps another");
  windows_.insert(next, {base, last, offset, target});
}

const Bus::Window* Bus::find(uint64_t address, size_t initiator) {
  const size_t hint = last_window_[initiator];
  if (hint < windows_.size() && windows_[hint].base <= address && address <= windows_[hint].last) {
    return &windows_[hint];
  }
  for (size_t i = 0; i < windows_.size(); ++i) {
    if (windows_[i].base <= address && address <= windows_[i].last) {
      last_window_[initiator] = i;
      return &windows_[i];
    }
  }
  return nullptr;
}

void Bus::b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_time& delay) {
  const uint64_t address = payload.get_address();
  const uint64_t length = payload.get_data_length();
  delay += properties_.clock_period;
  const Window* const window = find(address, static_cast<size_t>(initiator));
  if (window == nullptr || (length > 0 && length - 1 > window->last - address)) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  const unsigned target = window->target;
  const uint64_t beats = (length + properties_.width_bytes - 1) / properties_.width_bytes;
  const sc_time transfer = sc_time::from_value(beats * properties_.clock_period.value());
  const sc_time& now = sc_core::sc_time_stamp();
  delay = channels_[target].reserve(now + delay, transfer) + transfer - now;
  payload.set_address(address - window->base + window->offset);
  initiator_sockets[target]->b_transport(payload, delay);
  payload.set_address(address);
}

bool Bus::get_direct_mem_ptr(int initiator, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
  const uint64_t address = payload.get_address();
  const Window* const found = find(address, static_cast<size_t>(initiator));
  if (found == nullptr) {
    dmi.init();
    return false;
  }
  const Window window = *found;
  payload.set_address(address - window.base + window.offset);
  const bool granted = initiator_sockets[window.target]->get_direct_mem_ptr(payload, dmi);
  payload.set_address(address);

  // The part of what the target tells that lies in the window, in addresses of the initiator.
  const uint64_t end = window.offset + (window.last - window.base);
  const uint64_t start = dmi.get_start_address();
  if (start > end || dmi.get_end_address() < window.offset) return false;
  const uint64_t first = std::max<uint64_t>(start, window.offset);
  const uint64_t last = std::min<uint64_t>(dmi.get_end_address(), end);
  if (granted) dmi.set_dmi_ptr(dmi.get_dmi_ptr() + (first - start));
  dmi.set_start_address(first - window.offset + window.base);
  dmi.set_end_address(last - window.offset + window.base);
  return granted;
}

unsigned Bus::transport_dbg(int initiator, tlm::tlm_generic_payload& payload) {
  const uint64_t address = payload.get_address();
  const unsigned length = payload.get_data_length();
  const Window* const found = find(address, static_cast<size_t>(initiator));
  if (found == nullptr || length == 0) return 0;
  const Window window = *found;
  const uint64_t rest = window.last - address;
  if (length - 1 > rest) payload.set_data_length(static_cast<unsigned>(rest + 1));
  payload.set_address(address - window.base + window.offset);
  const unsigned done = initiator_sockets[window.target]->transport_dbg(payload);
  payload.set_address(address);
  payload.set_data_length(length);
  return done;
}

// A target may be mapped by several windows; each initiator hears of each part.
void Bus::invalidate_direct_mem_ptr(int target, sc_dt::uint64 start, sc_dt::uint64 end) {
  for (const Window& window : windows_) {
    const uint64_t window_end = window.offset + (window.last - window.base);
    if (window.target != static_cast<unsigned>(target) || start > window_end || end < window.offset) continue;
    const uint64_t first = std::max<uint64_t>(start, window.offset) - window.offset + window.base;
    const uint64_t last = std::min<uint64_t>(end, window_end) - window.offset + window.base;
    for (TargetSocket& socket : target_sockets) socket->invalidate_direct_mem_ptr(first, last);
  }
}

}  // namespace hwcvp
