// Requests of GDB and their replies, on a core that is made up.
#include "models/gdb/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "models/gdb/hexadecimal.h"
#include "models/gdb/packet.h"
#include "tests/models/gdb/fake_core.h"

namespace hwcvp::gdb {
namespace {

using Resume = Debugger::Resume;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class GdbSessionTest : public ::testing::Test {
 protected:
  std::string ask(const std::string& request) {
    const Reply reply = session.handle(request);
    EXPECT_TRUE(reply.send) << request;
    EXPECT_FALSE(reply.resume) << request;
    return reply.payload;
  }

  FakeCore core;
  Session session{core, DebugStop{}};
};

TEST_F(GdbSessionTest, ReadsAndWritesRegisters) {
  for (unsigned i = 0; i < DebugCore::kRegisters; ++i) core.registers[i] = 0x1122334455667700 + i;
  const std::string all = ask("g");
  ASSERT_EQ(33u * 16, all.size());
  EXPECT_EQ("0077665544332211", all.substr(0, 16)) << "little-endian";
  EXPECT_EQ("2077665544332211", all.substr(32 * 16)) << "pc comes last";
  EXPECT_EQ("0277665544332211", ask("p2"));
  EXPECT_EQ("2077665544332211", ask("p20"));
  EXPECT_EQ("OK", ask("P5=8967452301000000"));
  EXPECT_EQ(0x123456789u, core.registers[5]);
  EXPECT_EQ("OK", ask("G" + all));
  EXPECT_EQ(0x1122334455667705u, core.registers[5]);
}

TEST_F(GdbSessionTest, ReadsAndWritesMemory) {
  EXPECT_EQ("OK", ask("M20000010,4:00017fff"));
  EXPECT_EQ("00017fff00", ask("m20000010,5"));
  EXPECT_EQ("OK", ask("X20000020,3:" + std::string("\0:,", 3))) << "bytes as they are";
  EXPECT_EQ("003a2c", ask("m20000020,3"));
  EXPECT_EQ("OK", ask("X20000020,0:")) << "GDB's question whether X is known";
  EXPECT_EQ("", ask("m20000020,0"));
  EXPECT_EQ("0000", ask("m2000fffe,8")) << "what is there of it";
  EXPECT_EQ(kMaxPayload, ask("m20000000,ffffffff").size()) << "what a reply can hold of it";
}

TEST_F(GdbSessionTest, SetsAndRemovesBreakpointsAndWatchpoints) {
  EXPECT_EQ("OK", ask("Z0,20000100,2"));
  EXPECT_EQ("OK", ask("Z1,20000200,4"));
  EXPECT_EQ((std::set<uint64_t>{0x20000100, 0x20000200}), core.breakpoints);
  EXPECT_EQ("OK", ask("z0,20000100,2"));
  EXPECT_EQ("OK", ask("z0,20000100,2")) << "once more";
  EXPECT_EQ((std::set<uint64_t>{0x20000200}), core.breakpoints);
  EXPECT_EQ("OK", ask("Z2,50000000,4"));
  EXPECT_EQ("OK", ask("Z3,50000000,8"));
  EXPECT_EQ("OK", ask("Z4,50000000,1"));
  EXPECT_EQ((std::set<std::tuple<WatchKind, uint64_t, uint64_t>>{{WatchKind::write, 0x50000000, 4},
                                                                 {WatchKind::read, 0x50000000, 8},
                                                                 {WatchKind::access, 0x50000000, 1}}),
            core.watchpoints);
  EXPECT_EQ("OK", ask("z3,50000000,8"));
  EXPECT_EQ(2u, core.watchpoints.size());
}

TEST_F(GdbSessionTest, MovesTheCoreOn) {
  const struct {
    const char* request;
    Resume resume;
    bool answers;
  } cases[] = {
      {"c", Resume::run, false},
      {"s", Resume::step, false},
      {"vCont;c", Resume::run, false},
      {"vCont;s:1", Resume::step, false},
      {"vCont;s:1;c", Resume::step, false},
      {"vCont;C05:1", Resume::run, false},
      {"vCont;S05;c", Resume::step, false},
      {"D", Resume::detach, true},
      {"D;1", Resume::detach, true},
      {"k", Resume::kill, false},
      {"vKill;1", Resume::kill, true},
  };
  for (const auto& c : cases) {
    const Reply reply = session.handle(c.request);
    EXPECT_EQ(c.resume, reply.resume) << c.request;
    EXPECT_EQ(c.answers, reply.send) << c.request;
  }
  session.handle("s20000100");
  EXPECT_EQ(0x20000100u, core.registers[DebugCore::kPc]) << "from the address that it names";
}

TEST_F(GdbSessionTest, TellsWhyTheCoreStandsStill) {
  using Signal = DebugStop::Signal;
  EXPECT_EQ("T05thread:1;", ask("?"));
  EXPECT_EQ("T02thread:1;", Session::stop_reply({Signal::interrupt, {}}));
  EXPECT_EQ("T04thread:1;", Session::stop_reply({Signal::illegal_instruction, {}}));
  EXPECT_EQ("T0bthread:1;", Session::stop_reply({Signal::bad_address, {}}));
  EXPECT_EQ("T05watch:50000010;thread:1;",
            Session::stop_reply({Signal::trap, Watchpoint{WatchKind::write, 0x50000010, 4}}));
  EXPECT_EQ("T05rwatch:0;thread:1;", Session::stop_reply({Signal::trap, Watchpoint{WatchKind::read, 0, 4}}));
  EXPECT_EQ("T05awatch:ffffffffffffffff;thread:1;",
            Session::stop_reply({Signal::trap, Watchpoint{WatchKind::access, ~uint64_t{0}, 1}}));
}

TEST_F(GdbSessionTest, DescribesItself) {
  EXPECT_THAT(ask("qSupported:multiprocess+;swbreak+"), HasSubstr("qXfer:features:read+"));
  EXPECT_EQ("vCont;c;C;s;S", ask("vCont?"));
  EXPECT_EQ("m1", ask("qfThreadInfo"));
  EXPECT_EQ("l", ask("qsThreadInfo"));
  EXPECT_EQ("OK", ask("Hg0"));
  EXPECT_EQ("", ask("vMustReplyEmpty"));
  EXPECT_EQ("", ask("qTStatus"));

  std::string description;
  for (std::string part = "m"; part[0] == 'm';) {
    part = ask("qXfer:features:read:target.xml:" +
               to_hexadecimal(std::string{static_cast<char>(description.size() >> 8),
                                          static_cast<char>(description.size())}) +
               ",100");
    ASSERT_FALSE(part.empty());
    description += part.substr(1);
  }
  EXPECT_THAT(description, StartsWith("<?xml"));
  EXPECT_THAT(description, HasSubstr("<reg name=\"t6\" bitsize=\"64\""));
  EXPECT_THAT(description, HasSubstr("</target>"));
}

TEST_F(GdbSessionTest, AnswersWhatIsMalformedWithAnErrorAndChangesNothing) {
  for (unsigned i = 0; i < DebugCore::kRegisters; ++i) core.registers[i] = i;
  const auto registers = core.registers;
  const std::string all = ask("g");
  for (const std::string& request : {std::string("p"),
                                     std::string("p21"),
                                     std::string("pxyz"),
                                     std::string("p-1"),
                                     std::string("P"),
                                     std::string("P5"),
                                     std::string("P5="),
                                     std::string("P5=00"),
                                     std::string("P21=0000000000000000"),
                                     std::string("P5=000000000000000g"),
                                     std::string("G"),
                                     "G" + all.substr(2),
                                     "G" + all + "00",
                                     "G" + all.substr(0, all.size() - 1) + "g",
                                     std::string("m"),
                                     std::string("m20000000"),
                                     std::string("m,4"),
                                     std::string("m20000000,"),
                                     std::string("mzz,4"),
                                     std::string("m20000000,-4"),
                                     std::string("mfffffffffffffff0,11"),
                                     std::string("m20000000,4,4"),
                                     std::string("m120000000000000000,4"),
                                     std::string("M20000000,4"),
                                     std::string("M20000000,4:0000"),
                                     std::string("M20000000,1:0"),
                                     std::string("M20000000,1:gg"),
                                     std::string("M20000000,1:0000"),
                                     std::string("X20000000,4:abc"),
                                     std::string("X20000000"),
                                     std::string("Z0"),
                                     std::string("Z0,20000000"),
                                     std::string("Z,20000000,2"),
                                     std::string("Z00,20000000,2"),
                                     std::string("Z0,zz,2"),
                                     std::string("z0,20000000"),
                                     std::string("cxyz"),
                                     std::string("s20000000,"),
                                     std::string("vCont;"),
                                     std::string("vCont;x"),
                                     std::string("vCont;C"),
                                     std::string("vCont;Cxx"),
                                     std::string("qXfer:features:read:target.xml:"),
                                     std::string("qXfer:features:read:target.xml:0")}) {
    EXPECT_EQ("E16", ask(request)) << request;
  }
  for (const char* request :
       {"m0,4", "m10000,10", "M0,1:00", "M2000ffff,2:0000", "Xffff,1:a", "Z0,0,2", "Z2,0,0"}) {
    EXPECT_EQ("E0e", ask(request)) << request;
  }
  for (const char* request : {"", "!", "R00", "C05", "Z5,20000000,2", "bs", "qXfer:memory-map:read::0,100",
                              "i", "t", "vFile:open:00,0,0", "\xff"}) {
    EXPECT_EQ("", ask(request)) << request;
  }
  EXPECT_EQ(registers, core.registers);
  EXPECT_TRUE(core.breakpoints.empty());
  EXPECT_TRUE(core.watchpoints.empty());
}

TEST_F(GdbSessionTest, AnswersAnyRequest) {
  const unsigned seed = 19;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::string starts = "gGpPmMXZzcsDkHTqQv?!\xff";
  const std::string alphabet = "0123456789abcdef,:;=gs-\xff";
  for (int i = 0; i < 100000; ++i) {
    std::string request(1, starts[random() % starts.size()]);
    for (size_t n = random() % 24; n > 0; --n) request += alphabet[random() % alphabet.size()];
    const Reply reply = session.handle(request);
    ASSERT_LE(reply.payload.size(), kMaxPayload) << request;
    ASSERT_TRUE(reply.send || reply.resume) << "GDB must not wait in vain for " << request;
  }
}

}  // namespace
}  // namespace hwcvp::gdb
