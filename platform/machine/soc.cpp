#include "platform/machine/soc.h"

#include <fmt/format.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <algorithm>

#include "models/cpu/control_processor_loader.h"
#include "platform/machine/machine_fault.h"
#include "platform/placement/memory_map.h"
#include "registers/hwc.h"
#include "registers/hwce.h"
#include "registers/mailbox.h"

namespace hwcvp {

using sc_core::sc_time;

namespace {

enum BusInitiator : unsigned { kProcessor, kAccelerator, kBaseline, kHost, kInitiators };
enum BusTarget : unsigned { kDram, kMailbox, kHwc, kHwce, kTargets };

sc_time period(double clock_mhz) { return sc_time(1000.0 / clock_mhz, sc_core::SC_NS); }

ControlProcessorProperties processor_properties(const ControlProcessorConfig& config, const SocFiles& files) {
  ControlProcessorProperties properties;
  properties.clock_period = period(config.clock_mhz);
  properties.cycles_per_instruction = config.cycles_per_instruction;
  properties.cycles_per_access = config.cycles_per_access;
  properties.ram_base = memory_map::kProcessorRamBase;
  properties.mailbox_base = memory_map::kMailboxBase;
  properties.quantum = sc_time(config.quantum_ns, sc_core::SC_NS);
  properties.firmware_image = files.firmware_image;
  return properties;
}

Bus::Properties bus_properties(const BusConfig& config) {
  Bus::Properties properties;
  properties.clock_period = period(config.clock_mhz);
  properties.width_bytes = static_cast<unsigned>(config.width_bytes);
  properties.arbitration = config.arbitration;
  properties.initiators = kInitiators;
  properties.targets = kTargets;
  return properties;
}

TimedDram::Properties timed_dram_properties(const DramConfig& config) {
  TimedDram::Properties properties;
  properties.spec = config.timing.spec();
  properties.controller = config.controller;
  properties.size_bytes = static_cast<uint64_t>(config.size_bytes);
  return properties;
}

Dram::Properties dram_properties(const DramConfig& config) {
  Dram::Properties properties;
  properties.size_bytes = static_cast<uint64_t>(config.size_bytes);
  properties.latency = sc_time(config.latency_ns, sc_core::SC_NS);
  properties.bytes_per_second = config.bandwidth_gb_per_s * 1e9;
  properties.queue_depth = static_cast<unsigned>(config.outstanding);
  return properties;
}

// The memory port is as wide as the bus.
Hwc::Properties hwc_properties(const HwcConfig& config, const BusConfig& bus, bool functional) {
  Hwc::Properties properties;
  properties.functional = functional;
  properties.clock_period = period(config.clock_mhz);
  properties.buffer_bytes = static_cast<uint64_t>(config.buffer_bytes);
  properties.fifo_depth = static_cast<uint32_t>(config.fifo_depth);
  properties.max_channels = static_cast<uint32_t>(config.max_channels);
  properties.mac_rows = static_cast<uint32_t>(config.mac_rows);
  properties.mac_columns = static_cast<uint32_t>(config.mac_columns);
  properties.array_modes = to_string(config.array_modes);
  properties.input_port_bytes = static_cast<uint32_t>(config.input_port_bytes);
  properties.weight_port_bytes = static_cast<uint32_t>(config.weight_port_bytes);
  properties.accumulator_port_bytes = static_cast<uint32_t>(config.accumulator_port_bytes);
  properties.vector_lanes = static_cast<uint32_t>(config.vector_lanes);
  properties.buffer_row_bytes = static_cast<uint32_t>(config.buffer_row_bytes);
  properties.max_burst_bytes = static_cast<uint32_t>(config.max_burst_bytes);
  properties.aligned_bursts = config.aligned_bursts;
  properties.port_width_bytes = static_cast<uint32_t>(bus.width_bytes);
  properties.memory_transport = config.memory_transport;
  properties.outstanding = static_cast<uint32_t>(config.outstanding);
  properties.quantum = sc_time(config.quantum_ns, sc_core::SC_NS);
  return properties;
}

Hwce::Properties hwce_properties(const HwceConfig& config) {
  Hwce::Properties properties;
  properties.clock_period = period(config.clock_mhz);
  properties.ports = static_cast<uint32_t>(config.ports);
  properties.outstanding = static_cast<uint32_t>(config.outstanding);
  properties.max_burst_bytes = static_cast<uint32_t>(config.max_burst_bytes);
  properties.quantum = sc_time(config.quantum_ns, sc_core::SC_NS);
  return properties;
}

}  // namespace

// Splits long spans: a payload's length is 32 bits.
class Soc::DebugPort : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<DebugPort> socket;

  explicit DebugPort(const sc_core::sc_module_name& name) : sc_module(name), socket("socket") {}

  void access(tlm::tlm_command command, uint64_t address, unsigned char* data, size_t bytes) {
    constexpr size_t kLongest = size_t{1} << 30;
    while (bytes != 0) {
      const size_t span = std::min(bytes, kLongest);
      tlm::tlm_generic_payload payload;
      payload.set_command(command);
      payload.set_address(address);
      payload.set_data_ptr(data);
      payload.set_data_length(static_cast<unsigned>(span));
      payload.set_streaming_width(static_cast<unsigned>(span));
      if (socket->transport_dbg(payload) != span) {
        throw MachineFault(
            fmt::format("host access of {} bytes at {:#x}: nothing is mapped there", span, address));
      }
      address += span;
      data += span;
      bytes -= span;
    }
  }
};

