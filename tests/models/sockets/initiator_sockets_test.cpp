// What every initiator socket owes to whoever it is bound to, and what it must bear from him: waiting within
// the call, errors, no response at all, changed addresses, hints and invalidations of DMI that nobody asked
// for, extensions, payloads that are kept. And what they can be told to do.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <set>

#include "models/cpu/native_control_processor.h"
#include "registers/hwc.h"
#include "registers/hwce.h"
#include "tests/support/accelerators/control_processor_bench.h"
#include "tests/support/accelerators/hwce_bench.h"
#include "tests/support/accelerators/layer_driver.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;
using Behaviour = AtTarget::BlockingBehaviour;

constexpr size_t kMemoryBytes = 8 << 20;

// What initiators have in common.
struct Settings {
  bool accept_incomplete = false;
  std::optional<uint32_t> initiator_id;

  template <typename Properties>
  void apply_to(Properties& properties) const {
    properties.accept_incomplete_responses = accept_incomplete;
    properties.initiator_id = initiator_id;
  }
};

// An initiator with work to do on a memory of the test's.
class Worker {
 public:
  virtual ~Worker() = default;
  // Does the work; true if all of it came out right.
  virtual bool succeeds() = 0;
  // Does work of which access number `number` is answered badly; true if the initiator noticed that, and
  // works again afterwards.
  virtual bool fails_and_recovers(size_t number) = 0;
  virtual tlm::tlm_bw_transport_if<>& backward() = 0;
};

class HwcWorker : public Worker {
 public:
  HwcWorker(AtTarget& target, const Settings& settings, MemoryTransport transport)
      : memory(target), bench("bench", properties(settings, transport), target) {}
  static Hwc::Properties properties(const Settings& settings, MemoryTransport transport) {
    Hwc::Properties properties;
    settings.apply_to(properties);
    properties.memory_transport = transport;
    properties.buffer_bytes = 1 << 20;
    properties.max_burst_bytes = 64;
    return properties;
  }
  bool runs_layers(int count) {
    bool right = true;
    for (int i = 0; i < count; ++i) {
      const LayerRun run = random_run(random);
      const LayerData data = random_data(run, random);
      right &= direct_outputs(run, data) == run_layer(bench, run, data);
    }
    return right;
  }
  bool succeeds() override {
    bool right = false;
    return bench.run([&] { right = runs_layers(6); }) && right;
  }
  bool fails_and_recovers(size_t number) override {
    bool right = false;
    const bool ended = bench.run([&] {
      LayerRun run;
      run.layer.in_channels = 64;
      run.layer.out_channels = 4;
      run.layer.in_height = 8;
      run.layer.in_width = 64;
      run.tile = run.layer.extents();
      configure_layer(bench, run);
      for (uint32_t i = 0; i < hwc::kAxes; ++i) bench.write(HWC_BOX_START + 4 * i, 0);
      const hwc::PerAxis<uint32_t> count = {1, 1, 64, 1, 64};
      for (uint32_t i = 0; i < hwc::kAxes; ++i) bench.write(HWC_BOX_COUNT + 4 * i, count[i]);
      bench.write(HWC_PUSH, HWC_OPCODE_LOAD_INPUT);
      right = (bench.sleep_until(HWC_STATUS_ERROR_MASK) & HWC_STATUS_ERROR_MASK) != 0;
      right &= bench.read(HWC_ERROR) == HWC_ERROR_MEMORY_PORT;
      right &= bench.read(HWC_ERROR_INFO) ==
               static_cast<uint32_t>(TensorAddresses().input + number * 8 * 64);  // one line a transaction
      right &= runs_layers(1);
    });
    return ended && right;
  }
  tlm::tlm_bw_transport_if<>& backward() override { return *memory.socket.operator->(); }

  AtTarget& memory;
  HwcBench bench;
  std::mt19937_64 random{23};
};

template <MemoryTransport transport>
class HwcWorkerBy : public HwcWorker {
 public:
  HwcWorkerBy(AtTarget& target, const Settings& settings) : HwcWorker(target, settings, transport) {}
};

class HwceWorker : public Worker {
 public:
  HwceWorker(AtTarget& target, const Settings& settings)
      : memory(target), bench("bench", properties(settings), target) {}
  static Hwce::Properties properties(const Settings& settings) {
    Hwce::Properties properties;
    settings.apply_to(properties);
    return properties;
  }

  static constexpr uint32_t kLines = 16;
  bool convolves() {
    bench.start_plain_job(kLines);
    bench.sleep_until(HWCE_STATUS_IDLE_MASK);
    return bench.plain_job_is_right(kLines);
  }
  bool succeeds() override {
    bool right = false;
    return bench.run([&] { right = convolves() && convolves(); }) && right;
  }
  bool fails_and_recovers(size_t /*number*/) override {
    bool right = false;
    const bool ended = bench.run([&] {
      bench.start_plain_job(kLines);
      right = (bench.sleep_until(HWCE_STATUS_ERROR_MASK) & HWCE_STATUS_ERROR_MASK) != 0;
      right &= bench.read(HWCE_ERROR) == HWCE_ERROR_MEMORY_PORT;
      bench.write(HWCE_CONTROL, HWCE_CONTROL_RESET_MASK);
      right &= convolves();
    });
    return ended && right;
  }
  tlm::tlm_bw_transport_if<>& backward() override { return *memory.socket.operator->(); }

