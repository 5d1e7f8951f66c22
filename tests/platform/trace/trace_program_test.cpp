// The built program and its traces, end to end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/platform/trace/trace_cases.h"

namespace hwcvp {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kLayer =
    R"({"name": "small", "in_channels": 8, "in_height": 12, "in_width": 12, "out_channels": 6,
        "kernel_shape": [3, 3], "output_type": "int16"})";
constexpr const char* kSchedule =
    R"({"loops": [{"dim": "C", "tile": 4}, {"dim": "K", "tile": 2}],
        "buffer_level": {"input": 1, "weight": 2, "output": 2}})";

class TraceProgramTest : public ::testing::Test {
 protected:
  TraceProgramTest() {
    folder.write("layer.json", kLayer);
    folder.write("schedule.json", kSchedule);
  }

  ProgramResult succeed(const std::string& arguments) {
    const ProgramResult result = folder.run(arguments);
    EXPECT_EQ(result.status, 0) << arguments << "\n" << result.err;
    return result;
  }
  json run_json(const std::string& arguments) { return json::parse(succeed(arguments + " --json").out); }

  void expect_refused(const std::string& arguments, const std::string& message) {
    const ProgramResult result = folder.run(arguments);
    EXPECT_EQ(result.status, 2) << arguments << "\n" << result.err;
    EXPECT_EQ(result.out, "") << arguments;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << arguments << "\n" << result.err;
    EXPECT_THAT(result.err, StartsWith("hwcvp: " + message)) << arguments;
  }

  ProgramFolder folder;
  const std::string run = "run --layer layer.json --schedule schedule.json ";
};

// Where the tensors of a report appear in a trace's counts.
void expect_traffic(const json& tensors, const json& traffic) {
  EXPECT_EQ(tensors["input"]["read_bytes"], traffic["input_read"]);
  EXPECT_EQ(tensors["weight"]["read_bytes"], traffic["weight_read"]);
  EXPECT_EQ(tensors["params"]["read_bytes"], traffic["params_read"]);
  EXPECT_EQ(tensors["psum"]["read_bytes"], traffic["psum_read"]);
  EXPECT_EQ(tensors["psum"]["write_bytes"], traffic["psum_write"]);
  EXPECT_EQ(tensors["output"]["write_bytes"], traffic["output_write"]);
}

TEST_F(TraceProgramTest, RecordsWhatTheReportSaysAndReplaysIt) {
  const json report = run_json(run + "--trace t.hwctrace");
  EXPECT_GT(report["layers"][0]["observed"]["traffic"]["psum_write"], 0);
  const json info = run_json("trace info t.hwctrace");
  ASSERT_EQ(info["layers"].size(), 1U);
  EXPECT_EQ(info["layers"][0]["name"], "small");
  const json& counts = info["layers"][0]["sockets"]["hwc.memory"];
  expect_traffic(counts, report["layers"][0]["observed"]["traffic"]);
  expect_traffic(counts, report["layers"][0]["predicted"]["traffic"]);
  EXPECT_EQ(info["sockets"][0]["tensors"], counts);

  const json replay = run_json("trace replay t.hwctrace");
  EXPECT_EQ(replay["tensors"], counts);
  EXPECT_EQ(replay["replayed"], info["records"]);
  EXPECT_EQ(replay["differing"], 0);
  EXPECT_EQ(replay["left_out"], 0);
}

TEST_F(TraceProgramTest, TheDramSeesWhatAllOthersSend) {
  const json report =
      run_json(run + "--trace t.hwctrace --trace-socket hwc.memory,control_processor.bus,dram.socket");
  const json info = run_json("trace info t.hwctrace");
  const json& sockets = info["layers"][0]["sockets"];
  expect_traffic(sockets["dram.socket"], report["layers"][0]["predicted"]["traffic"]);
  const json& control = report["layers"][0]["observed"]["control"];
  EXPECT_GE(sockets["control_processor.bus"]["control"]["read_bytes"], control["read"]);
  EXPECT_GT(sockets["dram.socket"]["control"]["read_bytes"], 0) << "the job";
  EXPECT_LT(sockets["dram.socket"]["control"]["read_bytes"],
            sockets["control_processor.bus"]["control"]["read_bytes"]);
  const json replay = run_json("trace replay t.hwctrace");
  EXPECT_EQ(replay["sockets"], json{"dram.socket"});
  EXPECT_EQ(replay["tensors"], info["sockets"][2]["tensors"]);
}

// A format is the same whether written at once or converted.
TEST_F(TraceProgramTest, ConvertsToEveryFormat) {
  run_json(run + "--trace t.hwctrace");
  for (const std::string suffix :
       {".csv", ".dramsim3.trace", ".ramulator2.trace", ".stl", ".perfetto-trace", ".hwctrace"}) {
    run_json(run + "--trace direct" + suffix);
    succeed("trace convert t.hwctrace converted" + suffix);
    EXPECT_EQ(folder.read("converted" + suffix), folder.read("direct" + suffix)) << suffix;
    EXPECT_GT(folder.read("direct" + suffix).size(), 100U) << suffix;
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path("")), fs::directory_iterator{}), 2 + 1 + 12 + 2)
      << "layer, schedule, traces, outputs of the shell: nothing partial is left";
}

