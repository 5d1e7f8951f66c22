#include "platform/machine_timing.h"

#include <cmath>

#include "platform/bus_prediction.h"
#include "platform/dram/dram_spec_file.h"
#include "platform/memory_map.h"
#include "schedules/latency/firmware_costs.h"

namespace hwcvp {

namespace {

struct DramFigures {
  double bytes_per_second;
  double latency_seconds;
};

// What bounds a stream, and how long a read of a closed row takes.
DramFigures dram_figures(const DramConfig& config) {
  if (config.simple()) return {config.bandwidth_gb_per_s * 1e9, config.latency_ns * 1e-9};
  const DramSpec spec = find_dram_spec(config.timing);
  const double refresh = static_cast<double>(spec.timing.tRFC) / static_cast<double>(spec.timing.tREFI);
  return {spec.peak_bytes_per_second() * (1 - refresh),
          static_cast<double>(spec.timing.tRCD + spec.read_latency()) * spec.organization.clock_ps() * 1e-12};
}

}  // namespace

MachineTiming machine_timing(const PlatformConfig& config, const TensorLayouts& layouts) {
  const double hwc_hz = config.hwc.clock_mhz * 1e6;
  const DramFigures dram = dram_figures(config.dram);
  MachineTiming timing;
  timing.mac_rows = config.hwc.mac_rows;
  timing.mac_columns = config.hwc.mac_columns;
  timing.memory_latency_cycles = dram.latency_seconds * hwc_hz;
  timing.memory_bytes_per_cycle = dram.bytes_per_second / hwc_hz;
  timing.fifo_depth = config.hwc.fifo_depth;
  timing.buffer_row_bytes = config.hwc.buffer_row_bytes;
  timing.max_burst_bytes = config.hwc.max_burst_bytes;
  timing.aligned_bursts = config.hwc.aligned_bursts;
  timing.outstanding = config.hwc.outstanding;
  timing.quantum_cycles = config.control_processor.quantum_ns * 1e-9 * hwc_hz;
  timing.tensor_base = memory_map::kControlBytes;
  timing.tensor_alignment = config.layout.alignment_bytes;
  timing.layouts = layouts;
  timing.bus_cycles = config.hwc.clock_mhz / config.bus.clock_mhz;
  timing.bus_bytes = config.bus.width_bytes;

  const ControlProcessorConfig& processor = config.control_processor;
  const double processor_cycles = config.hwc.clock_mhz / processor.clock_mhz;
  const bool emulated = processor.kind == "riscv";
  timing.instruction_cycles = emulated ? processor.cycles_per_instruction * processor_cycles : 0;
  timing.access_cycles = emulated ? 0 : processor.cycles_per_access * processor_cycles;
  timing.firmware = latency::kMeasuredFirmwareCosts;
  const double word_beats = std::ceil(4.0 / static_cast<double>(config.bus.width_bytes));
  const double bus = (1 + word_beats) * timing.bus_cycles;
  timing.register_cycles = bus + 1;
  timing.mailbox_cycles = bus + static_cast<double>(config.mailbox.access_cycles) * timing.bus_cycles;
  timing.memory_word_cycles = bus + timing.memory_latency_cycles + 4 / timing.memory_bytes_per_cycle;
  return timing;
}

MachineTiming machine_timing(const PlatformConfig& config) {
  return machine_timing(config, layouts_of(config));
}

}  // namespace hwcvp
