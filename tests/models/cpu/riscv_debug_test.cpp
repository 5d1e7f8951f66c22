// The emulated core under a debugger that follows a script.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/cpu/control_processor_loader.h"
#include "models/cpu/debugger.h"
#include "tests/support/accelerators/control_processor_bench.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

using Resume = Debugger::Resume;
using Signal = DebugStop::Signal;
using sc_core::sc_time;

constexpr uint64_t kMemory = TestBus::kMemoryBase;
constexpr uint64_t kRam = 0x20000000;

// One action for each time that the core stands still; then it is let go for good.
class ScriptedDebugger : public Debugger {
 public:
  using Action = std::function<Resume(DebugCore& core, const DebugStop& stop)>;

  std::vector<Action> script;
  std::vector<DebugStop> stops;
  std::function<bool()> interrupts;

  Resume halted(DebugCore& core, const DebugStop& stop) override {
    stops.push_back(stop);
    const uint64_t before = sc_core::sc_time_stamp().value();
    const Resume how = stops.size() <= script.size() ? script[stops.size() - 1](core, stop) : Resume::detach;
    EXPECT_EQ(before, sc_core::sc_time_stamp().value()) << "the core stands still";
    return how;
  }
  bool wants_halt() override { return interrupts && interrupts(); }
};

Resume let_run(DebugCore& /*core*/, const DebugStop& /*stop*/) { return Resume::run; }
Resume let_step(DebugCore& /*core*/, const DebugStop& /*stop*/) { return Resume::step; }
uint64_t pc_of(DebugCore& core) { return core.read_register(DebugCore::kPc); }

class RiscvDebugTest : public SystemcTest {
 protected:
  std::unique_ptr<CoreBench> bench(const std::string& program, const char* name = "core") {
    ControlProcessorProperties properties;
    properties.mailbox_base = TestBus::kMailboxBase;
    properties.firmware_image = std::string(HWCVP_TEST_PROGRAMS) + "/" + program + ".bin";
    auto machine = std::make_unique<CoreBench>(make_control_processor("riscv", name, properties));
    machine->core->attach(debugger);
    return machine;
  }

  ScriptedDebugger debugger;
};

TEST_F(RiscvDebugTest, StandsStillBeforeTheFirstInstruction) {
  const auto machine = bench("write_loop");
  debugger.script = {[&](DebugCore& core, const DebugStop& stop) {
    EXPECT_EQ(Signal::trap, stop.signal);
    EXPECT_EQ(kRam, pc_of(core));
    EXPECT_EQ(TestBus::kMailboxBase, core.read_register(10));
    EXPECT_EQ(0u, machine->core->statistics().instructions);
    EXPECT_EQ(sc_core::SC_ZERO_TIME, sc_core::sc_time_stamp());
    return Resume::detach;
  }};
  CoreBench::run_ns(1000);
  EXPECT_EQ(1u, debugger.stops.size());
  EXPECT_LT(8u, machine->bus.log.size()) << "it runs on alone";
}

// The loop of 1000 rounds, an instruction at a time: as many instructions as without a debugger.
TEST_F(RiscvDebugTest, StepsOneInstructionAtATime) {
  const auto machine = bench("count_loop");
  std::vector<uint64_t> pcs;
  debugger.script.assign(2010, [&](DebugCore& core, const DebugStop&) {
    pcs.push_back(pc_of(core));
    EXPECT_EQ(pcs.size() - 1, machine->core->statistics().instructions);
    return Resume::step;
  });
  CoreBench::run_ns(100000);
  EXPECT_EQ(2003u, machine->bus.word(kMemory + 4) - machine->bus.word(kMemory))
      << "ns: an instruction each from one read of the time to the other";
  EXPECT_EQ(3u + 2004 + 3, machine->core->statistics().instructions);
  EXPECT_EQ(kRam + 4, pcs.at(1)) << "lui, which is not compressed";
  EXPECT_EQ(1u, machine->core->statistics().sleeps) << "the last step is the WFI";
  EXPECT_TRUE(machine->faults.empty());
}

