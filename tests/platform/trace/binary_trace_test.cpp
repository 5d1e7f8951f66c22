// The compressed binary trace: what is written is read back, ranges by the index, and damage is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>

#include "platform/trace/binary_format.h"
#include "schedules/workload/error.h"
#include "tests/platform/trace/trace_cases.h"

namespace hwcvp {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr uint64_t kSeed = 4711;

class BinaryTraceTest : public ::testing::Test {
 protected:
  struct Seen {
    TraceRecord record;
    uint32_t layer;
  };

  static std::vector<Seen> read(BinaryReader& reader, uint64_t from = 0,
                                uint64_t to = BinaryReader::kForever) {
    std::vector<Seen> seen;
    reader.visit([&seen](const TraceRecord& r, uint32_t layer) { seen.push_back({r, layer}); }, from, to);
    return seen;
  }
  // What reading all of the file is refused with; empty where it is not.
  static std::string refusal(const std::string& path) {
    try {
      BinaryReader reader(path);
      reader.visit([](const TraceRecord&, uint32_t) {});
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  }

  ProgramFolder folder;
  const std::string path = folder.path("t.hwctrace").string();
};

TEST_F(BinaryTraceTest, ReadsBackWhatWasWritten) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  const std::vector<TraceRecord> records = random_records(kSeed, 2 * kBlockRecords + 100);
  const size_t second_layer = kBlockRecords + 7;
  write_trace(path, [&](TraceWriter& writer) {
    for (size_t i = 0; i < records.size(); ++i) {
      if (i == 3) writer.begin_layer("first");
      if (i == second_layer) writer.begin_layer("second, \"quoted\" \xc3\xa9");
      writer.write(records[i]);
    }
  });
  BinaryReader reader(path);
  EXPECT_EQ(reader.header().sockets[1].name, "dram.socket");
  EXPECT_EQ(reader.header().sockets[1].base, 0x80000000U);
  EXPECT_EQ(reader.header().cycle_ps, 2000U);
  EXPECT_EQ(reader.header().dram_base, 0x80000000U);
  EXPECT_EQ(reader.header().dram_bytes, uint64_t{4} << 30);
  EXPECT_THAT(reader.layers(), ElementsAre("first", "second, \"quoted\" \xc3\xa9"));
  EXPECT_EQ(reader.records(), records.size());
  const std::vector<Seen> seen = read(reader);
  ASSERT_EQ(seen.size(), records.size());
  for (size_t i = 0; i < seen.size(); ++i) {
    ASSERT_TRUE(seen[i].record == records[i]) << i;
    ASSERT_EQ(seen[i].layer, i < 3 ? 0U : i < second_layer ? 1U : 2U) << i;
  }
}

TEST_F(BinaryTraceTest, KeepsExtremeValues) {
  constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();
  std::vector<TraceRecord> records = {
      {kMost, kMost, kMost, 0xffffffff, 1, TrafficClass::other, true, false},
      {kMost, kMost, kMost - 0xfffffffe, 0xffffffff, 1, TrafficClass::other, true, true},
      {0, kMost, 0, 0, 0, TrafficClass::input, false, false},
      {1, 1, kMost - 1, 1, 1, TrafficClass::control, false, true},
      {kMost, kMost, 0, 1, 0, TrafficClass::psum, true, false}};
  write_trace(path, records);
  BinaryReader reader(path);
  const std::vector<Seen> seen = read(reader);
  ASSERT_EQ(seen.size(), records.size());
  for (size_t i = 0; i < seen.size(); ++i) EXPECT_TRUE(seen[i].record == records[i]) << i;
}

TEST_F(BinaryTraceTest, AnEmptyTraceIsATrace) {
  write_trace(path, std::vector<TraceRecord>{});
  BinaryReader reader(path);
  EXPECT_EQ(reader.records(), 0U);
  EXPECT_TRUE(read(reader).empty());
}

TEST_F(BinaryTraceTest, FindsARangeOfTimeByTheIndex) {
  constexpr uint64_t kBlocks = 20;
  const std::vector<TraceRecord> records = random_records(kSeed + 1, kBlocks * kBlockRecords);
  write_trace(path, records);
  const uint64_t from = records[10 * kBlockRecords + 5].start_ps;
  const uint64_t to = records[11 * kBlockRecords + 5].start_ps;
  BinaryReader reader(path);
  const std::vector<Seen> seen = read(reader, from, to);
  EXPECT_LE(reader.blocks_read(), 3U) << "of " << kBlocks;
  const auto inside = [&](const TraceRecord& r) { return r.start_ps >= from && r.start_ps < to; };
  ASSERT_EQ(seen.size(), static_cast<size_t>(std::count_if(records.begin(), records.end(), inside)));
  EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), [&](const Seen& s) { return inside(s.record); }));
  EXPECT_TRUE(read(reader, to, to + 0).empty());
}