  AtTarget& memory;
  HwceBench bench;
};

constexpr uint32_t kWords = 200;

void count_up(const struct hal* hal, uint64_t /*mailbox*/) {
  for (uint32_t i = 0; i < kWords; ++i) hal_write32(hal, 4 * i, 3 * i);
  uint32_t wrong = 0;
  for (uint32_t i = 0; i < kWords; ++i) wrong += hal_read32(hal, 4 * i) != 3 * i;
  hal_write32(hal, 4 * kWords, 0x600d + wrong);
  for (;;) hal_wait_for_interrupt(hal);
}

class ProcessorWorker : public Worker {
 public:
  ProcessorWorker(AtTarget& target, const Settings& settings)
      : memory(target), core("core", properties(settings), count_up) {
    core.bus.bind(checker.target_socket);
    checker.initiator_socket.bind(target.socket);
    core.accelerator_interrupt.bind(line);
    core.mailbox_interrupt.bind(line);
    core.on_fault = [this](const std::string& message) { faults.push_back(message); };
  }
  static ControlProcessorProperties properties(const Settings& settings) {
    ControlProcessorProperties properties;
    settings.apply_to(properties);
    properties.quantum = sc_time(100, SC_NS);
    return properties;
  }
  bool succeeds() override {
    sc_core::sc_start(sc_time(1, sc_core::SC_MS));
    uint32_t verdict = 0;
    std::memcpy(&verdict, &memory.memory[4 * kWords], sizeof verdict);
    return faults.empty() && verdict == 0x600d;
  }
  bool fails_and_recovers(size_t number) override {  // it halts, and accesses nothing any more
    sc_core::sc_start(sc_time(1, sc_core::SC_MS));
    return faults.size() == 1 && memory.addresses.size() == number + 1 &&
           faults[0].find("write of 4 bytes at " + hexadecimal(4 * number) + ": ") != std::string::npos;
  }
  static std::string hexadecimal(uint64_t value) {
    std::ostringstream text;
    text << "0x" << std::hex << value;
    return text.str();
  }
  tlm::tlm_bw_transport_if<>& backward() override { return *memory.socket.operator->(); }

  AtTarget& memory;
  NativeControlProcessor core;
  ProtocolChecker checker{"checker"};
  sc_core::sc_signal<bool> line{"line"};
  std::vector<std::string> faults;
};

struct Kind {
  const char* name;
  std::unique_ptr<Worker> (*make)(AtTarget&, const Settings& settings);
};
void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

template <typename W>
std::unique_ptr<Worker> make(AtTarget& memory, const Settings& settings) {
  return std::make_unique<W>(memory, settings);
}

class InitiatorSocketTest : public SystemcTest, public ::testing::WithParamInterface<Kind> {
 protected:
  AtTarget memory{"memory", kMemoryBytes};
  std::unique_ptr<Worker> worker = GetParam().make(memory, {});
};

TEST_P(InitiatorSocketTest, BearsWhateverALooselyTimedTargetMayDo) {
  constexpr uint64_t kSeed = 29;
  std::cout << "seed " << kSeed << '\n';
  std::mt19937_64 random(kSeed);
  std::set<size_t> kept;
  memory.behave_blocking = [&](size_t number) {
    const auto one_in = [&random](unsigned n) { return random() % n == 0; };
    Behaviour behaviour;
    behaviour.latency = sc_time(static_cast<double>(random() % 200), SC_NS);
    behaviour.waits = one_in(3);
    behaviour.keeps = one_in(5);
    behaviour.extends = one_in(4);
    behaviour.hints_dmi = one_in(2);
    behaviour.invalidates = one_in(10);
    if (behaviour.keeps) kept.insert(number);
    return behaviour;
  };
  EXPECT_TRUE(worker->succeeds());
  EXPECT_EQ(0u, memory.dmi_requests) << "none of them uses DMI";
  EXPECT_EQ(0u, memory.special) << "nor byte enables, nor streaming";
  EXPECT_LT(10u, memory.kept());
  EXPECT_EQ(kept.size(), memory.kept()) << "every payload has a memory manager";
  EXPECT_TRUE(memory.let_go()) << "no payload is used again before it has been released by all";
}

