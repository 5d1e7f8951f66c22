// The stub at its socket, with well-behaved debuggers and others.
#include "models/gdb/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include "models/gdb/packet.h"
#include "schedules/workload/error.h"
#include "tests/models/gdb/fake_core.h"
#include "tests/models/gdb/rsp_client.h"

namespace hwcvp::gdb {
namespace {

using Resume = Debugger::Resume;
using Signal = DebugStop::Signal;
using ::testing::StartsWith;

class GdbServerTest : public ::testing::Test {
 protected:
  // The core's side: stands still, in a thread of its own, until the debugger lets it go.
  std::future<Resume> halt(Signal signal = Signal::trap) {
    return std::async(std::launch::async, [this, signal] { return server.halted(core, {signal, {}}); });
  }

  // The core runs until the debugger wants it to stop.
  void run_until_wanted() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!server.wants_halt()) {
      if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("nobody stops the core");
      std::this_thread::yield();
    }
  }

  FakeCore core;
  GdbServer server{0};
};

TEST_F(GdbServerTest, TakesAFreePortAndRefusesOneInUse) {
  EXPECT_NE(0, server.port());
  try {
    GdbServer second(server.port());
    FAIL() << "two listeners at one port";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(),
                StartsWith("debugger port " + std::to_string(server.port()) + ": cannot be listened on: "));
  }
}

TEST_F(GdbServerTest, StandsStillUntilADebuggerLetsItGo) {
  auto halted = halt();
  EXPECT_EQ(std::future_status::timeout, halted.wait_for(std::chrono::milliseconds(250)))
      << "nobody is there yet";
  RspClient client(server.port());
  EXPECT_EQ("T05thread:1;", client.ask("?"));
  EXPECT_EQ("OK", client.ask("M20000000,2:1234"));
  EXPECT_EQ("1234", client.ask("m20000000,2"));
  client.send("c");
  EXPECT_EQ(Resume::run, halted.get());

  halted = halt(Signal::interrupt);
  EXPECT_EQ("T02thread:1;", client.receive()) << "the stop is told without being asked for";
  client.send("s");
  EXPECT_EQ(Resume::step, halted.get());
  server.exited(1);
  EXPECT_EQ("W01", client.receive());
  EXPECT_EQ("closed", client.receive());
}

TEST_F(GdbServerTest, AsksForBrokenPacketsAgainAndRepeatsItsOwn) {
  auto halted = halt();
  RspClient client(server.port());
  client.send_raw("$?#00");
  EXPECT_EQ('-', client.receive_byte());
  client.send_raw("$?#3f");
  EXPECT_EQ('+', client.receive_byte());
  EXPECT_EQ("T05thread:1;", client.receive());
  client.send_raw("-");
  EXPECT_EQ("T05thread:1;", client.receive());
  client.turn_off_acknowledgements();
  client.send_raw("$?#00-" + packet("?"));
  EXPECT_EQ('$', client.receive_byte()) << "no acknowledgement of either kind";
  client.send(std::string("k"));
  EXPECT_EQ(Resume::kill, halted.get());
}

TEST_F(GdbServerTest, AnInterruptStopsARunningCore) {
  auto halted = halt();
  RspClient client(server.port());
  client.send("c");
  EXPECT_EQ(Resume::run, halted.get());
  EXPECT_FALSE(server.wants_halt());
  client.send_raw("g" + packet("g"));  // not to be asked while it runs
  client.send_raw("\x03");
  run_until_wanted();
  halted = halt(Signal::interrupt);
  EXPECT_EQ("T02thread:1;", client.receive());
  EXPECT_EQ("OK", client.ask("D"));
  EXPECT_EQ(Resume::detach, halted.get());
}

TEST_F(GdbServerTest, RunsOnWithoutADebuggerThatLeaves) {
  auto halted = halt();
  RspClient first(server.port());
  first.send_raw("$m2000");
  first.disconnect();
  EXPECT_EQ(Resume::detach, halted.get()) << "in the middle of a packet";

  RspClient second(server.port());
  run_until_wanted();
  halted = halt();
  EXPECT_EQ("T05thread:1;", second.ask("?"));
  second.disconnect(true);
  EXPECT_EQ(Resume::detach, halted.get()) << "abruptly";
}

TEST_F(GdbServerTest, ADebuggerThatLeavesARunningCoreIsNoticed) {
  auto halted = halt();
  RspClient client(server.port());
  client.send("c");
  EXPECT_EQ(Resume::run, halted.get());
  client.disconnect(true);
  run_until_wanted();
  EXPECT_EQ(Resume::detach, halt().get()) << "its breakpoints have to go, but nothing is to wait";
}

TEST_F(GdbServerTest, AnotherDebuggerMayConnectToARunningCore) {
  auto halted = halt();
  {
    RspClient first(server.port());
    EXPECT_EQ("OK", first.ask("D"));
  }
  EXPECT_EQ(Resume::detach, halted.get());
  EXPECT_FALSE(server.wants_halt());
  RspClient second(server.port());
  run_until_wanted();
  halted = halt(Signal::interrupt);
  EXPECT_EQ("T02thread:1;", second.ask("?"));
  second.send("c");
  EXPECT_EQ(Resume::run, halted.get());
}

TEST_F(GdbServerTest, SurvivesGarbage) {
  auto halted = halt();
  RspClient client(server.port());
  client.send_raw("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" + std::string(100000, '\xff') + "$" +
                  std::string(50000, 'x') + "#00");
  EXPECT_EQ('-', client.receive_byte());
  EXPECT_EQ("T05thread:1;", client.ask("?"));
  client.send("c");
  EXPECT_EQ(Resume::run, halted.get());
}

TEST_F(GdbServerTest, GivesUpWhereItIsTold) {
  std::atomic<bool> give_up = false;
  server.give_up = [&] { return give_up.load(); };
  auto waiting = halt();
  give_up = true;
  EXPECT_EQ(Resume::kill, waiting.get()) << "before a debugger has come";
  give_up = false;
  waiting = halt();
  RspClient client(server.port());
  EXPECT_EQ("T05thread:1;", client.ask("?"));
  give_up = true;
  EXPECT_EQ(Resume::kill, waiting.get()) << "and while one is there";
}

}  // namespace
}  // namespace hwcvp::gdb