// A record out of order widens what the index says of its block.
TEST_F(BinaryTraceTest, FindsALateRecord) {
  std::vector<TraceRecord> records = random_records(kSeed + 2, 3 * kBlockRecords);
  TraceRecord& late = records[2 * kBlockRecords + 100];
  late.start_ps = late.end_ps = records[10].start_ps;
  write_trace(path, records);
  BinaryReader reader(path);
  const std::vector<Seen> seen = read(reader, late.start_ps, late.start_ps + 1);
  EXPECT_EQ(std::count_if(seen.begin(), seen.end(), [&](const Seen& s) { return s.record == late; }), 1);
}

// More blocks than one section of the index names.
TEST_F(BinaryTraceTest, ChainsTheSectionsOfTheIndex) {
  constexpr size_t kLayers = 2 * kIndexEntries + 3;  // a layer ends a block
  const std::vector<TraceRecord> records = random_records(kSeed + 3, kLayers);
  write_trace(path, [&](TraceWriter& writer) {
    for (size_t i = 0; i < kLayers; ++i) {
      writer.begin_layer("layer" + std::to_string(i));
      writer.write(records[i]);
    }
  });
  BinaryReader reader(path);
  const std::vector<Seen> seen = read(reader);
  ASSERT_EQ(seen.size(), kLayers);
  for (size_t i = 0; i < kLayers; ++i) {
    ASSERT_TRUE(seen[i].record == records[i]) << i;
    ASSERT_EQ(seen[i].layer, i + 1);
  }
}

TEST_F(BinaryTraceTest, EveryTruncationIsRefused) {
  write_trace(path, random_records(kSeed + 4, 10));
  const std::string whole = folder.read("t.hwctrace");
  for (size_t size = 0; size < whole.size(); ++size) {
    folder.write("cut.hwctrace", whole.substr(0, size));
    ASSERT_THAT(refusal(folder.path("cut.hwctrace").string()),
                AllOf(HasSubstr("cut.hwctrace: "), AnyOf(HasSubstr("cut off"), HasSubstr("HWCTRACE"))))
        << size << " of " << whole.size() << " bytes";
  }
  folder.write("long.hwctrace", whole + "x");
  EXPECT_THAT(refusal(folder.path("long.hwctrace").string()), HasSubstr("cut off"));
}

TEST_F(BinaryTraceTest, EveryDamagedByteIsRefused) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  std::mt19937_64 random(kSeed);
  write_trace(path, random_records(kSeed + 5, 10));
  const std::string whole = folder.read("t.hwctrace");
  ASSERT_EQ(refusal(path), "");
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 1 << random() % 8);
    folder.write("bad.hwctrace", damaged);
    ASSERT_THAT(refusal(folder.path("bad.hwctrace").string()), HasSubstr("bad.hwctrace: ")) << "byte " << i;
  }
}

