// Two accelerators, each with a processor of its own, at work on one bus and one DRAM at the same time: each
// observes exactly its own predicted bytes, the DRAM the sum of both, and every output is right.
#include <gtest/gtest.h>

#include <array>
#include <iostream>
#include <memory>
#include <random>

#include "models/bus/bus.h"
#include "models/cpu/control_processor_loader.h"
#include "models/dram/timed_dram.h"
#include "models/hwc/hwc.h"
#include "models/mailbox/mailbox.h"
#include "models/memory/dram.h"
#include "models/monitor/monitor.h"
#include "models/monitor/traffic_counter.h"
#include "platform/dram/dram_spec_file.h"
#include "platform/job/job_descriptor.h"
#include "platform/reference/convolution.h"
#include "platform/tensor/layer_tensors.h"
#include "platform/tensor/tensor_compare.h"
#include "registers/hwc.h"
#include "registers/mailbox.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/support/random_case.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;

constexpr uint64_t kDramBytes = uint64_t{2} << 30;
constexpr uint64_t kShare = uint64_t{1} << 30;  // of the DRAM, for each

struct Machine {
  const char* name;
  std::array<const char*, 2> processors;
  MemoryTransport transport;
  bool timed_dram;
  int pairs;
};
void PrintTo(const Machine& machine, std::ostream* out) { *out << machine.name; }

uint64_t mailbox_base(size_t i) { return 0x10000000 + 0x1000 * i; }
uint64_t registers_base(size_t i) { return 0x10100000 + 0x1000 * i; }

Hwc::Properties hwc_properties(MemoryTransport transport) {
  Hwc::Properties properties;
  properties.buffer_bytes = 16 << 20;
  properties.max_burst_bytes = 256;
  properties.memory_transport = transport;
  return properties;
}

ControlProcessorProperties processor_properties(size_t i) {
  ControlProcessorProperties properties;
  properties.mailbox_base = mailbox_base(i);
  properties.firmware_image = HWCVP_FIRMWARE_IMAGE;
  return properties;
}

std::string numbered(const char* what, size_t i) { return what + std::to_string(i); }

// Windows of the tensors, less what the bus takes off before the place of the monitor.
void add_windows(TrafficCounter& counter, const TensorPlacement& placement, uint64_t offset) {
  const auto add = [&](TrafficClass traffic_class, const AddressWindow& window) {
    counter.add_window(traffic_class, window.base - offset, window.bytes);
  };
  add(TrafficClass::params, placement.params);
  add(TrafficClass::input, placement.input);
  add(TrafficClass::weight, placement.weight);
  add(TrafficClass::output, placement.output);
  add(TrafficClass::psum, placement.psum);
}

Traffic traffic_of(const TrafficCounter& counter) {
  const auto read = [&](TrafficClass c) { return static_cast<int64_t>(counter[c].read_bytes); };
  const auto written = [&](TrafficClass c) { return static_cast<int64_t>(counter[c].write_bytes); };
  EXPECT_EQ(0, written(TrafficClass::input) + written(TrafficClass::weight) + written(TrafficClass::params) +
                   read(TrafficClass::output))
      << "no tensor moves against its direction";
  Traffic traffic;
  traffic.input_read = read(TrafficClass::input);
  traffic.weight_read = read(TrafficClass::weight);
  traffic.output_write = written(TrafficClass::output);
  traffic.psum_read = read(TrafficClass::psum);
  traffic.psum_write = written(TrafficClass::psum);
  traffic.params_read = read(TrafficClass::params);
  return traffic;
}

// An accelerator and its processor.
struct Engine {
  Engine(size_t number, const char* processor_kind, MemoryTransport transport)
      : index(number),
        processor(make_control_processor(processor_kind, numbered("processor", number).c_str(),
                                         processor_properties(number), "")),
        mailbox(numbered("mailbox", number).c_str()),
        hwc(numbered("hwc", number).c_str(), hwc_properties(transport)),
        monitor(numbered("monitor", number).c_str()) {
    hwc.memory.bind(monitor.target_socket);
    monitor.transactions.bind(counter);
    hwc.interrupt.bind(hwc_interrupt);
    hwc.reset.bind(reset);
    mailbox.interrupt.bind(mailbox_interrupt);
    processor->accelerator_interrupt.bind(hwc_interrupt);
    processor->mailbox_interrupt.bind(mailbox_interrupt);
  }