Soc::Soc(const sc_core::sc_module_name& name, const PlatformConfig& config, const SocFiles& files,
         const SocOptions& options)
    : sc_module(name),
      control_monitor("control_monitor"),
      tensor_monitor("tensor_monitor"),
      baseline_monitor("baseline_monitor"),
      mailbox("mailbox", static_cast<double>(config.mailbox.access_cycles) * period(config.bus.clock_mhz)),
      config_(config),
      bus_("bus", bus_properties(config.bus)),
      simple_dram_(config.dram.timing.simple() ? std::make_unique<Dram>("dram", dram_properties(config.dram))
                                               : nullptr),
      timed_dram_(config.dram.timing.simple()
                      ? nullptr
                      : std::make_unique<TimedDram>("dram", timed_dram_properties(config.dram))),
      hwc_("hwc", hwc_properties(config.hwc, config.bus, !options.timing_only)),
      hwce_("hwce", hwce_properties(config.hwce)),
      control_processor_(make_control_processor(name_of(config.control_processor.kind), "control_processor",
                                                processor_properties(config.control_processor, files),
                                                files.processor_plugin)),
      dram_monitor_(options.dram_monitor ? std::make_unique<Monitor>("dram_monitor") : nullptr),
      faults_(config),
      debug_port_(std::make_unique<DebugPort>("debug_port")),
      interrupt_join_("interrupt_join"),
      hwc_interrupt_("hwc_interrupt"),
      hwce_interrupt_("hwce_interrupt"),
      accelerator_interrupt_("accelerator_interrupt"),
      mailbox_interrupt_("mailbox_interrupt"),
      reset_("reset") {
  bind();
}

Soc::~Soc() = default;

void Soc::bind() {
  using namespace memory_map;
  control_processor_->bus.bind(control_monitor.target_socket);
  faults_.bind_initiator(BusErrorInitiator::control_processor, control_monitor.initiator_socket,
                         bus_.target_sockets[kProcessor]);
  hwc_.memory.bind(tensor_monitor.target_socket);
  faults_.bind_initiator(BusErrorInitiator::hwc, tensor_monitor.initiator_socket,
                         bus_.target_sockets[kAccelerator]);
  hwce_.memory.bind(baseline_monitor.target_socket);
  faults_.bind_initiator(BusErrorInitiator::hwce, baseline_monitor.initiator_socket,
                         bus_.target_sockets[kBaseline]);
  debug_port_->socket.bind(bus_.target_sockets[kHost]);

  tlm::tlm_target_socket<>& dram = simple_dram_ != nullptr
                                       ? static_cast<tlm::tlm_target_socket<>&>(simple_dram_->socket)
                                       : timed_dram_->socket;
  if (dram_monitor_) {
    bus_.initiator_sockets[kDram].bind(dram_monitor_->target_socket);
    faults_.bind_dram(dram_monitor_->initiator_socket, dram);
  } else {
    faults_.bind_dram(bus_.initiator_sockets[kDram], dram);
  }
  faults_.bind_registers(LostWriteTarget::mailbox, bus_.initiator_sockets[kMailbox], mailbox.socket);
  faults_.bind_registers(LostWriteTarget::hwc, bus_.initiator_sockets[kHwc], hwc_.registers);
  faults_.bind_registers(LostWriteTarget::hwce, bus_.initiator_sockets[kHwce], hwce_.registers);
  bus_.map(kDram, kDramBase, static_cast<uint64_t>(config_.dram.size_bytes));
  bus_.map(kMailbox, kMailboxBase, MAILBOX_SIZE);
  bus_.map(kHwc, kHwcBase, HWC_SIZE);
  bus_.map(kHwce, kHwceBase, HWCE_SIZE);

  hwc_.interrupt.bind(hwc_interrupt_);
  hwc_.reset.bind(reset_);
  hwce_.interrupt.bind(hwce_interrupt_);
  hwce_.reset.bind(reset_);
  interrupt_join_.first.bind(hwc_interrupt_);
  interrupt_join_.second.bind(hwce_interrupt_);
  interrupt_join_.joined.bind(accelerator_interrupt_);
  mailbox.interrupt.bind(mailbox_interrupt_);
  control_processor_->accelerator_interrupt.bind(
      faults_.seen(InterruptLine::accelerator, accelerator_interrupt_));
  control_processor_->mailbox_interrupt.bind(faults_.seen(InterruptLine::mailbox, mailbox_interrupt_));
  faults_.drive(reset_);
}

void Soc::read_memory(uint64_t address, void* data, size_t bytes) {
  debug_port_->access(tlm::TLM_READ_COMMAND, address, static_cast<unsigned char*>(data), bytes);
}

void Soc::write_memory(uint64_t address, const void* data, size_t bytes) {
  // A write reads the data only; TLM has one pointer for both directions.
  debug_port_->access(tlm::TLM_WRITE_COMMAND, address, static_cast<unsigned char*>(const_cast<void*>(data)),
                      bytes);
}

}  // namespace hwcvp
