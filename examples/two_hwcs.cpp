// Two HWCs, each with a processor of its own, share one DRAM over the bus. Each runs its layer alone and then
// both at the same time: the bytes stay what was predicted for each, the waiting is what grows.
#include <array>
#include <cstdio>

#include "common/traffic.h"
#include "models/bus/bus.h"
#include "models/hwc/hwc.h"
#include "models/memory/dram.h"
#include "models/monitor/monitor.h"
#include "registers/hwc.h"
#include "schedules/traffic/exact_predictor.h"

namespace {

using sc_core::sc_time;

constexpr uint64_t kDramBase = 0x80000000, kTensorsApart = 16 << 20;
constexpr std::array<uint64_t, 2> kRegistersBase = {0x10000000, 0x10001000};
constexpr int64_t kBufferBytes = 8 * 1024;

// From request to response, over all transactions of a monitor.
struct Latency : tlm::tlm_analysis_if<hwcvp::TransactionRecord> {
  double nanoseconds = 0;
  uint64_t transactions = 0;

  void write(const hwcvp::TransactionRecord& record) override {
    nanoseconds += (record.end - record.start).to_seconds() * 1e9;
    ++transactions;
  }
  void reset() {
    nanoseconds = 0;
    transactions = 0;
  }
  double mean() const { return transactions == 0 ? 0 : nanoseconds / static_cast<double>(transactions); }
};

// A processor, its HWC and what watches its port.
struct Engine {
  Engine(const std::string& name, const hwcvp::Layer& layer, uint64_t tensors, uint64_t registers)
      : convolution(layer, tensors, 3),
        schedule(example::best_schedule(layer, kBufferBytes)),
        predicted(hwcvp::predict_exact(layer, schedule).traffic),
        processor((name + "_processor").c_str(),
                  [this, registers](example::FirmwareHost& host) {
                    for (;;) {
                      sc_core::wait(start);
                      correct &= run_and_check(host, convolution, schedule, registers);
                    }
                  }),
        hwc(name.c_str(), properties()),
        monitor((name + "_monitor").c_str()) {
    hwc.memory.bind(monitor.target_socket);
    hwc.interrupt.bind(interrupt);
    hwc.reset.bind(reset);
    processor.interrupt.bind(interrupt);
    monitor.transactions.bind(counter);
    monitor.transactions.bind(latency);
    add_windows(counter, convolution.placement());
  }
  static hwcvp::Hwc::Properties properties() {
    hwcvp::Hwc::Properties properties;
    properties.buffer_bytes = kBufferBytes;
    properties.max_burst_bytes = 64;
    properties.memory_transport = hwcvp::MemoryTransport::approximately_timed;  // so that the bus arbitrates
    return properties;
  }

  const example::Convolution convolution;
  const hwcvp::Schedule schedule;
  const hwcvp::Traffic predicted;
  sc_core::sc_event start;
  bool correct = true;
  example::FirmwareHost processor;
  hwcvp::Hwc hwc;
  hwcvp::Monitor monitor;
  hwcvp::TrafficCounter counter;
  Latency latency;
  sc_core::sc_signal<bool> interrupt, reset;
};

hwcvp::Bus::Properties bus_properties() {
  hwcvp::Bus::Properties properties;
  properties.initiators = 4;  // two processors, two HWCs
  properties.targets = 3;     // DRAM, registers of each HWC
  properties.arbitration = hwcvp::Arbitration::round_robin;
  return properties;
}

hwcvp::Dram::Properties dram_properties() {
  hwcvp::Dram::Properties properties;
  properties.bytes_per_second = 3.2e9;
  return properties;
}

}  // namespace

int sc_main(int, char*[]) {
  Engine first("first", example::square_layer("first", 16, 24, 32), kDramBase, kRegistersBase[0]);
  Engine second("second", example::square_layer("second", 32, 14, 48), kDramBase + kTensorsApart,
                kRegistersBase[1]);
  const std::array<Engine*, 2> engines = {&first, &second};
  hwcvp::Bus bus("bus", bus_properties());
  hwcvp::Monitor dram_monitor("dram_monitor");
  hwcvp::Dram dram("dram", dram_properties());

  bus.map(0, kDramBase, dram.properties().size_bytes);
  bus.initiator_sockets[0].bind(dram_monitor.target_socket);
  dram_monitor.initiator_socket.bind(dram.socket);
  hwcvp::TrafficCounter dram_counter;  // of both: one by its windows, the other one as `other`
  dram_monitor.transactions.bind(dram_counter);
  add_windows(dram_counter, first.convolution.placement(), kDramBase);
  for (unsigned i = 0; i < 2; ++i) {
    engines[i]->processor.socket.bind(bus.target_sockets[2 * i]);
    engines[i]->monitor.initiator_socket.bind(bus.target_sockets[2 * i + 1]);
    bus.initiator_sockets[1 + i].bind(engines[i]->hwc.registers);
    bus.map(1 + i, kRegistersBase[i], HWC_SIZE);
  }

  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  bool right = true;
  std::array<double, 2> alone{};
  for (unsigned i = 0; i < 2; ++i) {
    engines[i]->start.notify(sc_core::SC_ZERO_TIME);
    sc_core::sc_start();
    right &=
        example::matches(engines[i]->convolution.layer().name, engines[i]->predicted, engines[i]->counter);
    alone[i] = engines[i]->latency.mean();
    engines[i]->counter.reset_counts();
    engines[i]->latency.reset();
  }
  dram_counter.reset_counts();

  std::printf("both at once\n");
  for (Engine* const engine : engines) engine->start.notify(sc_core::SC_ZERO_TIME);
  sc_core::sc_start();
  for (unsigned i = 0; i < 2; ++i) {
    const Engine& engine = *engines[i];
    right &= engine.correct;
    right &= example::matches(engine.convolution.layer().name, engine.predicted, engine.counter);
    std::printf("%-8s %.1f ns from request to response alone, %.1f ns beside the other\n",
                engine.convolution.layer().name.c_str(), alone[i], engine.latency.mean());
    right &= engine.latency.mean() > alone[i];
  }
  const hwcvp::TrafficCount& rest = dram_counter[hwcvp::TrafficClass::other];
  const auto sum =
      static_cast<int64_t>(rest.read_bytes + rest.write_bytes) + example::observed(dram_counter).total();
  const int64_t expected = first.predicted.total() + second.predicted.total();
  std::printf("DRAM     %lld B, the sum of both %lld B\n", static_cast<long long>(sum),
              static_cast<long long>(expected));
  right &= sum == expected && example::observed(dram_counter) == first.predicted;
  return right ? 0 : 1;
}