TEST_F(RiscvDebugTest, StopsAtABreakpointInEveryRound) {
  const auto machine = bench("write_loop");
  const uint64_t loop = kRam + 6;  // addi s1,s1,1 after li and c.li
  unsigned round = 0;
  const auto check = [&](DebugCore& core, const DebugStop& stop) {
    EXPECT_EQ(Signal::trap, stop.signal);
    EXPECT_EQ(loop, pc_of(core));
    EXPECT_EQ(round, core.read_register(9)) << "s1, before it is counted up";
    EXPECT_EQ(round, machine->bus.log.size());
    EXPECT_EQ(2 + 100u * round, machine->core->statistics().instructions);
    EXPECT_EQ(sc_time(2 + 100.0 * round, sc_core::SC_NS), sc_core::sc_time_stamp()) << "all of it has passed";
    ++round;
    return Resume::run;
  };
  debugger.script.assign(6, check);
  debugger.script[0] = [&](DebugCore& core, const DebugStop&) {
    EXPECT_TRUE(core.insert_breakpoint(loop));
    EXPECT_TRUE(core.insert_breakpoint(loop)) << "a second time";
    return Resume::run;
  };
  debugger.script.emplace_back([&](DebugCore& core, const DebugStop&) {
    core.remove_breakpoint(loop);
    return Resume::run;
  });
  CoreBench::run_ns(10000);
  EXPECT_EQ(7u, debugger.stops.size()) << "none after it was removed";
  EXPECT_LT(90u, machine->bus.log.size());
  EXPECT_EQ(machine->bus.log[0].time_ns + 9000, machine->bus.log[90].time_ns) << "100 instructions a round";
}

TEST_F(RiscvDebugTest, StepsOverABreakpointAndOntoOne) {
  const auto machine = bench("write_loop");
  std::vector<uint64_t> pcs;
  debugger.script.assign(6, [&](DebugCore& core, const DebugStop&) {
    pcs.push_back(pc_of(core));
    return Resume::step;
  });
  debugger.script[0] = [&](DebugCore& core, const DebugStop&) {
    for (const uint64_t offset : {0, 4, 6, 8}) EXPECT_TRUE(core.insert_breakpoint(kRam + offset));
    return Resume::step;
  };
  debugger.script[5] = [&](DebugCore& core, const DebugStop&) {
    EXPECT_EQ(1u, core.read_register(9)) << "nothing ran twice or not at all";
    return Resume::detach;
  };
  CoreBench::run_ns(1000);
  EXPECT_EQ((std::vector<uint64_t>{kRam + 4, kRam + 6, kRam + 8, kRam + 10}), pcs);
}

TEST_F(RiscvDebugTest, BreakpointsDoNotShowInMemory) {
  const auto machine = bench("write_loop");
  debugger.script = {[&](DebugCore& core, const DebugStop&) {
    unsigned char before[16];
    unsigned char with[16];
    EXPECT_EQ(sizeof before, core.read_memory(kRam, before, sizeof before));
    EXPECT_TRUE(core.insert_breakpoint(kRam + 4));
    EXPECT_TRUE(core.insert_breakpoint(kRam + 8));
    EXPECT_EQ(sizeof with, core.read_memory(kRam, with, sizeof with));
    EXPECT_EQ(std::vector<unsigned char>(before, before + 16), std::vector<unsigned char>(with, with + 16));
    const unsigned char five[] = {0x95, 0x44};  // c.li s1,5 in place of c.li s1,0, under the breakpoint
    EXPECT_EQ(sizeof five, core.write_memory(kRam + 4, five, sizeof five));
    return Resume::run;
  }};
  CoreBench::run_ns(150);
  EXPECT_EQ(2u, debugger.stops.size());
  EXPECT_EQ(6u, machine->bus.log.at(0).value) << "the changed instruction ran";
}

TEST_F(RiscvDebugTest, CodeThatHasRunCanBeChanged) {
  const auto machine = bench("write_loop");
  debugger.interrupts = [&] { return debugger.stops.size() == 1 && machine->bus.log.size() >= 10; };
  debugger.script = {let_run, [](DebugCore& core, const DebugStop& stop) {
                       EXPECT_EQ(Signal::interrupt, stop.signal);
                       const unsigned char add_four[] = {0x91, 0x04};  // c.addi s1,4 in place of c.addi s1,1
                       EXPECT_EQ(sizeof add_four, core.write_memory(kRam + 6, add_four, sizeof add_four));
                       core.write_register(9, 1000);
                       return Resume::detach;
                     }};
  CoreBench::run_ns(5000);
  const auto& log = machine->bus.log;
  ASSERT_LT(20u, log.size());
  EXPECT_EQ(4u, log.back().value - log[log.size() - 2].value);
  EXPECT_LT(1000u, log.back().value);
}

