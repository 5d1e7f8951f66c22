// The platform file: what the simulated machine consists of.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "models/bus/arbiter.h"
#include "models/common/enum_names.h"
#include "models/dram/controller/channel.h"
#include "models/hwc/array_modes.h"
#include "models/hwc/memory_transport.h"
#include "platform/config/dram_timing_model.h"
#include "schedules/bursts/tensor_layout.h"

namespace hwcvp {

enum class ControlProcessorKind : uint8_t {
  riscv,  // emulated core, firmware image
  native  // firmware compiled for the host
};
template <>
inline constexpr std::array kNamesOf<ControlProcessorKind> = {"riscv", "native"};

struct ControlProcessorConfig {
  ControlProcessorKind kind = ControlProcessorKind::riscv;
  double clock_mhz = 1000;
  double quantum_ns = 1000;           // how far the processor may run ahead of the simulated time
  double cycles_per_instruction = 1;  // riscv
  double cycles_per_access =
      8;  // native: charged for every bus access, in place of the instructions around it
};

struct HwcConfig {
  double clock_mhz = 500;
  int64_t buffer_bytes = 64 * 1024;  // input, weight and output buffers together
  int64_t fifo_depth = 64;           // commands for each engine
  int64_t max_channels = 4096;       // output channels of the parameter memory
  int64_t mac_rows = 16;             // of the MAC array; outputs requantized at a time
  int64_t mac_columns = 16;          // of the MAC array
  MacArrayModes array_modes;         // what rows and columns may stand for
  // That the array takes from and gives to the buffers in a cycle; 0: what mode kxc needs at full rate.
  int64_t input_port_bytes = 0;
  int64_t weight_port_bytes = 0;
  int64_t accumulator_port_bytes = 0;  // each way
  int64_t vector_lanes = 16;           // outputs of vector operations at a time
  int64_t buffer_row_bytes = 32;       // that the buffers move in a cycle
  int64_t max_burst_bytes = 4096;      // of one transaction at the memory port; a power of two
  bool aligned_bursts = false;         // transactions are powers of two that begin at multiples of themselves
  MemoryTransport memory_transport = MemoryTransport::loosely_timed;  // at the memory port
  int64_t outstanding = 8;   // transactions in flight of each engine that uses the memory port
  double quantum_ns = 1000;  // loosely timed: how far a DMA may run ahead of the simulated time
};

// The baseline accelerator.
struct HwceConfig {
  double clock_mhz = 500;
  int64_t ports = 4;               // 32-bit words that the memory port moves in a cycle
  int64_t max_burst_bytes = 4096;  // of one transaction at the memory port; a power of two
  int64_t outstanding = 8;         // reads in flight, and writes in flight
  double quantum_ns = 1000;        // how far the streams may run ahead of the simulated time
};

struct BusConfig {
  int64_t width_bytes = 16;
  double clock_mhz = 500;
  Arbitration arbitration = Arbitration::round_robin;  // between transactions by nb_transport
};

struct MailboxConfig {
  int64_t access_cycles = 1;  // of the bus clock, for an access
};

struct DramConfig {
  int64_t size_bytes = int64_t{4} << 30;
  bool secded = false;  // one wrong bit of a 64-bit word is corrected, two are reported
  DramTimingModel timing;
  // Simple: every access takes the same.
  double latency_ns = 60;
  double bandwidth_gb_per_s = 8;  // 10^9 bytes a second
  int64_t outstanding = 64;       // transactions by nb_transport that are accepted and have not ended
  // Else: commands are scheduled one by one.
  DramControllerConfig controller;
};

// The monitors, which change nothing of what they see.
struct MonitorConfig {
  double window_ns = 10000;     // over which bandwidth is measured
  int64_t histogram_steps = 8;  // buckets for each doubling of the latency
  // Reported where observed and predicted bandwidth part by more:
  double bandwidth_tolerance_percent = 5;  // over a layer, of the predicted one
  double drift_tolerance_percent = 35;     // bytes moved so far at any time, of all bytes of the layer
};

// When a machine that gets nowhere is taken for stopped.
struct WatchdogConfig {
  // Simulated time of a job; 0: a second, and a thousand times what the job is predicted to take.
  double time_ms = 0;
  // Of the control processor without a tensor byte moved; bus accesses where it has no instructions.
  int64_t instructions = 100'000'000;
};

enum class BusErrorInitiator : uint8_t { control_processor, hwc, hwce };
template <>
inline constexpr std::array kNamesOf<BusErrorInitiator> = {"control_processor", "hwc", "hwce"};
enum class LostWriteTarget : uint8_t { hwc_commands, hwc, hwce, mailbox };
template <>
inline constexpr std::array kNamesOf<LostWriteTarget> = {"hwc_commands", "hwc", "hwce", "mailbox"};
enum class InterruptFaultKind : uint8_t { none, lost, stuck_low, stuck_high };
template <>
inline constexpr std::array kNamesOf<InterruptFaultKind> = {"none", "lost", "stuck_low", "stuck_high"};
enum class InterruptLine : uint8_t { accelerator, mailbox };
template <>
inline constexpr std::array kNamesOf<InterruptLine> = {"accelerator", "mailbox"};

// How the machine is broken on purpose. Counts begin with 1; 0 is never.
struct FaultConfig {
  int64_t bus_error_at = 0;  // transaction
  BusErrorInitiator bus_error_initiator = BusErrorInitiator::hwc;
  int64_t lost_write_at = 0;  // write
  LostWriteTarget lost_write_target = LostWriteTarget::hwc_commands;
  int64_t bit_flip_at = 0;      // read of the DRAM
  int64_t bit_flip_mask = 128;  // of the first byte read
  InterruptFaultKind interrupt = InterruptFaultKind::none;
  InterruptLine interrupt_line = InterruptLine::accelerator;
  int64_t interrupt_at = 1;  // pulse
  double reset_at_us = 0;    // of the accelerators; 0: never
  double reset_us = 0.1;     // duration
};

// How tensors lie in memory.
struct LayoutConfig {
  TensorLayouts tensors;
  int64_t alignment_bytes = 4096;  // of the addresses of tensors; a power of two, at least 4
};

// The machine. The initial values are those that a platform file need not name.
struct PlatformConfig {
  ControlProcessorConfig control_processor;
  HwcConfig hwc;
  HwceConfig hwce;
  BusConfig bus;
  MailboxConfig mailbox;
  DramConfig dram;
  MonitorConfig monitor;
  WatchdogConfig watchdog;
  FaultConfig faults;
  LayoutConfig layout;
};

// Reads a platform file; fields that it does not name keep their initial values. Throws InputError naming
// file and field for anything that platform/schema/platform.schema.json does not allow, unknown keys
// included.
PlatformConfig read_platform(const std::string& path);
// The same for a document at hand; `where` begins every message.
PlatformConfig platform_from_json(const nlohmann::json& json, const std::string& where);
// Changes the fields that a document of that form names. Throws InputError like platform_from_json(), but
// leaves check_dram() to the caller.
void change_platform(PlatformConfig& config, const nlohmann::json& document, const std::string& where);
// The timing of that name, as DramTimingModel has it; `where` begins the message of the InputError.
DramTimingModel find_dram_timing(const std::string& name, const std::string& where);
// Throws InputError, naming the field behind `where`, unless the DRAM can be made: the controller's settings
// sound, the size within the capacity of the device.
void check_dram(const DramConfig& config, const std::string& where);
// All fields that apply, in the form that platform_from_json() reads.
nlohmann::ordered_json to_json(const PlatformConfig& config);

}  // namespace hwcvp
