// A subscriber of one's own: plots the bandwidth at the HWC's memory port over time.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "common/traffic.h"
#include "models/bus/bus.h"
#include "models/hwc/hwc.h"
#include "models/memory/dram.h"
#include "models/monitor/monitor.h"
#include "registers/hwc.h"
#include "schedules/traffic/exact_predictor.h"

namespace {

constexpr uint64_t kDramBase = 0x80000000, kRegistersBase = 0x10000000;

// Does not spread a transaction over time: its bytes count where it ends.
class BandwidthPlot : public tlm::tlm_analysis_if<hwcvp::TransactionRecord> {
 public:
  explicit BandwidthPlot(const sc_core::sc_time& interval) : interval_(interval) {}

  void write(const hwcvp::TransactionRecord& record) override {
    if (!record.ok) return;
    const auto at = static_cast<size_t>(record.end.value() / interval_.value());
    if (at >= intervals_.size()) intervals_.resize(at + 1);
    (record.is_read ? intervals_[at].read : intervals_[at].written) += record.bytes;
  }

  void print() const {
    for (size_t i = 0; i < intervals_.size(); ++i) {
      const Interval& interval = intervals_[i];
      std::printf("%6.1f us %6.2f GB/s ", static_cast<double>(i) * interval_.to_seconds() * 1e6,
                  static_cast<double>(interval.read + interval.written) / interval_.to_seconds() * 1e-9);
      std::printf("%s%s\n", std::string(marks(interval.read), 'r').c_str(),
                  std::string(marks(interval.written), 'w').c_str());
    }
  }
  uint64_t bytes() const {
    uint64_t sum = 0;
    for (const Interval& interval : intervals_) sum += interval.read + interval.written;
    return sum;
  }

 private:
  struct Interval {
    uint64_t read = 0, written = 0;
  };
  // One for each started 0.25 GB/s.
  size_t marks(uint64_t count) const {
    return static_cast<size_t>(static_cast<double>(count) / interval_.to_seconds() / 0.25e9 + 0.999);
  }

  const sc_core::sc_time interval_;
  std::vector<Interval> intervals_;
};

}  // namespace

int sc_main(int, char*[]) {
  constexpr int64_t kBufferBytes = 8 * 1024;
  const example::Convolution convolution(example::square_layer("conv", 32, 14, 48), kDramBase, 4);
  const hwcvp::Schedule schedule = example::best_schedule(convolution.layer(), kBufferBytes);

  bool correct = false;
  example::FirmwareHost processor("processor", [&](example::FirmwareHost& host) {
    correct = run_and_check(host, convolution, schedule, kRegistersBase);
  });
  hwcvp::Bus::Properties bus_properties;
  bus_properties.initiators = bus_properties.targets = 2;
  hwcvp::Bus bus("bus", bus_properties);
  hwcvp::Dram dram("dram", hwcvp::Dram::Properties());
  hwcvp::Hwc::Properties properties;
  properties.buffer_bytes = kBufferBytes;
  hwcvp::Hwc hwc("hwc", properties);
  hwcvp::Monitor monitor("monitor");
  BandwidthPlot plot(sc_core::sc_time(2, sc_core::SC_US));
  sc_core::sc_signal<bool> interrupt("interrupt"), reset("reset");

  bus.map(0, kDramBase, dram.properties().size_bytes);
  bus.map(1, kRegistersBase, HWC_SIZE);
  processor.socket.bind(bus.target_sockets[0]);
  hwc.memory.bind(monitor.target_socket);
  monitor.initiator_socket.bind(bus.target_sockets[1]);
  bus.initiator_sockets[0].bind(dram.socket);
  bus.initiator_sockets[1].bind(hwc.registers);
  hwc.interrupt.bind(interrupt);
  processor.interrupt.bind(interrupt);
  hwc.reset.bind(reset);
  monitor.transactions.bind(plot);

  sc_core::sc_start();
  plot.print();
  const auto predicted =
      static_cast<uint64_t>(hwcvp::predict_exact(convolution.layer(), schedule).traffic.total());
  std::printf("%llu bytes plotted, %llu predicted\n", static_cast<unsigned long long>(plot.bytes()),
              static_cast<unsigned long long>(predicted));
  return correct && plot.bytes() == predicted ? 0 : 1;
}