TEST_F(TraceProgramTest, ConvertsARangeOfTime) {
  run_json(run + "--trace t.hwctrace");
  succeed("trace convert t.hwctrace all.csv");
  succeed("trace convert t.hwctrace some.csv --from 20us --to 0.033ms");
  std::vector<std::string> expected;
  for (const std::string& line : read_lines(folder.path("all.csv"))) {
    const bool head = line[0] == 's';
    const uint64_t start = head ? 0 : std::stoull(line);
    if (head || (start >= 20000000 && start < 33000000)) expected.push_back(line);
  }
  ASSERT_GT(expected.size(), 3U);
  EXPECT_EQ(read_lines(folder.path("some.csv")), expected);
}

TEST_F(TraceProgramTest, NetworksHaveTheirLayers) {
  const json report = run_json("run --network alexnet --buffer 64KiB --cpu native --trace t.hwctrace");
  const json info = run_json("trace info t.hwctrace");
  ASSERT_EQ(info["layers"].size(), report["layers"].size());
  for (size_t i = 0; i < report["layers"].size(); ++i) {
    EXPECT_EQ(info["layers"][i]["name"], report["layers"][i]["name"]);
    expect_traffic(info["layers"][i]["sockets"]["hwc.memory"], report["layers"][i]["observed"]["traffic"]);
  }
}

TEST_F(TraceProgramTest, PrintsForPeople) {
  succeed(run + "--trace t.hwctrace");
  EXPECT_THAT(succeed("trace info t.hwctrace").out, HasSubstr("hwc.memory  input"));
  EXPECT_THAT(succeed("trace replay t.hwctrace").out, HasSubstr(" replayed, 0 left out, 0 differed\n"));
  for (const char* help :
       {"trace --help", "trace info --help", "trace convert --help", "trace replay --help"}) {
    EXPECT_THAT(succeed(help).out, HasSubstr("Example:"));
  }
}

TEST_F(TraceProgramTest, BadUsage) {
  succeed(run + "--trace t.hwctrace");
  const struct {
    std::string arguments;
    const char* message;
  } kCases[] = {
      {run + "--trace t.txt", "--trace: t.txt: expected a name that ends in one of .hwctrace, .csv"},
      {run + "--trace none/t.csv", "none/t.csv: cannot be written: No such file or directory"},
      {run + "--trace-socket hwc.memory", "--trace-socket: expected --trace with it"},
      {run + "--trace u.csv --trace-socket hwc", "--trace-socket: expected some of hwc.memory, control_proc"},
      {run + "--trace u.csv --trace-socket hwc.memory,", "--trace-socket: expected values between commas"},
      {run + "--trace u.vcd --trace-socket hwc.memory", "--trace-socket: not allowed with a .vcd trace"},
      {"trace", "trace: expected one of convert, info, replay, found \"\""},
      {"trace list", "trace: expected one of convert, info, replay, found \"list\""},
      {"trace info", "FILE: expected, but not given"},
      {"trace info none.hwctrace", "none.hwctrace: expected a file, found none"},
      {"trace info layer.json", "layer.json: expected a binary trace (.hwctrace)"},
      {"trace info t.hwctrace t.hwctrace", "t.hwctrace: unexpected argument"},
      {"trace replay layer.json", "layer.json: expected a binary trace (.hwctrace)"},
      {"trace convert t.hwctrace", "OUT: expected, but not given"},
      {"trace convert t.hwctrace u.txt", "OUT: u.txt: expected a name that ends in one of"},
      {"trace convert t.hwctrace u.vcd", "u.vcd: expected a format of transactions"},
      {"trace convert t.hwctrace u.csv --from 1", "--from: expected a time such as 500ns"},
      {"trace convert t.hwctrace u.csv --from -1us", "--from: expected a time such as 500ns"},
      {"trace convert t.hwctrace u.csv --to 1e3us", "--to: expected a time such as 500ns"},
      {"trace convert t.hwctrace u.csv --to 99999999s", "--to: expected a time below 2^64 ps"},
      {"trace convert t.hwctrace u.csv --from 2us --to 2us", "--to: expected a time after --from"},
      {"trace convert t.hwctrace u.csv t.csv", "t.csv: unexpected argument"},
  };
  for (const auto& c : kCases) expect_refused(c.arguments, c.message);
  EXPECT_FALSE(fs::exists(folder.path("u.csv")));
}

TEST_F(TraceProgramTest, AFullDiskEndsTheRun) {
  for (const std::string name : {"t.csv", "t.hwctrace", "t.pftrace", "t.vcd"}) {
    fs::create_symlink("/dev/full", folder.path(name));
    const ProgramResult result = folder.run(run + "--trace " + name);
    EXPECT_EQ(result.status, 3) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "hwcvp: " + name + ": writing failed: No space left on device\n");
  }
}

