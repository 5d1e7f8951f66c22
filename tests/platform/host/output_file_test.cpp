// Files take their names when they are complete; writers keep their memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <stdexcept>

#include "platform/host/output_file.h"
#include "schedules/workload/error.h"
#include "tests/platform/trace/trace_cases.h"

namespace hwcvp {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class OutputFileTest : public ::testing::Test {
 protected:
  ProgramFolder folder;
  const std::string path = folder.path("t.csv").string();
};

TEST_F(OutputFileTest, TakesItsNameAtTheEnd) {
  {
    OutputFile file(path);
    std::string expected;
    for (int i = 0; i < 100000; ++i) {
      const std::string text = std::to_string(i) + ',';
      file.append(text.data(), text.size());
      *file.reserve() = '\n';
      file.end(file.reserve() + 1);
      expected += text + '\n';
    }
    EXPECT_EQ(file.offset(), expected.size());
    EXPECT_FALSE(fs::exists(path));
    file.commit();
    EXPECT_EQ(folder.read("t.csv"), expected);
  }
  EXPECT_TRUE(fs::exists(path));
  EXPECT_FALSE(fs::exists(path + ".partial"));
}

TEST_F(OutputFileTest, DisappearsWhenItIsNotComplete) {
  folder.write("t.csv", "the one before");
  { OutputFile(path).append("x", 1); }
  EXPECT_EQ(folder.read("t.csv"), "the one before");
  EXPECT_FALSE(fs::exists(path + ".partial"));
}

TEST_F(OutputFileTest, MayBeKeptUnderAnotherName) {
  {
    OutputFile file(path);
    file.append("x", 1);
    EXPECT_EQ(file.keep_partial(), fs::canonical(path + ".partial").string());
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_EQ(folder.read("t.csv.partial"), "x");
}

TEST_F(OutputFileTest, FollowsLinks) {
  fs::create_symlink("elsewhere", path);
  folder.write("elsewhere", "old");
  OutputFile file(path);
  file.append("new", 3);
  file.commit();
  EXPECT_TRUE(fs::is_symlink(path));
  EXPECT_EQ(folder.read("elsewhere"), "new");
}

TEST_F(OutputFileTest, AFileThatCannotBeMadeIsRefused) {
  const auto refusal = [](const std::string& name) -> std::string {
    try {
      const OutputFile file(name);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(refusal(folder.path("none/t.csv").string()),
              HasSubstr("none/t.csv: cannot be written: No such"));
  EXPECT_THAT(refusal(folder.path("").string()), HasSubstr("expected a file, found a folder"));
}

TEST_F(OutputFileTest, AFailedWriteIsToldLater) {
  fs::create_symlink("/dev/full", path);
  OutputFile file(path);
  const std::string text(1 << 20, 'x');
  file.append(text.data(), text.size());  // fails, and does not throw
  try {
    file.check();
    ADD_FAILURE();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("t.csv: writing failed: No space left on device"));
  }
  EXPECT_THROW(file.commit(), std::runtime_error);
}

TEST_F(OutputFileTest, WhatIsBufferedMayFailAtTheEnd) {
  fs::create_symlink("/dev/full", path);
  OutputFile file(path);
  file.append("x", 1);
  EXPECT_NO_THROW(file.check());
  EXPECT_THROW(file.commit(), std::runtime_error);
}

// A million records take 48 MB as they stand.
TEST_F(OutputFileTest, MemoryDoesNotGrowWithTheTrace) {
  constexpr int kRecords = 1'000'000;
  constexpr long kMostKiB = 16 * 1024;
  for (const char* name : {"t.hwctrace", "t.csv", "t.ramulator2.trace", "t.stl", "t.pftrace"}) {
    const std::string null = folder.path(name).string();
    fs::create_symlink("/dev/null", null);
    rusage before{}, after{};
    getrusage(RUSAGE_SELF, &before);
    write_trace(null, [](TraceWriter& writer) {
      writer.begin_layer("conv1");
      TraceRecord record;
      record.bytes = 64;
      record.is_read = record.ok = true;
      for (int i = 0; i < kRecords; ++i) {
        record.start_ps += 1000;
        record.end_ps = record.start_ps + 500;
        record.address = static_cast<uint64_t>(i) * 2654435761 % 0x40000000;
        writer.write(record);
      }
    });
    getrusage(RUSAGE_SELF, &after);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, kMostKiB) << name;
  }
}

}  // namespace
}  // namespace hwcvp
