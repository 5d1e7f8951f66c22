// Traces of the assembled machine: against the monitors, the predictor and the replay.
#include <gmock/gmock.h>

#include <map>
#include <random>
#include <sstream>

#include "models/monitor/traffic_counter.h"
#include "platform/job/layer_simulator.h"
#include "platform/trace/binary_reader.h"
#include "platform/trace/trace_replay.h"
#include "platform/trace/trace_session.h"
#include "platform/trace/trace_summary.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/error.h"
#include "tests/platform/trace/trace_cases.h"
#include "tests/support/random_case.h"
#include "tests/support/systemc/systemc_test.h"
#include "tests/support/systemc/tlm_probes.h"

namespace hwcvp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr uint64_t kSeed = 20240711;
constexpr int64_t kExpectedCycles = 10'000'000;

PlatformConfig machine() {
  PlatformConfig config;
  config.control_processor.kind = ControlProcessorKind::native;
  config.hwc.buffer_bytes = 16 << 20;
  return config;
}

std::vector<std::string> all_sockets() { return {"dram.socket", "hwc.memory", "control_processor.bus"}; }

// The traffic that a trace shows at one socket.
Traffic traffic_of(const TensorCounts& counts) {
  const auto at = [&counts](TrafficClass c) { return counts[static_cast<size_t>(c)]; };
  Traffic traffic;
  traffic.input_read = static_cast<int64_t>(at(TrafficClass::input).read_bytes);
  traffic.weight_read = static_cast<int64_t>(at(TrafficClass::weight).read_bytes);
  traffic.params_read = static_cast<int64_t>(at(TrafficClass::params).read_bytes);
  traffic.psum_read = static_cast<int64_t>(at(TrafficClass::psum).read_bytes);
  traffic.psum_write = static_cast<int64_t>(at(TrafficClass::psum).write_bytes);
  traffic.output_write = static_cast<int64_t>(at(TrafficClass::output).write_bytes);
  return traffic;
}

uint64_t bytes(const TrafficCount& count) { return count.read_bytes + count.write_bytes; }

class TraceSessionTest : public SystemcTest {
 protected:
  // Runs random layers under a trace; gives back what was observed of each.
  std::vector<JobObservation> record(TraceSession& session, LayerSimulator& simulator, size_t layers,
                                     std::vector<Traffic>* predicted = nullptr) {
    session.attach(simulator.soc());
    std::mt19937_64 random(kSeed);
    std::vector<JobObservation> observed;
    for (size_t i = 0; i < layers; ++i) {
      const RandomCase random_case = hwcvp::random_case(random);
      const LayerTensors tensors = random_tensors(random_case.layer, i);
      session.begin_layer(random_case.layer.name,
                          place_tensors(random_case.layer, {}, simulator.soc().config()));
      observed.push_back(
          simulator.run(random_case.layer, random_case.schedule, tensors, false, kExpectedCycles).observed);
      if (predicted != nullptr) {
        predicted->push_back(predict_exact(random_case.layer, random_case.schedule).traffic);
      }
    }
    session.check();
    session.finish();
    return observed;
  }

  static TraceSummary summary(BinaryReader& reader) {
    TraceSummary summary(reader.layers().size(), reader.header().sockets.size());
    reader.visit([&summary](const TraceRecord& r, uint32_t layer) { summary.add(r, layer); });
    return summary;
  }

  ProgramFolder folder;
  const std::string path = folder.path("t.hwctrace").string();
};

