// `hwcvp infer` with traces, bandwidth over time, the firmware's log and a debugger.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "platform/onnx_export/onnx_export.h"
#include "tests/models/gdb/rsp_client.h"
#include "tests/support/graph/random_graph.h"
#include "tests/support/program/program.h"
#include "tests/support/program/program_json.h"

namespace hwcvp {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr const char* kInfer = "infer --network graph.onnx --buffer 8KiB ";

class InferRecordings : public testing::Test {
 protected:
  InferRecordings() { write_graph(7); }

  void write_graph(uint64_t seed) const {
    RandomGraphOptions kinds;
    kinds.tables = false;  // files have no nodes for all functions
    write_onnx(random_graph(seed, kinds), folder.path("graph.onnx").string());
  }
  json run_json(const std::string& arguments) const { return hwcvp::run_json(folder, arguments); }

  const ProgramFolder folder;
};

// Of the records of a trace at a socket, those of the operators' names.
std::map<std::string, json> by_operator(const json& info, const std::string& socket) {
  std::map<std::string, json> sums;
  for (const json& layer : info["layers"]) {
    json& sum = sums[layer["name"]];
    for (const auto& [tensor, count] : layer["sockets"][socket].items()) {
      for (const char* field : {"read_bytes", "write_bytes"}) {
        json& bytes = sum[tensor][field];
        bytes = bytes.is_null() ? count[field].get<int64_t>()
                                : bytes.get<int64_t>() + count[field].get<int64_t>();
      }
    }
  }
  return sums;
}

TEST_F(InferRecordings, TracesEveryOperator) {
  for (const uint64_t seed : {7, 11, 12}) {
    SCOPED_TRACE(seed);
    write_graph(seed);
    const json report = run_json(std::string(kInfer) +
                                 "--trace t.hwctrace --trace-socket "
                                 "hwc.memory,control_processor.bus,dram.socket");
    EXPECT_EQ(run_json(kInfer)["operators"], report["operators"]) << "recording changes nothing";
    const json info = run_json("trace info t.hwctrace");
    std::map<std::string, json> accelerator = by_operator(info, "hwc.memory");
    std::map<std::string, json> dram = by_operator(info, "dram.socket");
    size_t ran = 0;
    for (const json& op : report["operators"]) {
      const json& traffic = op["observed"]["traffic"];
      if (traffic["total"] == 0) continue;
      ++ran;
      for (const json& tensors : {accelerator[op["name"]], dram[op["name"]]}) {
        EXPECT_EQ(tensors["input"]["read_bytes"], traffic["input_read"]) << op;
        EXPECT_EQ(tensors["weight"]["read_bytes"], traffic["weight_read"]) << op;
        EXPECT_EQ(tensors["params"]["read_bytes"], traffic["params_read"]) << op;
        EXPECT_EQ(tensors["output"]["write_bytes"], traffic["output_write"]) << op;
        EXPECT_EQ(tensors["other"]["read_bytes"], 0) << op;
      }
      EXPECT_EQ(accelerator[op["name"]]["control"]["read_bytes"], 0);
      EXPECT_GT(dram[op["name"]]["control"]["read_bytes"], 0) << "its descriptor";
    }
    EXPECT_EQ(accelerator.size(), ran);
    EXPECT_GT(ran, 0U);
    EXPECT_EQ(info["sockets"][1]["tensors"]["other"]["read_bytes"], 0) << "the list counts as control";
    EXPECT_EQ(run_json("trace replay t.hwctrace")["differing"], 0);
  }
}

TEST_F(InferRecordings, WritesBandwidthOverTime) {
  const json report = run_json(std::string(kInfer) + "--bandwidth b.csv --set monitor.window_ns=500");
  std::istringstream lines(folder.read("b.csv"));
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(
      line,
      "layer,start_ns,end_ns,input_bytes,weight_bytes,output_bytes,psum_bytes,params_bytes,control_bytes,"
      "observed_gb_per_s,predicted_gb_per_s");
  std::map<std::string, int64_t> moved;
  std::string name;
  double before = 0;
  while (std::getline(lines, line)) {
    std::vector<std::string> fields;
    std::istringstream row(line);
    for (std::string field; std::getline(row, field, ',');) fields.push_back(field);
    ASSERT_EQ(fields.size(), 11U) << line;
    // The processor runs ahead of an operator's end.
    if (fields[0] == name) {
      EXPECT_GT(std::stod(fields[1]), before) << line;
    }
    name = fields[0];
    before = std::stod(fields[1]);
    for (size_t i = 3; i < 8; ++i) moved[fields[0]] += std::stoll(fields[i]);
    EXPECT_GT(std::stod(fields[10]), 0) << line;
  }
  for (const json& op : report["operators"])
    EXPECT_EQ(moved[op["name"]], op["observed"]["traffic"]["total"].get<int64_t>()) << op;
}

TEST_F(InferRecordings, LogsWhatTheFirmwareDoes) {
  const ProgramResult info = folder.run(std::string(kInfer) + "--firmware-log info");
  EXPECT_EQ(info.status, 0);
  EXPECT_THAT(info.err, HasSubstr("firmware: "));
  EXPECT_THAT(folder.run(kInfer).err, ::testing::Not(HasSubstr("firmware: ")));
}

TEST_F(InferRecordings, LeavesTheTraceOfANetworkThatFaults) {
  const ProgramResult result =
      folder.run(std::string(kInfer) + "--trace t.csv --bandwidth b.csv --max-time 0.00005");
  EXPECT_EQ(result.status, 3) << result.err;
  EXPECT_THAT(result.err, HasSubstr("t.csv.partial"));
  EXPECT_THAT(folder.read("t.csv.partial"), HasSubstr("hwc.memory"));
  EXPECT_THAT(folder.read("b.csv.partial"), HasSubstr("layer,start_ns"));
  EXPECT_FALSE(std::filesystem::exists(folder.path("t.csv")));
}

TEST_F(InferRecordings, WaitsForADebugger) {
  auto run =
      std::async(std::launch::async, [this] { return folder.run(std::string(kInfer) + "--gdb 0 --json"); });
  const std::string before = "waiting for a debugger on localhost:";
  std::string text;
  for (int tries = 0; tries < 6000 && text.find('\n', text.find(before)) == std::string::npos; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    text = folder.read(".stderr");
    if (text.find(before) == std::string::npos) text.clear();
  }
  ASSERT_THAT(text, HasSubstr(before));
  gdb::RspClient client(static_cast<uint16_t>(std::stoul(text.substr(text.find(before) + before.size()))));
  client.turn_off_acknowledgements();
  EXPECT_EQ("OK", client.ask("Z3,10000014,4")) << "DOORBELL of the mailbox";
  EXPECT_THAT(client.ask("c"), HasSubstr("rwatch:10000014"));
  EXPECT_EQ("OK", client.ask("z3,10000014,4"));
  EXPECT_EQ("W00", client.ask("c"));
  const ProgramResult result = run.get();
  EXPECT_EQ(result.status, 0) << result.err;
  const json debugged = json::parse(result.out, nullptr, false);
  const json alone = run_json(kInfer);
  EXPECT_EQ(debugged["outputs"], alone["outputs"]);
  for (size_t i = 0; i < alone["operators"].size(); ++i) {
    EXPECT_EQ(debugged["operators"][i]["observed"]["traffic"], alone["operators"][i]["observed"]["traffic"]);
  }
}

TEST_F(InferRecordings, RefusesWhatItCannotRecord) {
  const std::pair<const char*, const char*> kCases[] = {
      {"--trace t.unknown", "--trace: "},
      {"--trace-socket dram.socket", "--trace-socket"},
      {"--trace t.csv --trace-socket nowhere", "--trace-socket: expected some of"},
      {"--trace t.vcd --trace-socket dram.socket", "--trace-socket: not allowed with a .vcd trace"},
      {"--trace t.csv --bandwidth t.csv", "t.csv"},
      {"--trace graph.onnx", "graph.onnx"},
      {"--bandwidth nowhere/b.csv", "nowhere/b.csv"},
      {"--gdb 0 --cpu native", "--gdb: expected the control processor riscv, found native"},
      {"--gdb 70000", "--gdb"},
      {"--firmware-log loud", "--firmware-log: expected one of error, info, debug"},
      {"--relu", "--relu"},
      {"--layout nhwc", "--layout"},
      {"--schedule s.json", "--schedule"},
      {"--output o.npy", "--output"},
  };
  for (const auto& [arguments, problem] : kCases) {
    const ProgramResult result = folder.run(kInfer + std::string(arguments));
    EXPECT_EQ(result.status, 2) << arguments << ": " << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, HasSubstr(problem)) << arguments;
  }
}

}  // namespace
}  // namespace hwcvp