TEST_F(RiscvDebugTest, RefusesBreakpointsOutsideTheRamAndEmptyWatchpoints) {
  const auto machine = bench("write_loop");
  debugger.script = {[&](DebugCore& core, const DebugStop&) {
    const uint64_t end = kRam + 256 * 1024;
    for (const uint64_t address : {kRam + 1, kRam - 2, end, end - 1, kMemory, uint64_t{0}, ~uint64_t{1}}) {
      EXPECT_FALSE(core.insert_breakpoint(address)) << std::hex << address;
    }
    EXPECT_TRUE(core.insert_breakpoint(end - 2));
    EXPECT_FALSE(core.insert_watchpoint({WatchKind::write, kMemory, 0}));
    EXPECT_FALSE(core.insert_watchpoint({WatchKind::write, ~uint64_t{0}, 2}));
    unsigned char bytes[8];
    EXPECT_EQ(2u, core.read_memory(end - 2, bytes, sizeof bytes)) << "nothing after the RAM answers";
    EXPECT_EQ(0u, core.read_memory(0, bytes, sizeof bytes));
    EXPECT_EQ(0u, core.write_memory(~uint64_t{0}, bytes, sizeof bytes));
    return Resume::detach;
  }};
  CoreBench::run_ns(1000);
  EXPECT_LT(8u, machine->bus.log.size());
}

// Watches everything: each stop must tell of an access that the bus then has in its log.
TEST_F(RiscvDebugTest, WatchpointsSeeEveryAccessOfTheBus) {
  const auto machine = bench("data_accesses");
  debugger.script.assign(100, let_run);
  debugger.script[0] = [](DebugCore& core, const DebugStop&) {
    EXPECT_TRUE(core.insert_watchpoint({WatchKind::access, 0, ~uint64_t{0}}));
    return Resume::run;
  };
  CoreBench::run_ns(10000);
  std::vector<uint64_t> watched;
  for (const DebugStop& stop : debugger.stops) {
    if (stop.watched) watched.push_back(stop.watched->address);
  }
  std::vector<uint64_t> seen;
  for (const RecordedAccess& access : machine->bus.log) {
    // 8 bytes travel as two halves, of which the debugger knows the first.
    const bool second_half = !seen.empty() && access.bytes == 4 && access.address == seen.back() + 4 &&
                             access.address % 8 == 4 &&
                             std::count(watched.begin(), watched.end(), access.address) == 0;
    if (!second_half) seen.push_back(access.address);
  }
  EXPECT_EQ(25u, watched.size());
  EXPECT_EQ(seen, watched);
  EXPECT_TRUE(machine->faults.empty());
}

TEST_F(RiscvDebugTest, WatchpointsTellReadsFromWritesAndKeepToTheirBytes) {
  const auto machine = bench("access_sizes");
  debugger.script.assign(20, let_run);
  debugger.script[0] = [](DebugCore& core, const DebugStop&) {
    EXPECT_TRUE(core.insert_watchpoint({WatchKind::write, kMemory, 0x10})) << "is only read";
    EXPECT_TRUE(core.insert_watchpoint({WatchKind::read, kMemory + 0x20, 0x10})) << "is only written";
    EXPECT_TRUE(core.insert_watchpoint({WatchKind::read, kMemory + 0x0d, 1}));   // by lh at 0x0c
    EXPECT_TRUE(core.insert_watchpoint({WatchKind::write, kMemory + 0x27, 1}));  // by sd at 0x20
    EXPECT_TRUE(core.insert_watchpoint({WatchKind::access, kMemory + 0x10, 0x10}));
    EXPECT_TRUE(core.insert_watchpoint({WatchKind::write, kMemory + 0x2e, 1}));  // between sh and sb
    return Resume::run;
  };
  debugger.interrupts = [&] { return false; };
  CoreBench::run_ns(1000);
  ASSERT_EQ(3u, debugger.stops.size());
  EXPECT_EQ(kMemory + 0x27, debugger.stops[1].watched->address);
  EXPECT_EQ(WatchKind::write, debugger.stops[1].watched->kind);
  EXPECT_EQ(kMemory + 0x0d, debugger.stops[2].watched->address);
  EXPECT_EQ(WatchKind::read, debugger.stops[2].watched->kind);
}

TEST_F(RiscvDebugTest, BreakpointsHoldWhileWatching) {
  const auto machine = bench("write_loop");
  debugger.script = {[](DebugCore& core, const DebugStop&) {
                       EXPECT_TRUE(core.insert_watchpoint({WatchKind::write, kMemory, 4}));
                       EXPECT_TRUE(core.insert_breakpoint(kRam + 6));
                       return Resume::run;
                     },
                     [](DebugCore& core, const DebugStop& stop) {
                       EXPECT_FALSE(stop.watched);
                       EXPECT_EQ(kRam + 6, pc_of(core));
                       return Resume::run;
                     },
                     [](DebugCore& core, const DebugStop& stop) {
                       EXPECT_TRUE(stop.watched);
                       core.remove_watchpoint({WatchKind::write, kMemory, 4});
                       return Resume::run;
                     },
                     [](DebugCore& core, const DebugStop& stop) {
                       EXPECT_FALSE(stop.watched);
                       EXPECT_EQ(kRam + 6, pc_of(core)) << "the next round";
                       return Resume::detach;
                     }};
  CoreBench::run_ns(1000);
  EXPECT_EQ(4u, debugger.stops.size());
}