// A limit on the size of files stands in for a disk that fills up midway.
TEST_F(TraceProgramTest, NothingIsLeftOfATraceThatCouldNotBeWritten) {
  for (const std::string name : {"t.csv", "t.dramsim3.trace"}) {
    const ProgramResult result = folder.shell("ulimit -f 1; '" HWCVP_PROGRAM "' " + run + "--trace " + name);
    EXPECT_EQ(result.status, 3) << result.err;
    EXPECT_EQ(result.err, "hwcvp: " + name + ": writing failed: File too large\n");
    EXPECT_FALSE(fs::exists(folder.path(name)));
    EXPECT_EQ(folder.shell("ls | grep tmp").out, "");
  }
}

TEST_F(TraceProgramTest, DamagedTracesAreRefused) {
  succeed(run + "--trace t.hwctrace");
  const std::string whole = folder.read("t.hwctrace");
  folder.write("cut.hwctrace", whole.substr(0, whole.size() / 2));
  std::string damaged = whole;
  damaged[whole.size() / 2] = static_cast<char>(damaged[whole.size() / 2] ^ 0x20);
  folder.write("bad.hwctrace", damaged);
  for (const std::string command : {"info ", "replay "}) {
    expect_refused("trace " + command + "cut.hwctrace", "cut.hwctrace: at byte ");
    expect_refused("trace " + command + "bad.hwctrace", "bad.hwctrace: at byte ");
  }
  expect_refused("trace convert cut.hwctrace u.csv", "cut.hwctrace: at byte ");
  expect_refused("trace convert bad.hwctrace u.csv", "bad.hwctrace: at byte ");
  EXPECT_FALSE(fs::exists(folder.path("u.csv")));
  EXPECT_EQ(folder.shell("ls | grep u.csv").out, "");
}

TEST_F(TraceProgramTest, AnInterruptedRunLeavesItsTraceUnderAnotherName) {
  // One command for each multiplication: far more than can be done before the interrupt.
  folder.write("layer.json", R"({"name": "long", "in_channels": 256, "in_height": 64, "in_width": 64,
                                 "out_channels": 256, "kernel_shape": [3, 3]})");
  folder.write("schedule.json", R"({"loops": [{"dim": "OY", "tile": 1}, {"dim": "OX", "tile": 1},
                                              {"dim": "K", "tile": 1}, {"dim": "C", "tile": 1}],
                                    "buffer_level": {"input": 4, "weight": 4, "output": 4}})");
  const ProgramResult result =
      folder.shell("'" HWCVP_PROGRAM "' " + run +
                   "--trace t.csv & pid=$!\n"
                   "while ! [ -s t.csv.hwcvp-*.tmp ] && kill -0 $pid; do sleep 0.05; done\n"
                   "kill -TERM $pid; wait $pid");
  EXPECT_EQ(result.status, 130) << result.err;
  EXPECT_FALSE(fs::exists(folder.path("t.csv")));
  EXPECT_THAT(result.err, HasSubstr("the trace up to here is left in "));
  const std::vector<std::string> lines = read_lines(folder.path("t.csv.partial"));
  ASSERT_GT(lines.size(), 1000U);
  EXPECT_THAT(lines.back(), EndsWith(",ok"));
}

// Files that were made to be wrong, whole by their CRCs.
TEST_F(TraceProgramTest, NumbersThatNoTraceHasAreRefused) {
  const std::string data = HWCVP_TEST_DATA "/traces/";
  for (const char* const command : {"trace info ", "trace replay "}) {
    expect_refused(command + data + "cycle-float.hwctrace",
                   data + "cycle-float.hwctrace: header: cycle_ps: expected an integer between 1 and");
    expect_refused(command + data + "wrap-address.hwctrace", data + "wrap-address.hwctrace: at byte ");
  }
}

TEST_F(TraceProgramTest, NamesWithControlCharactersAreEscaped) {
  const std::string file = HWCVP_TEST_DATA "/traces/evil-names.hwctrace";
  const auto has_control = [](const std::string& text) { return text.find('\x1b') != std::string::npos; };
  const std::string info = succeed("trace info " + file).out;
  EXPECT_FALSE(has_control(info)) << info;
  EXPECT_THAT(info, HasSubstr("a\\n\\x1b[31mRED"));
  EXPECT_FALSE(has_control(succeed("trace info " + file + " --json").out));
  EXPECT_FALSE(has_control(succeed("trace replay " + file).out));
  succeed("trace convert " + file + " t.csv");
  EXPECT_FALSE(has_control(folder.read("t.csv")));
  EXPECT_THAT(folder.read("t.csv"), HasSubstr(",'=cmd()\\n\\x1b[2J,a\\n\\x1b[31mRED,"));
}

}  // namespace
}  // namespace hwcvp
