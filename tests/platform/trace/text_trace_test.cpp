// The text formats, read back by readers that follow each format's own rules.

// With sanitizers, GCC 12 takes <regex> for reading what was not set.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <sstream>

#include "schedules/workload/error.h"
#include "tests/platform/trace/trace_cases.h"

namespace hwcvp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr uint64_t kSeed = 815;

class TextTraceTest : public ::testing::Test {
 protected:
  std::vector<std::string> lines_of(const std::string& name, const std::vector<TraceRecord>& records) {
    write_trace(folder.path(name).string(), records);
    return read_lines(folder.path(name));
  }

  ProgramFolder folder;
};

// By hand: 130 bytes at 0x1030 touch the blocks at 0x1000, 0x1040 and 0x1080.
const std::vector<TraceRecord> kByHand = {
    {29999, 50000, 0x1030, 130, 0, TrafficClass::input, true, true},
    {30000, 60000, 0x20000, 64, 1, TrafficClass::output, false, true},
    {30000, 60000, 0x30000, 64, 1, TrafficClass::output, false, false}};  // answered with an error

TEST_F(TextTraceTest, FormatsByHand) {
  EXPECT_THAT(lines_of("t.csv", kByHand),
              ElementsAre("start_ps,end_ps,layer,socket,tensor,command,address,bytes,response",
                          "29999,50000,conv1,hwc.memory,input,read,0x1030,130,ok",
                          "30000,60000,conv1,dram.socket,output,write,0x20000,64,ok",
                          "30000,60000,conv1,dram.socket,output,write,0x30000,64,error"));
  EXPECT_THAT(lines_of("t.dramsim3.trace", kByHand),
              ElementsAre("0x1000 READ 14", "0x1040 READ 14", "0x1080 READ 14", "0x20000 WRITE 15"));
  EXPECT_THAT(lines_of("t.ramulator2.trace", kByHand),
              ElementsAre("LD 0x1000", "LD 0x1040", "LD 0x1080", "ST 0x20000"));
  EXPECT_THAT(lines_of("t.stl", kByHand),
              ElementsAre("14: (16) read 0x1030", "14: (64) read 0x1040", "14: (32) read 0x1080",
                          "14: (16) read 0x10a0", "14: (2) read 0x10b0", "15: (64) write 0x20000"));
}

TEST_F(TextTraceTest, CsvQuotesNames) {
  write_trace(folder.path("t.csv").string(), [](TraceWriter& writer) {
    writer.begin_layer("a,b \"c\"");
    writer.write(kByHand[0]);
  });
  EXPECT_THAT(read_lines(folder.path("t.csv"))[1], HasSubstr(",\"a,b \"\"c\"\"\",hwc.memory,"));
}

TEST_F(TextTraceTest, CsvHoldsEveryField) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  const std::vector<TraceRecord> records = random_records(kSeed, 3000);
  const std::vector<std::string> lines = lines_of("t.csv", records);
  ASSERT_EQ(lines.size(), records.size() + 1);
  for (size_t i = 0; i < records.size(); ++i) {
    const TraceRecord& r = records[i];
    std::ostringstream expected;
    expected << r.start_ps << ',' << r.end_ps << ",conv1," << two_sockets().sockets[r.socket].name << ','
             << to_string(r.tensor) << (r.is_read ? ",read,0x" : ",write,0x") << std::hex << r.address
             << std::dec << ',' << r.bytes << (r.ok ? ",ok" : ",error");
    ASSERT_EQ(lines[i + 1], expected.str());
  }
}

// What a reader of blocks without lengths has to see: each block of 64 bytes that a transaction touches.
using Blocks = std::map<uint64_t, std::pair<int, int>>;  // reads and writes of each block

Blocks touched_blocks(const std::vector<TraceRecord>& records) {
  Blocks blocks;
  for (const TraceRecord& r : records) {
    if (!r.ok) continue;
    uint64_t last = ~uint64_t{0};
    for (uint64_t byte = r.address; byte < r.address + r.bytes; ++byte) {
      if (byte / 64 == last) continue;
      last = byte / 64;
      ++(r.is_read ? blocks[last].first : blocks[last].second);
    }
  }
  return blocks;
}