TEST_F(TraceSessionTest, CountsAreTheMonitorsAndThePredictors) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  TraceSession session(path, all_sockets(), machine());
  LayerSimulator simulator(machine(), {}, "soc", session.soc_options());
  std::vector<Traffic> predicted;
  const std::vector<JobObservation> observed = record(session, simulator, 80, &predicted);

  BinaryReader reader(path);
  const TraceSummary counted = summary(reader);
  ASSERT_EQ(counted.layers.size(), observed.size() + 1);
  EXPECT_EQ(counted.failed, 0U);
  uint64_t control_bytes = 0, observed_control_bytes = 0;
  for (size_t i = 0; i < observed.size(); ++i) {
    const auto& [dram, hwc, processor] =
        std::tie(counted.layers[i + 1][0], counted.layers[i + 1][1], counted.layers[i + 1][2]);
    EXPECT_EQ(traffic_of(hwc), observed[i].traffic) << "layer " << i;
    EXPECT_EQ(traffic_of(hwc), predicted[i]) << "layer " << i;
    EXPECT_EQ(traffic_of(dram), predicted[i]) << "layer " << i;
    for (const TrafficClass c : {TrafficClass::control, TrafficClass::other}) {
      EXPECT_EQ(bytes(hwc[static_cast<size_t>(c)]), 0U);
    }
    EXPECT_EQ(bytes(processor[static_cast<size_t>(TrafficClass::other)]), 0U);
    control_bytes += bytes(processor[static_cast<size_t>(TrafficClass::control)]);
    observed_control_bytes +=
        static_cast<uint64_t>(observed[i].control_read_bytes + observed[i].control_write_bytes);
  }
  // Layers meet while the firmware goes back to sleep, so only their sum is exact; before the first of them
  // and behind the last the monitor does not count.
  EXPECT_GE(control_bytes, observed_control_bytes);
  EXPECT_LE(control_bytes, observed_control_bytes + observed_control_bytes / 10);
}

TEST_F(TraceSessionTest, TransactionsAreInTheOrderOfTheirStart) {
  TraceSession session(path, all_sockets(), machine());
  LayerSimulator simulator(machine(), {}, "soc", session.soc_options());
  record(session, simulator, 20);
  BinaryReader reader(path);
  uint64_t last = 0, early = 0;
  uint32_t last_layer = 0;
  reader.visit([&](const TraceRecord& r, uint32_t layer) {
    if (layer == last_layer && r.start_ps < last) ++early;
    last = r.start_ps;
    last_layer = layer;
  });
  EXPECT_EQ(early, 0U);
}

TEST_F(TraceSessionTest, TracingChangesNothing) {
  TraceSession session(path, all_sockets(), machine());
  LayerSimulator plain(machine(), {}, "plain");
  LayerSimulator traced(machine(), {}, "traced", session.soc_options());
  const std::vector<JobObservation> observed = record(session, traced, 10);
  std::mt19937_64 random(kSeed);
  for (size_t i = 0; i < observed.size(); ++i) {
    const RandomCase random_case = hwcvp::random_case(random);
    const LayerTensors tensors = random_tensors(random_case.layer, i);
    const JobObservation expected =
        plain.run(random_case.layer, random_case.schedule, tensors, false, kExpectedCycles).observed;
    EXPECT_EQ(observed[i].traffic, expected.traffic);
    if (i == 0) continue;  // the other firmware has started long ago
    EXPECT_EQ(observed[i].cycles, expected.cycles);
  }
}

// The simulated machine of the recording and the replay cannot share a process, so the trace is synthetic
// here; tests of the program replay recorded ones.
TEST_F(TraceSessionTest, ReplayReproducesBytesAndAddresses) {
  const std::vector<TraceRecord> records = random_records(kSeed, 20000);
  write_trace(path, records);
  TensorCounts expected;
  uint64_t count_expected = 0, left_out = 0;
  for (TraceRecord r : records) {
    if (r.socket != 1) continue;  // the one at the DRAM
    if (!r.ok) {
      ++left_out;
      continue;
    }
    count(expected, r);
    ++count_expected;
  }
  BinaryReader reader(path);
  const ReplayResult result = replay_trace(reader, {});
  EXPECT_THAT(result.sockets, ElementsAre("dram.socket"));
  EXPECT_EQ(result.replayed, count_expected);
  EXPECT_EQ(result.left_out, left_out);
  EXPECT_EQ(result.differing, 0U);
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(result.counts[i].read_bytes, expected[i].read_bytes);
    EXPECT_EQ(result.counts[i].write_bytes, expected[i].write_bytes);
    EXPECT_EQ(result.counts[i].reads, expected[i].reads);
    EXPECT_EQ(result.counts[i].writes, expected[i].writes);
  }
}

