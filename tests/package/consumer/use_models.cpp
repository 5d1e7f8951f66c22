// Takes the HWC, a monitor and the DRAM into a platform without a processor, and reads the HWC's ID.
#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <iostream>
#include <systemc>

#include "models/hwc/hwc.h"
#include "models/memory/dram.h"
#include "models/monitor/monitor.h"
#include "models/tlm/processes.h"
#include "registers/hwc.h"

struct Host : sc_core::sc_module {
  tlm_utils::simple_initiator_socket<Host> socket;
  uint32_t id = 0;

  explicit Host(const sc_core::sc_module_name& name) : sc_module(name), socket("socket") {
    HWCVP_THREAD(run);
  }

  void run() {
    tlm::tlm_generic_payload payload;
    payload.set_read();
    payload.set_address(HWC_ID);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&id));
    payload.set_data_length(sizeof id);
    payload.set_streaming_width(sizeof id);
    sc_core::sc_time delay;
    socket->b_transport(payload, delay);
    sc_assert(payload.is_response_ok());
  }
};

int sc_main(int /*argc*/, char** /*argv*/) {
  Host host("host");
  hwcvp::Hwc hwc("hwc", {});
  hwcvp::Monitor monitor("monitor");
  hwcvp::Dram dram("dram", {});
  sc_core::sc_signal<bool> interrupt("interrupt");
  sc_core::sc_signal<bool> reset("reset");
  host.socket.bind(hwc.registers);
  hwc.memory.bind(monitor.target_socket);
  monitor.initiator_socket.bind(dram.socket);
  hwc.interrupt(interrupt);
  hwc.reset(reset);
  sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_US));
  std::cout << "HWC ID 0x" << std::hex << host.id << '\n';
  return host.id == HWC_ID_RESET ? 0 : 1;
}
