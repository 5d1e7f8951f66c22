// The HWC without any processor: a testbench writes its registers, and a memory hangs on its port. One small
// layer that fits in the buffers as a whole: five commands.
#include <cstdio>
#include <systemc>
#include <vector>

#include "common/convolution.h"
#include "models/bus/bus.h"
#include "models/hwc/hwc.h"
#include "models/memory/dram.h"
#include "models/tlm/processes.h"
#include "registers/hwc.h"

namespace {

using sc_core::sc_time;

constexpr uint64_t kTensors = 0x1000;  // where the tensors begin in memory

class Testbench : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Testbench> registers{"registers"};
  tlm_utils::simple_initiator_socket<Testbench> memory{"memory"};  // to put and get data, no traffic
  sc_core::sc_in<bool> interrupt{"interrupt"};
  bool passed = false;

  explicit Testbench(const sc_core::sc_module_name& name) : sc_module(name) { HWCVP_THREAD(run); }

 private:
  void run() {
    configure();
    // Each command waits for as many completed commands of each engine as it says: the compute command for
    // three loads, the store for one compute command.
    push(HWC_OPCODE_LOAD_PARAMS);
    box({1, 1, layer_.in_channels, layer_.in_height, layer_.in_width});
    push(HWC_OPCODE_LOAD_INPUT);
    box({1, layer_.out_channels, layer_.in_channels, 3, 3});
    push(HWC_OPCODE_LOAD_WEIGHT);
    write(HWC_WAIT_LOAD, 3);
    axes(HWC_TILE_COUNT,
         {1, 1, layer_.out_channels, layer_.in_channels, layer_.out_height(), layer_.out_width(), 3, 3});
    push(HWC_OPCODE_COMPUTE | HWC_PUSH_INIT_MASK);
    write(HWC_WAIT_COMPUTE, 1);
    box({1, 1, layer_.out_channels, layer_.out_height(), layer_.out_width()});
    push(HWC_OPCODE_STORE_OUTPUT);

    write(HWC_IRQ_ENABLE, HWC_IRQ_ENABLE_IDLE_MASK | HWC_IRQ_ENABLE_ERROR_MASK);
    while (!interrupt.read()) wait(interrupt.value_changed_event());
    passed = check();
  }

  void configure() {
    const int64_t rows = layer_.out_height(), columns = layer_.out_width();
    const int64_t inputs = layer_.in_height * layer_.in_width;
    write(HWC_TYPES, 2u << HWC_TYPES_OUTPUT_LSB);  // int8 inputs and weights, int32 outputs
    write(HWC_PAD_Y, 1);
    write(HWC_PAD_X, 1);
    write(HWC_END_Y, static_cast<uint32_t>(layer_.in_height));
    write(HWC_END_X, static_cast<uint32_t>(layer_.in_width));
    write(HWC_CHANNELS, static_cast<uint32_t>(layer_.out_channels));
    // Strides in bytes and extents in elements. Input: B, G, C, Y, X.
    write(HWC_INPUT_BASE_LO, static_cast<uint32_t>(at_.input));
    axes(HWC_INPUT_STRIDE, {0, 0, inputs, layer_.in_width, 1});
    axes(HWC_INPUT_EXTENT, {1, 1, layer_.in_channels, layer_.in_height, layer_.in_width});
    // Weight: G, K, C, FY, FX.
    write(HWC_WEIGHT_BASE_LO, static_cast<uint32_t>(at_.weight));
    axes(HWC_WEIGHT_STRIDE, {0, layer_.in_channels * 9, 9, 3, 1});
    axes(HWC_WEIGHT_EXTENT, {1, layer_.out_channels, layer_.in_channels, 3, 3});
    // Output: B, G, K, OY, OX.
    write(HWC_OUTPUT_BASE_LO, static_cast<uint32_t>(at_.output));
    axes(HWC_OUTPUT_STRIDE, {0, 0, 4 * rows * columns, 4 * columns, 4});
    axes(HWC_OUTPUT_EXTENT, {1, 1, layer_.out_channels, rows, columns});
    write(HWC_PARAMS_BASE_LO, static_cast<uint32_t>(at_.params));
    write(HWC_PARAMS_COUNT, static_cast<uint32_t>(layer_.out_channels));

    debug(tlm::TLM_WRITE_COMMAND, at_.input, convolution_.input());
    debug(tlm::TLM_WRITE_COMMAND, at_.weight, convolution_.weight());
    debug(tlm::TLM_WRITE_COMMAND, at_.params, convolution_.bias());
  }