// By hand: 640 bytes at 6.4 GB/s take 100 ns behind 60 ns of latency, and start 40 ns after the first.
TEST_F(TraceSessionTest, ReplayTakesTheTimeOfTheDram) {
  write_trace(path, {{5'000'000, 5'070'000, 0, 64, 1, TrafficClass::input, true, true},
                     {5'040'000, 5'200'000, 0x1000, 640, 1, TrafficClass::output, false, true}});
  Dram::Properties properties;
  properties.latency = sc_core::sc_time(60, sc_core::SC_NS);
  properties.bytes_per_second = 6.4e9;
  BinaryReader reader(path);
  const ReplayResult result = replay_trace(reader, properties);
  EXPECT_EQ(result.recorded_span_ps, 200'000U);
  EXPECT_EQ(result.replayed_span_ps, 200'000U);
}

TEST_F(TraceSessionTest, ReplayLeavesOutWhatIsNotInTheDram) {
  TraceHeader header = two_sockets();
  header.sockets.pop_back();
  header.dram_bytes = 1 << 20;
  write_trace(
      path,
      [](TraceWriter& writer) {
        for (const uint64_t address : {0x10010000U, 0x80000000U, 0x800fff80U, 0x800fff81U, 0x90000000U}) {
          writer.write({0, 0, address, 128, 0, TrafficClass::other, true, true});
        }
      },
      header);
  BinaryReader reader(path);
  const ReplayResult result = replay_trace(reader, {});
  EXPECT_THAT(result.sockets, ElementsAre("hwc.memory"));
  EXPECT_EQ(result.replayed, 2U);
  EXPECT_EQ(result.left_out, 3U);
  EXPECT_EQ(result.differing, 0U);
}

TEST_F(TraceSessionTest, ReplayRefusesADamagedTrace) {
  write_trace(path, random_records(kSeed, 100));
  std::string bytes = folder.read("t.hwctrace");
  bytes[300] = static_cast<char>(bytes[300] ^ 1);
  folder.write("t.hwctrace", bytes);
  BinaryReader reader(path);
  EXPECT_THROW(replay_trace(reader, {}), InputError);
}

// Initiators that run ahead publish what starts late before what starts early.
TEST_F(TraceSessionTest, RecorderSortsAndKeepsLittle) {
  struct Counting : TraceWriter {
    void begin_layer(const std::string& name) override { layers.push_back(name); }
    void write(const TraceRecord& record) override {
      ascending = ascending && record.start_ps >= last;
      last = record.start_ps;
      ++records;
    }
    void finish() override {}
    std::vector<std::string> layers;
    uint64_t last = 0, records = 0;
    bool ascending = true;
  } writer;
  TraceRecorder recorder(writer);
  ProbeInitiator initiator("initiator");
  Monitor monitor("monitor");
  ProbeTarget target("target");
  initiator.socket.bind(monitor.target_socket);
  monitor.initiator_socket.bind(target.socket);
  recorder.attach(monitor, 0, 0);
  recorder.begin_layer("conv1", {});
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  std::mt19937_64 random(kSeed);
  constexpr uint64_t kCount = 50000;
  for (uint64_t i = 0; i < kCount; ++i) {
    Transaction transaction = read_of(0, 4);
    initiator.send(transaction, sc_core::sc_time(static_cast<double>(random() % 1000), sc_core::SC_NS));
    if (i % 10 == 0) sc_core::sc_start(200, sc_core::SC_NS);
  }
  EXPECT_GT(writer.records, kCount - 20000) << "most have left before the end";
  recorder.flush();
  EXPECT_EQ(writer.records, kCount);
  EXPECT_TRUE(writer.ascending);
  EXPECT_THAT(writer.layers, ElementsAre("conv1"));
}

TEST_F(TraceSessionTest, RecorderIsBoundedWhereNothingCanLeave) {
  struct Counting : TraceWriter {
    void begin_layer(const std::string&) override {}
    void write(const TraceRecord&) override { ++records; }
    void finish() override {}
    uint64_t records = 0;
  } writer;
  TraceRecorder recorder(writer);
  ProbeInitiator initiator("initiator");
  Monitor monitor("monitor");
  ProbeTarget target("target");
  initiator.socket.bind(monitor.target_socket);
  monitor.initiator_socket.bind(target.socket);
  recorder.attach(monitor, 0, 0);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  constexpr uint64_t kCount = TraceRecorder::kMostPending + 1000;
  for (uint64_t i = 0; i < kCount; ++i) {  // all in the future
    Transaction transaction = read_of(0, 4);
    initiator.send(transaction, sc_core::sc_time(1, sc_core::SC_MS));
  }
  EXPECT_GE(writer.records, TraceRecorder::kMostPending / 2);
  recorder.flush();
  EXPECT_EQ(writer.records, kCount);
}

TEST_F(TraceSessionTest, RefusesWhatItDoesNotKnow) {
  const auto refusal = [&](const std::string& name, const std::vector<std::string>& sockets) -> std::string {
    try {
      const TraceSession session(folder.path(name).string(), sockets, machine());
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(refusal("t.trace", {}), HasSubstr("expected a name that ends in one of .hwctrace"));
  EXPECT_EQ(refusal("t.csv", {"bus"}),
            "--trace-socket: expected some of hwc.memory, control_processor.bus, dram.socket, found \"bus\"");
  EXPECT_EQ(refusal("t.csv", {"hwc.memory", "hwc.memory"}), "--trace-socket: hwc.memory: expected once");
  EXPECT_THAT(refusal("t.vcd", {"hwc.memory"}), HasSubstr("--trace-socket: not allowed with a .vcd trace"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path("")));
}

// A reader of value change dumps: values by signal and time.
struct Dump {
  std::map<std::string, std::string> ids;  // of names
  std::map<std::string, std::map<uint64_t, uint64_t>> changes;
  uint64_t end = 0;
};

Dump read_dump(const std::vector<std::string>& lines) {
  Dump dump;
  std::map<std::string, std::string> names;
  bool defined = false;
  uint64_t time = 0;
  for (const std::string& line : lines) {
    std::istringstream words(line);
    std::string word, type, width, id, name;
    words >> word;
    if (word == "$var") {
      words >> type >> width >> id >> name;
      names[id] = name;
    } else if (word == "$enddefinitions") {
      defined = true;
    } else if (defined && word[0] == '#') {
      const uint64_t next = std::stoull(word.substr(1));
      EXPECT_GE(next, time);
      time = next;
    } else if (defined && word[0] == 'b') {
      words >> id;
      dump.changes[names.at(id)][time] = std::stoull(word.substr(1), nullptr, 2);
    } else if (defined && word[0] != '$') {
      dump.changes[names.at(word.substr(1))][time] = word[0] - '0';
    }
  }
  dump.end = time;
  return dump;
}

TEST_F(TraceSessionTest, SignalsFollowTheMachine) {
  struct Spans : tlm::tlm_analysis_if<CommandRecord> {
    void write(const CommandRecord& r) override { records.push_back(r); }
    std::vector<CommandRecord> records;
  } commands;
  TraceSession session(folder.path("t.vcd").string(), {}, machine());
  LayerSimulator simulator(machine(), {}, "soc", session.soc_options());
  simulator.soc().hwc().commands.bind(commands);
  const std::vector<JobObservation> observed = record(session, simulator, 1);
  const Dump dump = read_dump(read_lines(folder.path("t.vcd")));

  const hwc_status& status = observed[0].status;
  const auto last = [&dump](const char* name) { return dump.changes.at(name).rbegin()->second; };
  EXPECT_EQ(last("load_done"), status.load_commands);
  EXPECT_EQ(last("compute_done"), status.compute_commands);
  EXPECT_EQ(last("store_done"), status.store_commands);
  EXPECT_EQ(last("reset"), 0U);
  EXPECT_EQ(last("hwc_interrupt"), 0U);
  EXPECT_EQ(last("mailbox_interrupt"), 0U);
  EXPECT_EQ(dump.changes.at("mailbox_interrupt").size(), 2U) << "high for the job, low again";
  EXPECT_GE(dump.end, commands.records.back().end.value());

  // At the middle of every command its engine is busy.
  for (const CommandRecord& command : commands.records) {
    const uint64_t middle = (command.start.value() + command.end.value()) / 2;
    const auto& busy = dump.changes.at(std::string(to_string(engine_of(command.opcode))) + "_busy");
    ASSERT_EQ(std::prev(busy.upper_bound(middle))->second, 1U) << middle << " ps";
  }
}

}  // namespace
}  // namespace hwcvp
