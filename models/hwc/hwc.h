// The Hardware Convolution Block.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <systemc>
#include <tlm>

#include "models/hwc/command_record.h"
#include "models/hwc/memory_transport.h"

namespace hwcvp {

namespace hwc {
class Core;
}

// Does not model: cycle-accurate handshakes (time is loosely or approximately timed), conflicts between
// engines at the buffers, clock gating, power. Output types of convolutions other than int8, uint8, int16 and
// int32 do not exist, and the zero point of weights is 0.
//
// Executes convolutions and vector operations by commands; see docs/hwc-programming.md for the programmer's
// view, and the comments of LoadEngine, ComputeEngine, VectorEngine and StoreEngine for the time that
// commands take.
class Hwc : public sc_core::sc_module {
 public:
  struct Properties {
    sc_core::sc_time clock_period = sc_core::sc_time(1, sc_core::SC_NS);
    uint64_t buffer_bytes = 65536;  // that input, weight and output share; 1 to 2^31 - 1
    uint32_t fifo_depth = 64;       // commands of each engine, at least 1
    uint32_t max_channels = 4096;   // output channels of the parameter memory of each context, at least 1
    uint32_t contexts = 128;        // layers configured at one time, 1 to 65536
    uint32_t regions = 128;         // parts of the buffer memory for tensors between layers, at most 65536
    uint32_t mac_rows = 16;         // of the MAC array, at least 1; outputs requantized in a cycle
    uint32_t mac_columns = 16;      // of the MAC array, at least 1
    // What rows and columns stand for, as MacArrayModes::parse() reads it; for each command the array takes
    // the mode that is the fastest (docs/datapath.md).
    std::string array_modes = "kxc+pxc+kxp+pxt";
    // That the array takes from and gives to the buffers in a cycle, accumulators each way; 0: as much as
    // mode kxc needs at full rate, of inputs and weights of 16 bits and accumulators of 32 bits.
    uint32_t input_port_bytes = 0;
    uint32_t weight_port_bytes = 0;
    uint32_t accumulator_port_bytes = 0;
    uint32_t vector_lanes = 16;      // outputs of vector operations made at a time, at least 1
    uint32_t buffer_row_bytes = 32;  // that the buffers move in a cycle, at least 1
    uint32_t max_burst_bytes =
        4096;  // of a transaction at the memory port, a power of two; none crosses a multiple of it
    bool aligned_bursts = false;  // every transaction is a power of two and begins at a multiple of it
    uint32_t port_width_bytes =
        16;  // that the memory port moves in a cycle, at least 1; nothing takes longer
             // for it, it tells a transfer's work from its waiting (EngineTime)
    MemoryTransport memory_transport = MemoryTransport::loosely_timed;
    uint32_t outstanding = 8;  // transactions in flight of each of the load and store engines, at least 1
    sc_core::sc_time quantum =
        sc_core::sc_time(1, sc_core::SC_US);  // that a DMA may run ahead of simulated time
    bool functional = true;                   // false: same commands, transactions and times, but no data
    bool accept_incomplete_responses =
        false;  // of memory: one without a status is good, and warned of once; false: it is an error
    std::optional<uint32_t> initiator_id;  // that transactions at `memory` carry, as an InitiatorId
  };

  tlm_utils::simple_target_socket<Hwc> registers;
  tlm_utils::simple_initiator_socket<Hwc> memory;
  sc_core::sc_out<bool> interrupt;  // level, high
  sc_core::sc_in<bool> reset;       // level, high; to be bound

  // Each command that ended; any number of subscribers, or none.
  tlm::tlm_analysis_port<CommandRecord> commands;
  // What the engines do, as it changes; any number of subscribers, or none.
  tlm::tlm_analysis_port<EngineActivity> activity;

  // Throws std::invalid_argument, naming the property, where one is out of its range.
  Hwc(const sc_core::sc_module_name& name, const Properties& properties);
  ~Hwc() override;

  const Properties& properties() const { return properties_; }
  // What has begun at `memory` and not ended, for a simulation that stalls: "2 transactions in flight, the
  // oldest for 3 us: read of 64 bytes at 0x40, waits for END_REQ"; empty where there is nothing. At the end
  // of a simulation (sc_stop) that is an SC_REPORT_WARNING of the type "/hwcvp/hwc".
  std::string transactions_in_flight() const;

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);
  void drive_interrupt();
  void take_reset();

  const Properties properties_;
  std::unique_ptr<hwc::Core> core_;
};

}  // namespace hwcvp
