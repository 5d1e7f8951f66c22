// Faults injected from the command line: each ends in bounded time with one line that names it, and none
// gives a wrong output with exit status 0.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/program/program.h"

namespace hwcvp {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;

class FaultsTest : public ::testing::TestWithParam<const char*> {
 protected:
  FaultsTest() {
    folder.write("layer.json",
                 R"({"name": "small", "in_channels": 4, "in_height": 8, "in_width": 8, "out_channels": 6,
                     "kernel_shape": [3, 3], "output_type": "int16"})");
    folder.write("schedule.json",
                 R"({"loops": [{"dim": "C", "tile": 2}, {"dim": "K", "tile": 2}],
                     "buffer_level": {"input": 1, "weight": 2, "output": 2}})");
  }

  ProgramResult run(const std::string& options) {
    return folder.run(std::string("run --layer layer.json --schedule schedule.json --json --cpu ") +
                      GetParam() + " --set watchdog.instructions=100000 " + options);
  }
  // It ends with 3 and a last line with all of it, on standard error; nothing comes out.
  template <typename Matcher>
  void expect_fault(const std::string& options, Matcher message) {
    const ProgramResult result = run(options);
    EXPECT_EQ(result.status, 3) << options << "\n" << result.err;
    EXPECT_EQ(result.out, "") << options;
    const std::string line = result.err.substr(result.err.rfind("\nhwcvp: ") + 1);
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << options << "\n" << result.err;
    EXPECT_THAT(line, message) << options;
  }
  // It ends with 3, or tells of a wrong output or of wrong traffic, or everything is right.
  void expect_no_silent_error(const std::string& options, int* injected) {
    const ProgramResult result = run(options);
    if (result.err.find("injected fault: ") != std::string::npos) ++*injected;
    EXPECT_THAT(result.status, AnyOf(0, 1, 3)) << options << "\n" << result.err;
    if (result.status == 3) return;
    const json document = json::parse(result.out);
    const json layer = document["layers"][0];
    EXPECT_EQ(document["injected_faults"].empty(), result.err.find("injected fault: ") == std::string::npos)
        << options;
    EXPECT_EQ(result.status == 0, layer["output"]["verified"] == true && layer["match"] == true) << options;
  }

  ProgramFolder folder;
};

TEST_P(FaultsTest, ABusErrorOfEachInitiatorEndsTheRun) {
  expect_fault("--set faults.bus_error_at=3",
               AllOf(HasSubstr("accelerator error: memory port error at address 0x80"),
                     HasSubstr("injected fault: soc.hwc_bus_error: bus error in transaction 3, read of")));
  expect_fault("--set faults.bus_error_at=3 --memory-transport at",
               AllOf(HasSubstr("accelerator error: memory port error"),
                     HasSubstr("injected fault: soc.hwc_bus_error: bus error in transaction 3")));
  expect_fault("--set faults.bus_error_at=40 --set faults.bus_error_initiator=control_processor",
               AllOf(HasSubstr("bus error: "), HasSubstr("injected fault: soc.control_processor_bus_error")));
}

TEST_P(FaultsTest, ABusErrorAnywhereIsNeverSilent) {
  int injected = 0;
  for (const int at : {1, 2, 5, 8, 11, 14}) {
    expect_no_silent_error("--set faults.bus_error_at=" + std::to_string(at), &injected);
  }
  EXPECT_EQ(injected, 6);
}

TEST_P(FaultsTest, ALostInterruptEndsTheRun) {
  expect_fault(
      "--set faults.interrupt=lost",
      AllOf(HasSubstr("no event is left and the job is not done"), HasSubstr(" asleep"),
            HasSubstr("injected fault: soc.accelerator_interrupt_fault: interrupt lost, pulse 1 at")));
  expect_fault("--set faults.interrupt=lost --set faults.interrupt_line=mailbox",
               HasSubstr("injected fault: soc.mailbox_interrupt_fault: interrupt lost, pulse 1 at"));
}