// A file may be wrong in a way that no CRC tells.
TEST_F(BinaryTraceTest, SectionsThatContradictOneAnotherAreRefused) {
  const auto section = [](SectionKind kind, const std::string& payload) {
    std::string bytes;
    put_u32(bytes, static_cast<uint32_t>(kind));
    put_u32(bytes, static_cast<uint32_t>(payload.size()));
    put_u32(bytes, section_crc(kind, payload));
    return bytes + payload;
  };
  const auto trailer = [](uint64_t footer) {
    std::string bytes;
    put_u64(bytes, footer);
    put_u32(bytes, section_crc(SectionKind::footer, bytes));
    return bytes + std::string(kTraceEndMagic);
  };
  std::string start(kTraceMagic);
  put_u32(start, kTraceVersion);
  const auto file = [&](const std::string& header, const std::string& middle, const std::string& footer) {
    std::string bytes = start + section(SectionKind::header, header) + middle;
    const uint64_t at = bytes.size();
    return bytes + section(SectionKind::footer, footer) + trailer(at);
  };
  const std::string header = header_text(two_sockets());
  const uint64_t middle = start.size() + kSectionHeadBytes + header.size();
  const auto index = [](uint64_t previous, uint64_t offset, uint32_t records) {
    std::string payload;
    put_u64(payload, previous);
    put_u32(payload, 1);
    put_u64(payload, offset);
    put_u64(payload, 0);
    put_u64(payload, 9);
    put_u32(payload, records);
    put_u32(payload, 0);
    return payload;
  };
  std::string block;  // says 1,000 records and holds what is no Zstandard frame
  put_u32(block, 0);
  put_u32(block, 1000);
  put_u64(block, 0);
  put_u64(block, 9);
  const std::string block_section = section(SectionKind::block, block + "garbage");
  const std::string at = std::to_string(middle);
  const std::string after_block = std::to_string(middle + block_section.size());
  const struct {
    std::string bytes;
    const char* message;
  } kCases[] = {
      {file("{}", "", R"({"layers":[],"records":0,"index":0})"), "header: expected sockets"},
      {file("{]", "", ""), "header: not JSON"},
      {file(R"({"sockets":[],"cycle_ps":1,"dram_base":0,"dram_bytes":1})", "", ""),
       "header: sockets: expected 1 to 16, found 0"},
      {file(R"({"sockets":[{"name":"a","base":0}],"cycle_ps":0,"dram_base":0,"dram_bytes":1})", "", ""),
       "header: cycle_ps: expected an integer between 1 and 18446744073709551615, found 0"},
      {file(header, "", R"({"layers":[]})"), "footer: expected records"},
      {file(header, "", R"({"layers":[],"records":5,"index":0})"), "expected 5 records, found 0"},
      {file(header, "", R"({"layers":[],"records":0,"index":99999999})"), "index: out of order"},
      {file(header, section(SectionKind::index, index(middle, 0, 0)),
            R"({"layers":[],"records":0,"index":)" + at + "}"),
       "index: out of order"},
      {file(header, section(SectionKind::index, index(0, 0, 0).substr(0, 20)),
            R"({"layers":[],"records":0,"index":)" + at + "}"),
       "index: a wrong number of entries"},
      {file(header, section(SectionKind::index, index(0, middle, 0)),
            R"({"layers":[],"records":0,"index":)" + at + "}"),
       "expected a block"},
      {file(header, block_section + section(SectionKind::index, index(0, middle, 999)),
            R"({"layers":[],"records":999,"index":)" + after_block + "}"),
       "block: not as the index says"},
      {file(header, block_section + section(SectionKind::index, index(0, middle, 1000)),
            R"({"layers":[],"records":1000,"index":)" + after_block + "}"),
       "block: "},
  };
  for (const auto& c : kCases) {
    folder.write("odd.hwctrace", c.bytes);
    EXPECT_THAT(refusal(folder.path("odd.hwctrace").string()), HasSubstr(c.message));
  }
}

