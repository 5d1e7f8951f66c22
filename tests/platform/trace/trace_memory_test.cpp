// Writers keep their memory.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/platform/trace/trace_cases.h"

namespace hwcvp {
namespace {

namespace fs = std::filesystem;

// A million records take 48 MB as they stand.
TEST(TraceMemoryTest, MemoryDoesNotGrowWithTheTrace) {
  const ProgramFolder folder;
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
