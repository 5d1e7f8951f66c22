#include "platform/prediction/platform_timing.h"

#include <cmath>

#include "models/dram/controller/address_mapping.h"
#include "platform/placement/memory_map.h"
#include "platform/prediction/bus_prediction.h"
#include "schedules/latency/firmware_costs.h"

namespace hwcvp {

namespace {

// The bits of an address that decide one of the numbers of a location.
template <typename Number>
BankedDram::Field field(const dram::AddressMapping& mapping, const DramOrganization& organization,
                        Number dram::Location::*number) {
  BankedDram::Field field;
  for (int64_t shift = 0; (uint64_t{1} << shift) < organization.capacity_bytes(); ++shift) {
    if (mapping.locate(uint64_t{1} << shift).*number == 0) continue;
    if (field.count == 1) field.shift = shift;
    field.count *= 2;
  }
  return field;
}

BankedDram banked_dram(const DramSpec& spec, const DramControllerConfig& controller, double hwc_hz) {
  const DramOrganization& organization = spec.organization;
  const dram::AddressMapping mapping(organization, controller.mapping);
  const DramTiming& from = spec.timing;
  BankedDram dram;
  dram.clock_ratio = 1e12 / organization.clock_ps() / hwc_hz;
  dram.access_bytes = organization.burst_bytes();
  dram.channel = field(mapping, organization, &dram::Location::channel);
  dram.rank = field(mapping, organization, &dram::Location::rank);
  dram.bank_group = field(mapping, organization, &dram::Location::bank_group);
  dram.bank = field(mapping, organization, &dram::Location::bank);
  dram.row = field(mapping, organization, &dram::Location::row);
  dram.queue_depth = controller.queue_depth;
  dram.closed_page = controller.page_policy == DramPageClosing::closed;
  dram.refresh_each_bank = controller.refresh == DramRefreshing::per_bank;
  dram.burst_cycles = spec.burst_cycles();
  dram.CL = from.CL;
  dram.CWL = from.CWL;
  dram.tDQSCK = from.tDQSCK;
  dram.tDQSS = from.tDQSS;
  dram.tRCD = from.tRCD;
  dram.tRP = from.tRP;
  dram.tRPab = from.tRPab;
  dram.tRAS = from.tRAS;
  dram.tRC = from.tRC;
  dram.tCCD_S = from.tCCD_S;
  dram.tCCD_L = from.tCCD_L;
  dram.tRRD_S = from.tRRD_S;
  dram.tRRD_L = from.tRRD_L;
  dram.tFAW = from.tFAW;
  dram.tWR = from.tWR;
  dram.tWTR_S = from.tWTR_S;
  dram.tWTR_L = from.tWTR_L;
  dram.tRTP = from.tRTP;
  dram.tRTW = from.tRTW;
  dram.tRTRS = from.tRTRS;
  dram.tPPD = from.tPPD;
  dram.tRFC = dram.refresh_each_bank ? from.tRFCpb : from.tRFC;
  dram.tPBR2PBR = from.tPBR2PBR;
  dram.refresh_interval = dram.refresh_each_bank ? from.tREFIpb : from.tREFI;
  return dram;
}

void describe_memory(const DramConfig& config, double hwc_hz, MachineTiming& timing) {
  if (config.timing.simple()) {
    timing.memory_latency_cycles = config.latency_ns * 1e-9 * hwc_hz;
    timing.memory_bytes_per_cycle = config.bandwidth_gb_per_s * 1e9 / hwc_hz;
    timing.memory_outstanding = config.outstanding;
    return;
  }
  const DramSpec& spec = config.timing.spec();
  timing.dram = banked_dram(spec, config.controller, hwc_hz);
  const double refresh = static_cast<double>(spec.timing.tRFC) / static_cast<double>(spec.timing.tREFI);
  timing.memory_bytes_per_cycle = spec.peak_bytes_per_second() * (1 - refresh) / hwc_hz;
  timing.memory_outstanding = config.controller.queue_depth;
}

ArrayModes array_modes(const MacArrayModes& from) {
  ArrayModes modes{};
  modes[index(ArrayMode::kxc)] = from.has(MacArrayMode::kxc);
  modes[index(ArrayMode::pxc)] = from.has(MacArrayMode::pxc);
  modes[index(ArrayMode::kxp)] = from.has(MacArrayMode::kxp);
  modes[index(ArrayMode::pxt)] = from.has(MacArrayMode::pxt);
  return modes;
}

}  // namespace

MachineTiming machine_timing(const PlatformConfig& config, const TensorLayouts& layouts) {
  const double hwc_hz = config.hwc.clock_mhz * 1e6;
  MachineTiming timing;
  timing.mac_rows = config.hwc.mac_rows;
  timing.mac_columns = config.hwc.mac_columns;
  timing.array_modes = array_modes(config.hwc.array_modes);
  timing.input_port_bytes = config.hwc.input_port_bytes;
  timing.weight_port_bytes = config.hwc.weight_port_bytes;
  timing.accumulator_port_bytes = config.hwc.accumulator_port_bytes;
  describe_memory(config.dram, hwc_hz, timing);
  timing.fifo_depth = config.hwc.fifo_depth;
  timing.buffer_row_bytes = config.hwc.buffer_row_bytes;
  timing.max_burst_bytes = config.hwc.max_burst_bytes;
  timing.aligned_bursts = config.hwc.aligned_bursts;
  timing.outstanding = config.hwc.outstanding;
  timing.approximately_timed = config.hwc.memory_transport == MemoryTransport::approximately_timed;
  timing.quantum_cycles = timing.approximately_timed ? 0 : config.hwc.quantum_ns * 1e-9 * hwc_hz;
  timing.tensor_base = memory_map::kControlBytes;
  timing.tensor_alignment = config.layout.alignment_bytes;
  timing.layouts = layouts;
  timing.bus_cycles = config.hwc.clock_mhz / config.bus.clock_mhz;
  timing.bus_bytes = config.bus.width_bytes;

  const ControlProcessorConfig& processor = config.control_processor;
  const double processor_cycles = config.hwc.clock_mhz / processor.clock_mhz;
  const bool emulated = processor.kind == ControlProcessorKind::riscv;
  timing.instruction_cycles = emulated ? processor.cycles_per_instruction * processor_cycles : 0;
  timing.access_cycles = emulated ? 0 : processor.cycles_per_access * processor_cycles;
  timing.firmware = latency::kMeasuredFirmwareCosts;
  const double word_beats = std::ceil(4.0 / static_cast<double>(config.bus.width_bytes));
  const double bus = (1 + word_beats) * timing.bus_cycles;
  timing.register_cycles = bus + 1;
  timing.mailbox_cycles = bus + static_cast<double>(config.mailbox.access_cycles) * timing.bus_cycles;
  return timing;
}

MachineTiming machine_timing(const PlatformConfig& config) {
  return machine_timing(config, config.layout.tensors);
}

}  // namespace hwcvp