  const size_t index;
  std::unique_ptr<ControlProcessor> processor;
  Mailbox mailbox;
  Hwc hwc;
  Monitor monitor;
  TrafficCounter counter;
  sc_core::sc_signal<bool> hwc_interrupt, mailbox_interrupt, reset;
};

// The host's way onto the bus, by debug transport.
struct Host : sc_core::sc_module {
  tlm_utils::simple_initiator_socket<Host> socket{"socket"};
  explicit Host(const sc_core::sc_module_name& name) : sc_module(name) {}

  void access(tlm::tlm_command command, uint64_t address, const void* data, size_t bytes) {
    if (bytes == 0) return;
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(static_cast<unsigned char*>(const_cast<void*>(data)));
    payload.set_data_length(static_cast<unsigned>(bytes));
    payload.set_streaming_width(static_cast<unsigned>(bytes));
    ASSERT_EQ(bytes, socket->transport_dbg(payload));
  }
  void write(uint64_t address, const void* data, size_t bytes) {
    access(tlm::TLM_WRITE_COMMAND, address, data, bytes);
  }
  void read(uint64_t address, void* data, size_t bytes) {
    access(tlm::TLM_READ_COMMAND, address, data, bytes);
  }
};

// A layer under way on one of the engines.
struct Job {
  RandomCase random_case;
  LayerTensors tensors;
  TensorPlacement placement;
  Traffic predicted;
};

class TwoHwcsTest : public SystemcTest, public ::testing::WithParamInterface<Machine> {
 protected:
  enum : unsigned { kDram, kMailboxes, kRegisters = kMailboxes + 2, kTargets = kRegisters + 2 };

  static Bus::Properties bus_properties() {
    Bus::Properties properties;
    properties.initiators = 5;  // two processors, two HWCs, the host
    properties.targets = kTargets;
    return properties;
  }
  TwoHwcsTest() {
    if (GetParam().timed_dram) {
      TimedDram::Properties properties;
      properties.spec = find_dram_spec("ddr4-2400");
      properties.size_bytes = kDramBytes;
      timed_dram = std::make_unique<TimedDram>("dram", properties);
      dram_monitor.initiator_socket.bind(timed_dram->socket);
    } else {
      Dram::Properties properties;
      properties.size_bytes = kDramBytes;
      dram = std::make_unique<Dram>("dram", properties);
      dram_monitor.initiator_socket.bind(dram->socket);
    }
    bus.initiator_sockets[kDram].bind(dram_monitor.target_socket);
    dram_monitor.transactions.bind(dram_counter);
    bus.map(kDram, memory_map::kDramBase, kDramBytes);
    for (unsigned i = 0; i < 2; ++i) {
      engines.push_back(std::make_unique<Engine>(i, GetParam().processors[i], GetParam().transport));
      engines[i]->processor->bus.bind(bus.target_sockets[2 * i]);
      engines[i]->monitor.initiator_socket.bind(bus.target_sockets[2 * i + 1]);
      bus.initiator_sockets[kMailboxes + i].bind(engines[i]->mailbox.socket);
      bus.initiator_sockets[kRegisters + i].bind(engines[i]->hwc.registers);
      bus.map(kMailboxes + i, mailbox_base(i), MAILBOX_SIZE);
      bus.map(kRegisters + i, registers_base(i), HWC_SIZE);
    }
    host.socket.bind(bus.target_sockets[4]);
  }

  // Draws a layer with its data, puts it into the engine's share of the DRAM, and posts it.
  Job post(Engine& engine, std::mt19937_64& random) {
    Job job;
    job.random_case = random_case(random);
    const Layer& layer = job.random_case.layer;
    job.tensors = random_tensors(layer, random());
    job.placement = place_tensors(layer, static_cast<int64_t>(kShare));
    const uint64_t share = engine.index * kShare;
    for (AddressWindow* const window : {&job.placement.params, &job.placement.input, &job.placement.weight,
                                        &job.placement.output, &job.placement.psum}) {
      window->base += share;
    }
    job.predicted = predict_exact(layer, job.random_case.schedule).traffic;
    const std::vector<uint8_t> params = serialize(job.tensors.params);
    host.write(job.placement.params.base, params.data(), params.size());
    host.write(job.placement.input.base, job.tensors.input.bytes(), job.placement.input.bytes);
    host.write(job.placement.weight.base, job.tensors.weights.bytes(), job.placement.weight.bytes);
    hwc_job descriptor = make_job(layer, job.random_case.schedule, false, job.placement);
    descriptor.hwc = registers_base(engine.index);
    descriptor.crc32 = job_crc32(descriptor);
    host.write(memory_map::kJobAddress + share, &descriptor, sizeof descriptor);
    engine.counter.reset_counts();
    engine.counter.clear_windows();
    add_windows(engine.counter, job.placement, 0);
    add_windows(dram_counter, job.placement, memory_map::kDramBase);
    for (const uint64_t offset : {memory_map::kJobAddress, memory_map::kStatusAddress}) {
      dram_counter.add_window(TrafficClass::control, offset - memory_map::kDramBase + share,
                              memory_map::kControlBytes / 2);
    }
    engine.mailbox.post_job(memory_map::kJobAddress + share, memory_map::kStatusAddress + share);
    return job;
  }