  bool check() {
    const uint32_t error = read(HWC_ERROR);
    const std::vector<int32_t> expected = convolution_.expected();
    std::vector<int32_t> outputs(expected.size());
    debug(tlm::TLM_READ_COMMAND, at_.output, outputs);
    size_t wrong = 0;
    for (size_t i = 0; i < outputs.size(); ++i) wrong += outputs[i] != expected[i];
    std::printf("HWC error %u; %zu of %zu outputs wrong; %s of simulated time\n", error, wrong,
                outputs.size(), sc_core::sc_time_stamp().to_string().c_str());
    return error == HWC_ERROR_NONE && wrong == 0;
  }

  void push(uint32_t command) { write(HWC_PUSH, command); }
  void box(const std::vector<int64_t>& count) { axes(HWC_BOX_COUNT, count); }
  void axes(uint32_t offset, const std::vector<int64_t>& values) {
    for (const int64_t value : values) {
      write(offset, static_cast<uint32_t>(value));
      offset += 4;
    }
  }
  void write(uint32_t offset, uint32_t value) { access(tlm::TLM_WRITE_COMMAND, offset, value); }
  uint32_t read(uint32_t offset) {
    uint32_t value = 0;
    access(tlm::TLM_READ_COMMAND, offset, value);
    return value;
  }
  void access(tlm::tlm_command command, uint32_t offset, uint32_t& value) {
    tlm::tlm_generic_payload payload;
    fill(payload, command, offset, &value, sizeof value);
    sc_time delay;
    registers->b_transport(payload, delay);
    if (payload.is_response_error()) SC_REPORT_ERROR("/example", payload.get_response_string().c_str());
    wait(delay);
  }
  template <typename T>
  void debug(tlm::tlm_command command, uint64_t address, const std::vector<T>& values) {
    tlm::tlm_generic_payload payload;
    fill(payload, command, address, const_cast<T*>(values.data()), values.size() * sizeof(T));
    if (memory->transport_dbg(payload) != values.size() * sizeof(T)) SC_REPORT_ERROR("/example", "no memory");
  }
  static void fill(tlm::tlm_generic_payload& payload, tlm::tlm_command command, uint64_t address, void* data,
                   size_t bytes) {
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(static_cast<unsigned char*>(data));
    payload.set_data_length(static_cast<unsigned>(bytes));
    payload.set_streaming_width(static_cast<unsigned>(bytes));
  }

  const example::Convolution convolution_{example::square_layer("small", 4, 8, 6), kTensors, 1};
  const hwcvp::Layer& layer_ = convolution_.layer();
  const example::Placement& at_ = convolution_.placement();
};

}  // namespace

int sc_main(int, char*[]) {
  Testbench testbench("testbench");
  hwcvp::Hwc hwc("hwc", hwcvp::Hwc::Properties());
  // The memory has one socket; a bus lets the testbench put data into it.
  hwcvp::Bus::Properties bus_properties;
  bus_properties.initiators = 2;
  hwcvp::Bus bus("bus", bus_properties);
  hwcvp::Dram dram("dram", hwcvp::Dram::Properties());
  sc_core::sc_signal<bool> interrupt("interrupt"), reset("reset");

  testbench.registers.bind(hwc.registers);
  testbench.memory.bind(bus.target_sockets[0]);
  hwc.memory.bind(bus.target_sockets[1]);
  bus.initiator_sockets[0].bind(dram.socket);
  bus.map(0, 0, dram.properties().size_bytes);
  hwc.interrupt.bind(interrupt);
  testbench.interrupt.bind(interrupt);
  hwc.reset.bind(reset);

  sc_core::sc_start();
  return testbench.passed ? 0 : 1;
}
