// Debuggers at the firmware, from outside of the built program: GDB itself, and a plain client of its
// protocol.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <future>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "models/gdb/hexadecimal.h"
#include "sw/job.h"
#include "tests/models/gdb/rsp_client.h"
#include "tests/support/program/program.h"

namespace hwcvp {
namespace {

using gdb::RspClient;
using nlohmann::json;
using ::testing::HasSubstr;

constexpr const char* kLayer =
    R"({"name": "small", "in_channels": 8, "in_height": 12, "in_width": 12, "out_channels": 16, "kernel_shape": [3, 3]})";
constexpr const char* kRun = "run --layer layer.json --buffer 2KiB --json";

class DebuggerTest : public ::testing::Test {
 protected:
  DebuggerTest() { folder.write("layer.json", kLayer); }

  // Starts a run that waits for a debugger.
  std::future<ProgramResult> start() {
    return std::async(std::launch::async, [this] { return folder.run(std::string(kRun) + " --gdb 0"); });
  }

  // The port, once the program has told it.
  uint16_t port() const {
    for (int tries = 0; tries < 1000; ++tries) {
      const std::string text = folder.read(".stderr");
      const std::string before = "waiting for a debugger on localhost:";
      const size_t at = text.find(before);
      if (at != std::string::npos && text.find('\n', at) != std::string::npos) {
        return static_cast<uint16_t>(std::stoul(text.substr(at + before.size())));
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("the program does not wait for a debugger: " + folder.read(".stderr"));
  }

  // The debugged run must end as one without a debugger: nothing that is observed or computed may differ.
  void expect_undisturbed(const ProgramResult& result) {
    EXPECT_EQ(0, result.status) << result.err;
    const json debugged = json::parse(result.out, nullptr, false);
    const json alone = json::parse(folder.run(kRun).out, nullptr, false);
    ASSERT_FALSE(debugged.is_discarded()) << result.out;
    const json& layer = debugged["layers"][0];
    EXPECT_TRUE(layer["match"]);
    EXPECT_TRUE(layer["output"]["verified"]);
    EXPECT_EQ(alone["layers"][0]["output"], layer["output"]);
    for (const char* what : {"traffic", "commands", "control"}) {
      EXPECT_EQ(alone["layers"][0]["observed"][what], layer["observed"][what]) << what;
    }
  }

  static std::string address_of(const std::string& symbol) {
    ProgramFolder scratch;
    std::istringstream lines(scratch.shell("'" HWCVP_RISCV_NM "' '" HWCVP_FIRMWARE_ELF "'").out);
    for (std::string line; std::getline(lines, line);) {
      if (line.size() > symbol.size() && line.substr(line.rfind(' ') + 1) == symbol) {
        return line.substr(0, line.find(' '));
      }
    }
    throw std::runtime_error("the firmware has no symbol " + symbol);
  }

  ProgramFolder folder;
};

TEST_F(DebuggerTest, GdbStopsInTheFirmwareReadsTheJobAndRunsToTheEnd) {
  if (folder.shell("command -v gdb-multiarch").status != 0) GTEST_SKIP() << "gdb-multiarch is not installed";
  auto run = start();
  ProgramFolder debuggers;
  debuggers.write("session.gdb",
                  "set pagination off\n"
                  "break job_check_layer\n"
                  "continue\n"
                  "print *job\n"
                  "printf \"channels %u to %u\\n\", job->in_channels, job->out_channels\n"
                  "x/wx 0x10000000\n"  // ID of the mailbox
                  "stepi\n"
                  "next\n"
                  "next\n"
                  "finish\n"
                  "delete\n"
                  "watch *(unsigned*)0x80080000\n"  // magic word of the status block, in the DRAM
                  "continue\n"
                  "backtrace 1\n"
                  "delete\n"
                  "continue\n");
  const ProgramResult gdb = debuggers.shell(
      "timeout 60 gdb-multiarch -nx -batch -ex 'set confirm off' -ex 'file " HWCVP_FIRMWARE_ELF
      "' -ex 'target remote localhost:" +
      std::to_string(port()) + "' -x session.gdb 2>&1");
  const std::string& out = gdb.out;
  EXPECT_EQ(0, gdb.status);
  EXPECT_THAT(out, HasSubstr("_start () at ")) << "stands still before the first instruction";
  EXPECT_THAT(out, HasSubstr("Breakpoint 1, job_check_layer"));
  EXPECT_THAT(out, HasSubstr("magic = 826955592")) << "the job descriptor as a structure";
  EXPECT_THAT(out, HasSubstr("kernel_shape = {3, 3}"));
  EXPECT_THAT(out, HasSubstr("channels 8 to 16"));
  EXPECT_THAT(out, HasSubstr("0x10000000:\t0x3158424d"));
  EXPECT_THAT(out, HasSubstr("Value returned is $2 = {result = 0"));
  EXPECT_THAT(out, HasSubstr("New value = 827545416")) << "HWC_STATUS_MAGIC";
  EXPECT_THAT(out, HasSubstr("write_status"));
  EXPECT_THAT(out, HasSubstr("exited normally")) << out;
  expect_undisturbed(run.get());
}

TEST_F(DebuggerTest, APlainClientStopsReadsTheJobStepsAndRunsToTheEnd) {
  auto run = start();
  RspClient client(port());
  client.turn_off_acknowledgements();
  EXPECT_EQ("T05thread:1;", client.ask("?"));
  const std::string breakpoint = "0," + address_of("job_check_layer") + ",2";
  EXPECT_EQ("OK", client.ask("Z" + breakpoint));
  EXPECT_EQ("T05thread:1;", client.ask("c"));

  const auto register_value = [&](const std::string& number) {
    const std::string bytes = gdb::parse_bytes(client.ask("p" + number)).value();
    uint64_t value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  };
  std::ostringstream request;
  request << "m" << std::hex << register_value("a") << "," << sizeof(hwc_job);  // a0 has the job's address
  const std::string bytes = gdb::parse_bytes(client.ask(request.str())).value();
  hwc_job job{};
  ASSERT_EQ(sizeof job, bytes.size());
  std::memcpy(&job, bytes.data(), sizeof job);
  EXPECT_EQ(HWC_JOB_MAGIC, job.magic);
  EXPECT_EQ(8u, job.in_channels);
  EXPECT_EQ(16u, job.out_channels);

  uint64_t pc = register_value("20");
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ("T05thread:1;", client.ask("s"));
    const uint64_t next = register_value("20");
    EXPECT_NE(pc, next);
    pc = next;
  }
  EXPECT_EQ("OK", client.ask("z" + breakpoint));
  EXPECT_EQ("W00", client.ask("c"));
  expect_undisturbed(run.get());
}

// The firmware looks for the next job when it has reported the end of this one: ahead of the simulated time,
// in which the run has ended by then.
TEST_F(DebuggerTest, TheLastReadWatchpointBeforeTheEndOfARunIsTold) {
  auto run = start();
  RspClient client(port());
  client.turn_off_acknowledgements();
  EXPECT_EQ("OK", client.ask("Z3,10000014,4")) << "DOORBELL of the mailbox";
  std::vector<std::string> magics;  // of the status block, at each stop
  std::string reply = client.ask("c");
  for (; reply.substr(0, 3) == "T05" && magics.size() < 10; reply = client.ask("c")) {
    EXPECT_THAT(reply, HasSubstr("rwatch:10000014"));
    magics.push_back(client.ask("m80080000,4"));
  }
  EXPECT_EQ("W00", reply);
  ASSERT_GE(magics.size(), 2u);
  EXPECT_EQ("00000000", magics.front());
  std::ostringstream magic;
  for (int byte = 0; byte < 4; ++byte) {
    magic << std::hex << std::setw(2) << std::setfill('0') << (HWC_STATUS_MAGIC >> (8 * byte) & 0xff);
  }
  EXPECT_EQ(magic.str(), magics.back()) << "the read behind the end of the job";
  expect_undisturbed(run.get());
}

TEST_F(DebuggerTest, RunsOnWhenTheDebuggerLeavesOrTalksNonsense) {
  auto run = start();
  RspClient client(port());
  EXPECT_EQ("OK", client.ask("Z0," + address_of("firmware_run_job") + ",2")) << "is not to stop anybody";
  client.send_raw("$m2000000#00$$$###\x03\xff}");
  client.disconnect(true);
  expect_undisturbed(run.get());
}

TEST_F(DebuggerTest, KillIsAFault) {
  auto run = start();
  RspClient client(port());
  client.send("k");
  const ProgramResult result = run.get();
  EXPECT_EQ(3, result.status);
  EXPECT_EQ("", result.out);
  EXPECT_THAT(result.err,
              HasSubstr("hwcvp: control processor soc.control_processor: killed by the debugger"));
}

TEST_F(DebuggerTest, AnInterruptOfTheProgramEndsTheWait) {
  const ProgramResult result = folder.shell(
      "'" HWCVP_PROGRAM "' " + std::string(kRun) +
      " --gdb 0 2> log & pid=$!; while ! grep -q 'waiting for a debugger' log; do sleep 0.05; done; "
      "kill -TERM $pid; wait $pid");
  EXPECT_EQ(130, result.status);
}

}  // namespace
}  // namespace hwcvp