  void check(const Engine& engine, const Job& job) {
    SCOPED_TRACE(to_json_text(job.random_case));
    hwc_status status{};
    host.read(memory_map::kStatusAddress + engine.index * kShare, &status, sizeof status);
    ASSERT_EQ(HWC_JOB_DONE, status.result);
    EXPECT_EQ(job.predicted, traffic_of(engine.counter));
    EXPECT_EQ(0u, engine.counter[TrafficClass::other].read_bytes);
    EXPECT_EQ(0u, engine.counter[TrafficClass::other].write_bytes);
    const Layer& layer = job.random_case.layer;
    HostTensor output(layer.output_type, output_shape(layer));
    host.read(job.placement.output.base, output.bytes(), job.placement.output.bytes);
    EXPECT_EQ(
        0,
        compare(
            output,
            reference_convolution(layer, job.tensors.input, job.tensors.weights, job.tensors.params).output)
            .mismatches);
  }

  Bus bus{"bus", bus_properties()};
  std::unique_ptr<Dram> dram;  // one of the two
  std::unique_ptr<TimedDram> timed_dram;
  Monitor dram_monitor{"dram_monitor"};
  TrafficCounter dram_counter;
  std::vector<std::unique_ptr<Engine>> engines;
  Host host{"host"};
};

TEST_P(TwoHwcsTest, EachMovesItsPredictedBytesAndTheDramSeesTheSum) {
  constexpr uint64_t kSeed = 20260311;
  std::cout << "seed " << kSeed << '\n';
  std::mt19937_64 random(kSeed);
  sc_core::sc_start(sc_time(1, sc_core::SC_US));
  int overlapping = 0;
  for (int pair = 0; pair < GetParam().pairs && !HasFailure(); ++pair) {
    dram_counter.reset_counts();
    dram_counter.clear_windows();
    const size_t leader = random() % 2;
    std::array<Job, 2> jobs;
    jobs[leader] = post(*engines[leader], random);
    sc_core::sc_start(sc_time(static_cast<double>(random() % 3000), SC_NS));
    overlapping += engines[leader]->mailbox.busy() ? 1 : 0;
    jobs[1 - leader] = post(*engines[1 - leader], random);
    while (engines[0]->mailbox.busy() || engines[1]->mailbox.busy()) {
      ASSERT_LT(sc_core::sc_time_stamp(), sc_time(100, sc_core::SC_SEC));
      sc_core::sc_start(sc_time(100, sc_core::SC_US));
    }
    for (size_t i = 0; i < 2; ++i) check(*engines[i], jobs[i]);
    Traffic sum = jobs[0].predicted;
    sum += jobs[1].predicted;
    EXPECT_EQ(sum, traffic_of(dram_counter));
    EXPECT_EQ(0u, dram_counter[TrafficClass::other].read_bytes);
    EXPECT_EQ(0u, dram_counter[TrafficClass::other].write_bytes);
    EXPECT_EQ(0u, dram_counter.failed());
  }
  EXPECT_GT(overlapping, GetParam().pairs / 2) << "the layers must run at the same time";
}

const auto kName = [](const auto& info) { return std::string(info.param.name); };
INSTANTIATE_TEST_SUITE_P(
    Machines, TwoHwcsTest,
    ::testing::Values(
        Machine{"native_lt", {"native", "native"}, MemoryTransport::loosely_timed, false, 100},
        Machine{"native_at", {"native", "native"}, MemoryTransport::approximately_timed, false, 60},
        Machine{"native_at_timed_dram", {"native", "native"}, MemoryTransport::approximately_timed, true, 40},
        Machine{"mixed_processors", {"riscv", "native"}, MemoryTransport::loosely_timed, false, 30},
        Machine{"emulated_processors", {"riscv", "riscv"}, MemoryTransport::approximately_timed, false, 30}),
    kName);

}  // namespace
}  // namespace hwcvp
