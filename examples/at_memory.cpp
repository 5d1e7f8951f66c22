// An external DRAM model with an approximately timed interface behind the HWC's memory port, in the way in
// which DRAMSys is bound.
#include <cstdio>

#include "common/traffic.h"
#include "external_dram.h"
#include "models/bus/bus.h"
#include "models/hwc/hwc.h"
#include "models/monitor/monitor.h"
#include "models/monitor/protocol_checker.h"
#include "registers/hwc.h"
#include "schedules/traffic/exact_predictor.h"

namespace {

constexpr uint64_t kDramBase = 0x80000000, kRegistersBase = 0x10000000;
constexpr size_t kDramBytes = 1 << 20;

}  // namespace

int sc_main(int, char*[]) {
  hwcvp::Hwc::Properties properties;
  properties.buffer_bytes = 8 * 1024;
  // What such a model asks of its initiators.
  properties.memory_transport = hwcvp::MemoryTransport::approximately_timed;
  properties.max_burst_bytes = example::ExternalDram::kMaxBurstBytes;
  properties.aligned_bursts = true;
  properties.outstanding = 16;

  const example::Convolution convolution(example::square_layer("conv", 16, 23, 24), kDramBase, 5);
  const hwcvp::Schedule schedule = example::best_schedule(convolution.layer(), 8 * 1024);
  bool correct = false;
  example::FirmwareHost processor("processor", [&](example::FirmwareHost& host) {
    correct = run_and_check(host, convolution, schedule, kRegistersBase);
  });
  hwcvp::Bus::Properties bus_properties;
  bus_properties.initiators = bus_properties.targets = 2;
  hwcvp::Bus bus("bus", bus_properties);
  hwcvp::Hwc hwc("hwc", properties);
  hwcvp::Monitor monitor("monitor");
  hwcvp::ProtocolChecker checker("checker");  // tells which side is wrong, if one is
  example::ExternalDram dram("dram", kDramBytes, 4);
  hwcvp::TrafficCounter counter;
  sc_core::sc_signal<bool> interrupt("interrupt"), reset("reset");

  bus.map(0, kDramBase, kDramBytes);
  bus.map(1, kRegistersBase, HWC_SIZE);
  processor.socket.bind(bus.target_sockets[0]);
  hwc.memory.bind(monitor.target_socket);
  monitor.initiator_socket.bind(bus.target_sockets[1]);
  bus.initiator_sockets[0].bind(checker.target_socket);
  checker.initiator_socket.bind(dram.socket);
  bus.initiator_sockets[1].bind(hwc.registers);
  hwc.interrupt.bind(interrupt);
  processor.interrupt.bind(interrupt);
  hwc.reset.bind(reset);
  monitor.transactions.bind(counter);
  add_windows(counter, convolution.placement());

  sc_core::sc_start();
  const bool match =
      example::matches("conv", hwcvp::predict_exact(convolution.layer(), schedule).traffic, counter);
  std::printf("DRAM     %llu bursts, %llu refused, %llu held back by the full queue\n",
              static_cast<unsigned long long>(dram.served()), static_cast<unsigned long long>(dram.refused()),
              static_cast<unsigned long long>(dram.withheld()));
  const bool kept = checker.violations() == 0 && checker.in_flight() == 0 && dram.refused() == 0;
  return correct && match && kept && dram.withheld() > 0 ? 0 : 1;
}