TEST_P(FaultsTest, AnInterruptStuckLowEndsTheRunAsFirmwareThatNeverAnswers) {
  expect_fault("--set faults.interrupt=stuck_low",
               HasSubstr("soc.accelerator_interrupt_fault: interrupt stuck low from pulse 1"));
  expect_fault("--set faults.interrupt=stuck_low --set faults.interrupt_line=mailbox",
               HasSubstr("soc.mailbox_interrupt_fault: interrupt stuck low from pulse 1"));
}

TEST_P(FaultsTest, AnInterruptStuckHighCostsPowerAndNothingElse) {
  for (const char* line : {"accelerator", "mailbox"}) {
    const ProgramResult result =
        run(std::string("--set faults.interrupt=stuck_high --set faults.interrupt_line=") + line);
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("interrupt stuck high from pulse 1"));
    EXPECT_EQ(json::parse(result.out)["layers"][0]["output"]["verified"], true);
  }
}

TEST_P(FaultsTest, ABitFlipShowsInTheOutput) {
  int injected = 0;
  int wrong = 0;
  for (int at = 160; at < 200; at += 2) {
    const std::string options = "--set faults.bit_flip_at=" + std::to_string(at);
    expect_no_silent_error(options, &injected);
    wrong += run(options).status == 1 ? 1 : 0;
  }
  EXPECT_GT(injected, 10);
  EXPECT_GT(wrong, 0);
}

TEST_P(FaultsTest, SecdedCorrectsOneBitAndCountsIt) {
  for (const char* transport : {"lt", "at"}) {
    const ProgramResult result = run(
        std::string("--set dram.secded=true --set faults.bit_flip_at=170 --memory-transport ") + transport);
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.err,
                AllOf(HasSubstr("injected fault: soc.dram_bit_flip: bits flipped before read 170"),
                      HasSubstr(", corrected ")));
    EXPECT_EQ(json::parse(result.out)["layers"][0]["output"]["verified"], true);
  }
}

TEST_P(FaultsTest, SecdedReportsTwoBits) {
  expect_fault("--set dram.secded=true --set faults.bit_flip_at=170 --set faults.bit_flip_mask=3",
               AllOf(HasSubstr("error"),
                     HasSubstr("injected fault: soc.dram_bit_flip: bits flipped before read 170")));
}

TEST_P(FaultsTest, AResetInTheMiddleOfALayerIsNeverSilent) {
  int injected = 0;
  for (const char* at : {"15", "16", "17", "18", "33", "34", "35", "36", "37"}) {
    expect_no_silent_error(std::string("--set faults.reset_at_us=") + at, &injected);
  }
  EXPECT_GT(injected, 0);
}

TEST_P(FaultsTest, ALostCommandIsNeverSilent) {
  int injected = 0;
  for (int at = 1; at <= 12; ++at) {
    expect_no_silent_error("--set faults.lost_write_at=" + std::to_string(at), &injected);
  }
  EXPECT_GT(injected, 6);
}

TEST_P(FaultsTest, ALostRegisterWriteIsNeverSilent) {
  int injected = 0;
  for (int at = 1; at <= 60; at += 6) {
    expect_no_silent_error(
        "--set faults.lost_write_target=hwc --set faults.lost_write_at=" + std::to_string(at), &injected);
  }
  EXPECT_GT(injected, 6);
}

TEST_P(FaultsTest, AnAnswerThatIsLostEndsTheRun) {
  int injected = 0;
  expect_no_silent_error("--set faults.lost_write_target=mailbox --set faults.lost_write_at=1", &injected);
  expect_fault(
      "--set faults.lost_write_target=mailbox --set faults.lost_write_at=2",
      AllOf(HasSubstr("the machine stopped: "),
            HasSubstr("injected fault: soc.mailbox_lost_write: lost write 2, write of 4 bytes at 0x")));
}

INSTANTIATE_TEST_SUITE_P(BothProcessors, FaultsTest, ::testing::Values("riscv", "native"));

}  // namespace
}  // namespace hwcvp