TEST_F(TextTraceTest, Dramsim3AndRamulator2TouchTheSameBlocks) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed + 1);
  const std::vector<TraceRecord> records = random_records(kSeed + 1, 2000);
  const Blocks expected = touched_blocks(records);

  Blocks dramsim3;  // address, command and cycle between blanks, as DRAMsim3 reads them
  uint64_t last_cycle = 0;
  for (const std::string& line : lines_of("t.dramsim3.trace", records)) {
    std::istringstream in(line);
    uint64_t address = 0, cycle = 0;
    std::string command;
    ASSERT_TRUE(in >> std::hex >> address >> command >> std::dec >> cycle) << line;
    ASSERT_TRUE(command == "READ" || command == "WRITE") << line;
    ASSERT_EQ(address % 64, 0U) << line;
    ASSERT_GE(cycle, last_cycle);
    last_cycle = cycle;
    ++(command == "READ" ? dramsim3[address / 64].first : dramsim3[address / 64].second);
  }
  EXPECT_EQ(dramsim3, expected);
  EXPECT_LE(last_cycle, records.back().start_ps / 2000);

  Blocks ramulator2;  // two words, the address in base 16 after 0x
  for (const std::string& line : lines_of("t.ramulator2.trace", records)) {
    ASSERT_TRUE(line.substr(0, 5) == "LD 0x" || line.substr(0, 5) == "ST 0x") << line;
    const uint64_t address = std::stoull(line.substr(5), nullptr, 16);
    ++(line[0] == 'L' ? ramulator2[address / 64].first : ramulator2[address / 64].second);
  }
  EXPECT_EQ(ramulator2, expected);
}

TEST_F(TextTraceTest, StlHoldsEveryByteInAlignedPieces) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed + 2);
  const std::vector<TraceRecord> records = random_records(kSeed + 2, 2000);
  const std::vector<std::string> lines = lines_of("t.stl", records);
  const std::regex form(R"((\d+): \((\d+)\) (read|write) 0x([0-9a-f]+))");
  size_t line = 0;
  for (const TraceRecord& r : records) {
    if (!r.ok) continue;
    for (uint64_t at = r.address; at < r.address + r.bytes;) {
      ASSERT_LT(line, lines.size());
      std::smatch match;
      ASSERT_TRUE(std::regex_match(lines[line], match, form)) << lines[line];
      const uint64_t bytes = std::stoull(match[2]);
      ASSERT_EQ(std::stoull(match[1]), r.start_ps / 2000);
      ASSERT_EQ(match[3], r.is_read ? "read" : "write");
      ASSERT_EQ(std::stoull(match[4], nullptr, 16), at);
      ASSERT_EQ(bytes & (bytes - 1), 0U) << "a power of two";
      ASSERT_LE(bytes, 64U) << "no larger than what DRAMSys takes";
      ASSERT_EQ(at % bytes, 0U) << "naturally aligned";
      at += bytes;
      ASSERT_LE(at, r.address + r.bytes);
      ++line;
    }
  }
  EXPECT_EQ(line, lines.size());
}

TEST_F(TextTraceTest, CyclesNeverDecrease) {
  std::vector<TraceRecord> records = {kByHand[1], kByHand[1]};
  records[1].start_ps = 4000;
  EXPECT_THAT(lines_of("t.dramsim3.trace", records), ElementsAre("0x20000 WRITE 15", "0x20000 WRITE 15"));
  EXPECT_THAT(lines_of("t.stl", records), ElementsAre("15: (64) write 0x20000", "15: (64) write 0x20000"));
}

TEST_F(TextTraceTest, SuffixesDecide) {
  EXPECT_EQ(trace_format("a/b.hwctrace", "--trace"), TraceFormat::binary);
  EXPECT_EQ(trace_format("b.csv", "--trace"), TraceFormat::csv);
  EXPECT_EQ(trace_format("b.dramsim3.trace", "--trace"), TraceFormat::dramsim3);
  EXPECT_EQ(trace_format("b.dramsim3", "--trace"), TraceFormat::dramsim3);
  EXPECT_EQ(trace_format("b.ramulator2.trace", "--trace"), TraceFormat::ramulator2);
  EXPECT_EQ(trace_format("b.stl", "--trace"), TraceFormat::stl);
  EXPECT_EQ(trace_format("b.perfetto-trace", "--trace"), TraceFormat::perfetto);
  EXPECT_EQ(trace_format("b.pftrace", "--trace"), TraceFormat::perfetto);
  EXPECT_EQ(trace_format("b.vcd", "--trace"), TraceFormat::vcd);
  for (const char* name : {"b.trace", "b", "", "csv", "b.csv.gz", "b.CSV"}) {
    try {
      trace_format(name, "--trace");
      ADD_FAILURE() << name;
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr(std::string("--trace: ") + name +
                                          ": expected a name that ends in one "
                                          "of .hwctrace, .csv, .dramsim3.trace, "));
    }
  }
}

}  // namespace
}  // namespace hwcvp