TEST_P(InitiatorSocketTest, TakesEveryErrorForAnError) {
  constexpr tlm::tlm_response_status kErrors[] = {
      tlm::TLM_GENERIC_ERROR_RESPONSE, tlm::TLM_ADDRESS_ERROR_RESPONSE,     tlm::TLM_COMMAND_ERROR_RESPONSE,
      tlm::TLM_BURST_ERROR_RESPONSE,   tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE,
  };
  const std::string kind = GetParam().name;
  for (const tlm::tlm_response_status error : kErrors) {
    const size_t first = memory.addresses.size();
    memory.behave_blocking = [=](size_t number) {
      Behaviour behaviour;
      behaviour.latency = sc_time(7, SC_NS);
      behaviour.waits = number % 2 == 0;
      if (number == first + 5) behaviour.status = error;
      return behaviour;
    };
    EXPECT_TRUE(worker->fails_and_recovers(5)) << error;
    if (kind == "native_processor") break;  // halts for good
  }
}

TEST_P(InitiatorSocketTest, TakesNoResponseForAnError) {
  expect_report("/hwcvp/protocol");  // of the checkers, about the target
  memory.behave_blocking = [](size_t number) {
    Behaviour behaviour;
    if (number == 5) behaviour.status = tlm::TLM_INCOMPLETE_RESPONSE;
    return behaviour;
  };
  EXPECT_TRUE(worker->fails_and_recovers(5));
  EXPECT_FALSE(reports().empty());
}

TEST_P(InitiatorSocketTest, GoesOnWhereTheTargetLeavesAnotherAddress) {
  expect_report("/hwcvp/protocol");
  memory.behave_blocking = [](size_t number) {
    Behaviour behaviour;
    behaviour.moves_address = number % 3 == 0;
    return behaviour;
  };
  EXPECT_TRUE(worker->succeeds());
  EXPECT_FALSE(reports().empty());
}

TEST_P(InitiatorSocketTest, BearsInvalidationsAtAnyTime) {
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  worker->backward().invalidate_direct_mem_ptr(0, ~uint64_t{0});
  worker->backward().invalidate_direct_mem_ptr(3, 5);
  EXPECT_TRUE(worker->succeeds());
}

class LenientInitiatorTest : public SystemcTest, public ::testing::WithParamInterface<Kind> {};

TEST_P(LenientInitiatorTest, AcceptsResponsesLeftIncompleteAndWarnsOnce) {
  expect_report("/hwcvp/protocol");  // of the checkers too, about the target
  AtTarget memory("memory", kMemoryBytes);
  memory.behave_blocking = [](size_t) {
    Behaviour behaviour;
    behaviour.status = tlm::TLM_INCOMPLETE_RESPONSE;
    return behaviour;
  };
  memory.behave = [](size_t) {
    AtTarget::Behaviour behaviour;
    behaviour.status = tlm::TLM_INCOMPLETE_RESPONSE;
    return behaviour;
  };
  EXPECT_TRUE(GetParam().make(memory, {true, std::nullopt})->succeeds());
  const auto is_of_the_initiator = [](const std::string& report) {
    return report.find("taken for good") != std::string::npos;
  };
  EXPECT_EQ(1, std::count_if(reports().begin(), reports().end(), is_of_the_initiator)) << "one a socket";
}

class InitiatorIdTest : public SystemcTest, public ::testing::WithParamInterface<Kind> {
 protected:
  // What the transactions of the initiator's work carry at the memory, behind checkers, monitor and bus.
  std::set<std::optional<uint32_t>> ids(std::optional<uint32_t> initiator_id) {
    AtTarget memory("memory", kMemoryBytes);
    EXPECT_TRUE(GetParam().make(memory, {false, initiator_id})->succeeds());
    EXPECT_LT(10u, memory.initiator_ids.size());
    return {memory.initiator_ids.begin(), memory.initiator_ids.end()};
  }
};

TEST_P(InitiatorIdTest, IsOnEveryTransactionWhereItIsSet) {
  EXPECT_EQ(std::set<std::optional<uint32_t>>{7u}, ids(7));
}

TEST_P(InitiatorIdTest, IsOnNoneWhereItIsNot) {
  EXPECT_EQ(std::set<std::optional<uint32_t>>{std::nullopt}, ids(std::nullopt));
}

const auto kName = [](const auto& info) { return std::string(info.param.name); };
using HwcByLt = HwcWorkerBy<MemoryTransport::loosely_timed>;
using HwcByAt = HwcWorkerBy<MemoryTransport::approximately_timed>;
INSTANTIATE_TEST_SUITE_P(Initiators, InitiatorSocketTest,
                         ::testing::Values(Kind{"hwc", make<HwcByLt>}, Kind{"hwce", make<HwceWorker>},
                                           Kind{"native_processor", make<ProcessorWorker>}),
                         kName);
const auto kAllTransports =
    ::testing::Values(Kind{"hwc", make<HwcByLt>}, Kind{"hwc_nonblocking", make<HwcByAt>},
                      Kind{"hwce", make<HwceWorker>}, Kind{"native_processor", make<ProcessorWorker>});
INSTANTIATE_TEST_SUITE_P(Initiators, LenientInitiatorTest, kAllTransports, kName);
INSTANTIATE_TEST_SUITE_P(Initiators, InitiatorIdTest, kAllTransports, kName);

}  // namespace
}  // namespace hwcvp