TEST_F(RiscvDebugTest, AFaultIsShownToTheDebuggerFirst) {
  const struct {
    const char* program;
    Signal signal;
    uint64_t pc;
  } cases[] = {
      {"illegal_instruction", Signal::illegal_instruction, kRam + 4},
      {"environment_call", Signal::illegal_instruction, kRam + 2},
      {"jump_outside", Signal::bad_address, 0x50000000},
  };
  std::vector<std::unique_ptr<CoreBench>> machines;
  std::vector<std::unique_ptr<ScriptedDebugger>> debuggers;
  for (const auto& c : cases) {
    machines.push_back(bench(c.program, c.program));
    debuggers.push_back(std::make_unique<ScriptedDebugger>());
    CoreBench& machine = *machines.back();
    debuggers.back()->script = {let_run, [&machine, c](DebugCore& core, const DebugStop& stop) {
                                  EXPECT_EQ(c.signal, stop.signal) << c.program;
                                  EXPECT_EQ(c.pc, pc_of(core)) << c.program;
                                  EXPECT_TRUE(machine.faults.empty()) << "the debugger comes first";
                                  return Resume::run;
                                }};
    machine.core->attach(*debuggers.back());
  }
  CoreBench::run_ns(1000);
  for (size_t i = 0; i < machines.size(); ++i) {
    EXPECT_EQ(2u, debuggers[i]->stops.size()) << cases[i].program;
    EXPECT_EQ(1u, machines[i]->faults.size()) << cases[i].program;
  }
}

TEST_F(RiscvDebugTest, SteppingMeetsTheSameFaults) {
  const auto machine = bench("environment_call");
  debugger.script.assign(10, let_step);
  CoreBench::run_ns(1000);
  EXPECT_EQ(3u, debugger.stops.size()) << "the start, after the nop, and the ecall";
  EXPECT_EQ(Signal::illegal_instruction, debugger.stops.back().signal);
  EXPECT_EQ(std::vector<std::string>{"control processor core: ecall, pc 0x20000002"}, machine->faults);
}

TEST_F(RiscvDebugTest, ABusErrorStopsAndStillEndsAllAccesses) {
  const auto machine = bench("bus_error");
  debugger.script.assign(2, let_run);
  CoreBench::run_ns(1000);
  ASSERT_EQ(2u, debugger.stops.size());
  EXPECT_EQ(Signal::bad_address, debugger.stops[1].signal);
  EXPECT_EQ(1u, machine->faults.size());
  EXPECT_TRUE(machine->bus.log.empty());
}

TEST_F(RiscvDebugTest, KillEndsTheCore) {
  const auto machine = bench("write_loop");
  debugger.script = {[](DebugCore&, const DebugStop&) { return Resume::kill; }};
  CoreBench::run_ns(1000);
  EXPECT_TRUE(machine->core->halted());
  ASSERT_EQ(1u, machine->faults.size());
  EXPECT_THAT(machine->faults[0], ::testing::StartsWith("control processor core: killed by the debugger"));
  EXPECT_TRUE(machine->bus.log.empty());
}

TEST_F(RiscvDebugTest, AnInterruptEndsASleep) {
  const auto machine = bench("count_wakeups");
  bool asked = false;
  debugger.interrupts = [&] {
    return !asked && sc_core::sc_time_stamp() > sc_time(1, sc_core::SC_MS) && (asked = true);
  };
  debugger.script = {let_run, [](DebugCore& core, const DebugStop& stop) {
                       EXPECT_EQ(Signal::interrupt, stop.signal);
                       EXPECT_EQ(kRam + 10, pc_of(core)) << "after the WFI";
                       return Resume::detach;
                     }};
  CoreBench::run_ns(5e6);
  EXPECT_EQ(2u, debugger.stops.size());
  EXPECT_EQ(1u, machine->bus.word(kMemory)) << "to the program, a wake-up without a cause";
}

TEST_F(RiscvDebugTest, OtherKindsOfCoreCannotBeDebugged) {
  const auto native = make_control_processor("native", "core", {});
  EXPECT_THROW(native->attach(debugger), InputError);
}

}  // namespace
}  // namespace hwcvp