// Numbers that no trace has, in a file that is whole.
TEST_F(BinaryTraceTest, NumbersOutOfRangeAreRefused) {
  const auto header_refusal = [](const char* key, const std::string& value) {
    nlohmann::json header = nlohmann::json::parse(header_text(two_sockets()));
    header[key] = "VALUE";
    std::string text = header.dump();
    text.replace(text.find("\"VALUE\""), 7, value);
    try {
      parse_header(text, "t.hwctrace");
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const auto footer_refusal = [](const std::string& text) {
    try {
      parse_footer(text, "t.hwctrace");
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  for (const char* const value :
       {"-1", "1.5", "1e19", "18446744073709551616", "null", "\"1\"", "[]", "1e309"}) {
    for (const char* const key : {"cycle_ps", "dram_base", "dram_bytes"}) {
      EXPECT_THAT(header_refusal(key, value),
                  HasSubstr("t.hwctrace: header: " + std::string(key) + ": expected"))
          << value;
    }
    for (const char* const key : {"records", "index"}) {
      const std::string text = key == std::string("records")
                                   ? R"({"layers": [], "records": )" + std::string(value) + ", \"index\": 0}"
                                   : R"({"layers": [], "records": 0, "index": )" + std::string(value) + "}";
      EXPECT_THAT(footer_refusal(text), HasSubstr("t.hwctrace: footer: " + std::string(key) + ": expected"))
          << value;
    }
    EXPECT_THAT(header_refusal("sockets", R"([{"name": "a", "base": )" + std::string(value) + "}]"),
                AllOf(HasSubstr("t.hwctrace: header: sockets[0]"), HasSubstr("base: expected")))
        << value;
  }
  EXPECT_EQ(header_refusal("cycle_ps", "18446744073709551615"), "");
  EXPECT_THAT(header_refusal("dram_base", "18446744073709551615"),
              HasSubstr("dram_bytes: expected the DRAM to end"));
  EXPECT_THAT(header_refusal("dram_bytes", "18446744073709551615"),
              HasSubstr("header: dram_bytes: expected"));
}

TEST_F(BinaryTraceTest, UnknownSizesCostNothing) {
  const auto list = [](size_t count, const std::string& item) {
    std::string text = "[";
    for (size_t i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + item;
    return text + "]";
  };
  const auto header = [&](const std::string& sockets) {
    return R"({"sockets":)" + sockets + R"(,"cycle_ps":1,"dram_base":0,"dram_bytes":1})";
  };
  const std::string socket = R"({"name":"s","base":0})";
  EXPECT_EQ(parse_header(header(list(kMaxSockets, socket)), "t").sockets.size(), kMaxSockets);
  EXPECT_THAT([&] { parse_header(header(list(100000, socket)), "t"); },
              ThrowsMessage<InputError>(HasSubstr("t: header: sockets: expected 1 to 16, found 100000")));
  EXPECT_THAT([&] { parse_header(header(std::string(100000, '[') + std::string(100000, ']')), "t"); },
              ThrowsMessage<InputError>(HasSubstr("expected at most 64 levels")));
  EXPECT_THAT(
      [&] { parse_header(header(R"([{"name":")" + std::string(5000, 'x') + R"(","base":0}])"), "t"); },
      ThrowsMessage<InputError>(
          HasSubstr("t: header: sockets[0].name: expected a string of at most 4096 bytes")));
  EXPECT_THAT(
      [&] { parse_footer(R"({"layers":)" + list(100000, "\"l\"") + R"(,"records":0,"index":0})", "t"); },
      ThrowsMessage<InputError>(HasSubstr("t: footer: layers: expected 0 to 16384, found 100000")));
}

TEST_F(BinaryTraceTest, AddressesThatWrapAreRefused) {
  TraceRecord record;
  record.address = std::numeric_limits<uint64_t>::max();
  record.bytes = 2;
  record.ok = true;
  write_trace(path, {record});
  EXPECT_THAT(refusal(path), HasSubstr("block: record 1 of 1 is none"));
  record.bytes = 1;
  write_trace(path, {record});
  EXPECT_EQ(refusal(path), "");
}

TEST_F(BinaryTraceTest, OtherVersionsAndOtherFilesAreRefused) {
  write_trace(path, random_records(kSeed, 3));
  std::string bytes = folder.read("t.hwctrace");
  bytes[8] = 2;
  folder.write("v2.hwctrace", bytes);
  EXPECT_THAT(refusal(folder.path("v2.hwctrace").string()), HasSubstr("version: expected 1, found 2"));
  folder.write("text.hwctrace", "start_ps,end_ps\n");
  EXPECT_THAT(refusal(folder.path("text.hwctrace").string()), HasSubstr("expected a binary trace"));
  EXPECT_THAT(refusal(folder.path("none.hwctrace").string()), HasSubstr("expected a file, found none"));
  EXPECT_THAT(refusal(folder.path("").string()), HasSubstr("expected a regular file"));
}

}  // namespace
}  // namespace hwcvp
