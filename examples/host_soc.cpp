// The HWC in somebody else's SoC: processor, interconnect and memory are foreign, with plain TLM sockets.
// Nothing of this project is here but the HWC, and a monitor on its port to count what it moves.
#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstring>
#include <vector>

#include "common/traffic.h"
#include "models/hwc/hwc.h"
#include "models/monitor/monitor.h"
#include "registers/hwc.h"
#include "schedules/traffic/exact_predictor.h"

namespace {

using sc_core::sc_time;

constexpr uint64_t kRamBase = 0x40000000, kRamBytes = 1 << 20;
constexpr uint64_t kRegistersBase = 0x10000000;

// Does not model: bandwidth, byte enables, streaming.
class ForeignMemory : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<ForeignMemory> socket{"socket"};

  explicit ForeignMemory(const sc_core::sc_module_name& name) : sc_module(name), bytes_(kRamBytes) {
    socket.register_b_transport(this, &ForeignMemory::b_transport);
    socket.register_transport_dbg(this, &ForeignMemory::transport_dbg);
  }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_time& delay) {
    delay += sc_time(50, sc_core::SC_NS);
    if (payload.get_byte_enable_ptr() != nullptr) {
      payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    } else if (payload.get_streaming_width() < payload.get_data_length()) {
      payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    } else {
      payload.set_response_status(transport_dbg(payload) == payload.get_data_length()
                                      ? tlm::TLM_OK_RESPONSE
                                      : tlm::TLM_ADDRESS_ERROR_RESPONSE);
    }
  }
  unsigned transport_dbg(tlm::tlm_generic_payload& payload) {
    const uint64_t address = payload.get_address();
    const unsigned length = payload.get_data_length();
    if (address > bytes_.size() || length > bytes_.size() - address) return 0;
    if (payload.is_read()) std::memcpy(payload.get_data_ptr(), bytes_.data() + address, length);
    if (payload.is_write()) std::memcpy(bytes_.data() + address, payload.get_data_ptr(), length);
    return length;
  }

  std::vector<unsigned char> bytes_;
};

// Does not model: contention, nb_transport, DMI. The first target bound is the RAM, the second one the HWC.
class ForeignInterconnect : public sc_core::sc_module {
 public:
  tlm_utils::multi_passthrough_target_socket<ForeignInterconnect> initiators{"initiators"};
  tlm_utils::multi_passthrough_initiator_socket<ForeignInterconnect> targets{"targets"};

  explicit ForeignInterconnect(const sc_core::sc_module_name& name) : sc_module(name) {
    initiators.register_b_transport(this, &ForeignInterconnect::b_transport);
    initiators.register_transport_dbg(this, &ForeignInterconnect::transport_dbg);
  }

 private:
  struct Route {
    int target;
    uint64_t base;
  };
  static const Route* route(uint64_t address) {
    static constexpr Route kRam = {0, kRamBase}, kHwc = {1, kRegistersBase};
    if (address - kRamBase < kRamBytes) return &kRam;
    return address - kRegistersBase < HWC_SIZE ? &kHwc : nullptr;
  }
  void b_transport(int, tlm::tlm_generic_payload& payload, sc_time& delay) {
    const uint64_t address = payload.get_address();
    const Route* const to = route(address);
    if (to == nullptr) {
      payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
      return;
    }
    payload.set_address(address - to->base);
    targets[to->target]->b_transport(payload, delay);
    payload.set_address(address);
  }
  unsigned transport_dbg(int, tlm::tlm_generic_payload& payload) {
    const uint64_t address = payload.get_address();
    const Route* const to = route(address);
    if (to == nullptr) return 0;
    payload.set_address(address - to->base);
    const unsigned done = targets[to->target]->transport_dbg(payload);
    payload.set_address(address);
    return done;
  }
};

}  // namespace

int sc_main(int, char*[]) {
  hwcvp::Hwc::Properties properties;
  properties.buffer_bytes = 8 * 1024;
  const example::Convolution convolution(example::square_layer("conv", 16, 24, 32), kRamBase, 2);
  const hwcvp::Layer& layer = convolution.layer();
  const hwcvp::Schedule schedule = example::best_schedule(layer, 8 * 1024);

  bool correct = false;
  example::FirmwareHost processor("processor", [&](example::FirmwareHost& host) {
    correct = run_and_check(host, convolution, schedule, kRegistersBase);
  });
  ForeignInterconnect interconnect("interconnect");
  ForeignMemory memory("memory");
  hwcvp::Hwc hwc("hwc", properties);
  hwcvp::Monitor monitor("monitor");
  hwcvp::TrafficCounter counter;
  sc_core::sc_signal<bool> interrupt("interrupt"), reset("reset");

  processor.socket.bind(interconnect.initiators);
  hwc.memory.bind(monitor.target_socket);
  monitor.initiator_socket.bind(interconnect.initiators);
  interconnect.targets.bind(memory.socket);
  interconnect.targets.bind(hwc.registers);
  hwc.interrupt.bind(interrupt);
  processor.interrupt.bind(interrupt);
  hwc.reset.bind(reset);
  monitor.transactions.bind(counter);
  add_windows(counter, convolution.placement());

  sc_core::sc_start();
  const bool match = example::matches("conv", hwcvp::predict_exact(layer, schedule).traffic, counter);
  return correct && match ? 0 : 1;
}
