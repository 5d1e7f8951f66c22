#include "models/hwc/hwc.h"

#include <stdexcept>
#include <string>

#include "models/hwc/array_modes.h"
#include "models/hwc/buffer_bank.h"
#include "models/hwc/buffer_state.h"
#include "models/hwc/compute_engine.h"
#include "models/hwc/load_engine.h"
#include "models/hwc/memory_port.h"
#include "models/hwc/register_front.h"
#include "models/hwc/scoreboard.h"
#include "models/hwc/store_engine.h"
#include "models/hwc/vector_engine.h"
#include "models/tlm/processes.h"

namespace hwcvp {

namespace {

const Hwc::Properties& checked(const Hwc::Properties& p, const std::string& name) {
  const auto expect = [&name](bool good, const char* what) {
    if (!good) throw std::invalid_argument(name + ": " + what);
  };
  expect(p.clock_period > sc_core::SC_ZERO_TIME, "clock_period: expected above 0");
  expect(p.buffer_bytes >= 1 && p.buffer_bytes < uint64_t{1} << 31, "buffer_bytes: expected 1 to 2^31 - 1");
  expect(p.fifo_depth >= 1, "fifo_depth: expected at least 1");
  expect(p.max_channels >= 1, "max_channels: expected at least 1");
  expect(p.contexts >= 1 && p.contexts <= 65536, "contexts: expected 1 to 65536");
  expect(p.regions <= 65536, "regions: expected at most 65536");
  expect(p.mac_rows >= 1, "mac_rows: expected at least 1");
  expect(p.mac_columns >= 1, "mac_columns: expected at least 1");
  expect(MacArrayModes::parse(p.array_modes).has_value(),
         "array_modes: expected one or more of kxc, pxc, kxp and pxt, joined by \"+\", each once");
  expect(p.vector_lanes >= 1, "vector_lanes: expected at least 1");
  expect(p.buffer_row_bytes >= 1, "buffer_row_bytes: expected at least 1");
  expect(p.max_burst_bytes >= 1 && (p.max_burst_bytes & (p.max_burst_bytes - 1)) == 0,
         "max_burst_bytes: expected a power of two");
  expect(p.port_width_bytes >= 1, "port_width_bytes: expected at least 1");
  expect(p.outstanding >= 1, "outstanding: expected at least 1");
  return p;
}

}  // namespace

namespace hwc {

namespace {

BufferBank::Properties bank_properties(const Hwc::Properties& p) {
  return {p.buffer_bytes, p.buffer_row_bytes, p.clock_period};
}
DmaChannel::Properties dma_properties(const Hwc::Properties& p) {
  return {{p.clock_period, p.quantum, p.outstanding, p.functional, p.initiator_id},
          p.max_burst_bytes,
          p.aligned_bursts,
          p.port_width_bytes,
          p.memory_transport};
}
LoadEngine::Properties load_properties(const Hwc::Properties& p) {
  return {dma_properties(p), p.fifo_depth, p.buffer_row_bytes};
}
MacArray::Properties array_properties(const Hwc::Properties& p) {
  return {p.mac_rows,         p.mac_columns,       MacArrayModes::parse(p.array_modes).value(),
          p.input_port_bytes, p.weight_port_bytes, p.accumulator_port_bytes};
}
ComputeEngine::Properties compute_properties(const Hwc::Properties& p) {
  return {p.clock_period, p.fifo_depth, array_properties(p), p.functional};
}
VectorEngine::Properties vector_properties(const Hwc::Properties& p) {
  return {dma_properties(p), p.fifo_depth, p.vector_lanes};
}
StoreEngine::Properties store_properties(const Hwc::Properties& p) {
  return {dma_properties(p), p.fifo_depth, p.mac_rows};
}
RegisterFront::Properties front_properties(const Hwc::Properties& p) {
  return {p.clock_period, p.buffer_bytes, p.fifo_depth, p.max_channels, p.contexts, p.regions};
}

}  // namespace

// The parts, in the order in which they depend on one another.
class Core {
 public:
  Core(const Hwc::Properties& properties, const char* registers_name, tlm::tlm_initiator_socket<>& memory,
       tlm::tlm_analysis_port<CommandRecord>& records, tlm::tlm_analysis_port<EngineActivity>& activity)
      : state(properties.contexts, properties.regions),
        port("memory_port", memory, properties.accept_incomplete_responses),
        buffer("buffer", bank_properties(properties)),
        load("load", load_properties(properties), state, scoreboard, port, records),
        compute("compute", compute_properties(properties), state, scoreboard, records),
        vector("vector", vector_properties(properties), state, scoreboard, port, records),
        store("store", store_properties(properties), state, scoreboard, port, records),
        front(registers_name, front_properties(properties), state, scoreboard,
              {&load, &compute, &vector, &store}),
        interrupt_changed("interrupt_changed") {
    load.input.bind(buffer.socket);
    load.weight.bind(buffer.socket);
    load.output.bind(buffer.socket);
    compute.input.bind(buffer.socket);
    compute.weight.bind(buffer.socket);
    compute.output.bind(buffer.socket);
    vector.input.bind(buffer.socket);
    vector.weight.bind(buffer.socket);
    vector.output.bind(buffer.socket);
    store.output.bind(buffer.socket);
    scoreboard.on_status_change = [this, &activity] {
      activity.write(scoreboard.activity());
      if (front.interrupt() == interrupt_level) return;
      interrupt_level = !interrupt_level;
      interrupt_changed.notify(sc_core::SC_ZERO_TIME);
    };
  }

  BufferState state;
  Scoreboard scoreboard;
  MemoryPort port;
  BufferBank buffer;
  LoadEngine load;
  ComputeEngine compute;
  VectorEngine vector;
  StoreEngine store;
  RegisterFront front;
  sc_core::sc_event interrupt_changed;
  bool interrupt_level = false;
};

}  // namespace hwc

Hwc::Hwc(const sc_core::sc_module_name& name, const Properties& properties)
    : sc_module(name),
      registers("registers"),
      memory("memory"),
      interrupt("interrupt"),
      reset("reset"),
      commands("commands"),
      activity("activity"),
      properties_(checked(properties, this->name())),
      core_(std::make_unique<hwc::Core>(properties, registers.name(), memory, commands, activity)) {
  registers.register_b_transport(this, &Hwc::b_transport);
  registers.register_transport_dbg(this, &Hwc::transport_dbg);
  memory.register_nb_transport_bw(this, &Hwc::nb_transport_bw);

  HWCVP_METHOD(drive_interrupt);
  sensitive << core_->interrupt_changed;
  HWCVP_METHOD(take_reset);
  sensitive << reset.pos();
  dont_initialize();
}

Hwc::~Hwc() = default;

std::string Hwc::transactions_in_flight() const { return core_->port.in_flight(); }

void Hwc::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  core_->front.b_transport(payload, delay, reset.read());
}

unsigned Hwc::transport_dbg(tlm::tlm_generic_payload& payload) { return core_->front.transport_dbg(payload); }

tlm::tlm_sync_enum Hwc::nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                        sc_core::sc_time& delay) {
  return core_->port.nb_transport_bw(payload, phase, delay);
}

void Hwc::drive_interrupt() { interrupt.write(core_->interrupt_level); }

void Hwc::take_reset() { core_->front.reset(); }

}  // namespace hwcvp
