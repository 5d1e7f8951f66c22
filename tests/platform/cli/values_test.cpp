#include "platform/cli/values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "schedules/workload/error.h"

namespace hwcvp {
namespace {

using ::testing::HasSubstr;

template <typename Parse>
std::string refusal(Parse parse) {
  try {
    parse();
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(ValuesTest, ReadsSizes) {
  EXPECT_EQ(parse_size("1", "--buffer"), 1);
  EXPECT_EQ(parse_size("65536", "--buffer"), 65536);
  EXPECT_EQ(parse_size("64KiB", "--buffer"), 65536);
  EXPECT_EQ(parse_size("1MiB", "--buffer"), 1 << 20);
  EXPECT_EQ(parse_size("3GiB", "--buffer"), int64_t{3} << 30);
  EXPECT_EQ(parse_size("9223372036854775807", "--buffer"), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(parse_size("9007199254740991KiB", "--buffer"), int64_t{9007199254740991} << 10);
  for (const char* text : {"64k", "64K", "64kB", "64KB", "64kib", "64 KiB", "64 k", "65536B", "65536 b"}) {
    EXPECT_EQ(parse_size(text, "--buffer"), 65536) << text << " has one meaning";
  }
}

TEST(ValuesTest, RefusesWhatIsNotASize) {
  for (const char* text : {"", " ", "KiB", "64  KiB", " 64", "64 ", "64KiB ", "64Ki", "64bytes", "64KiBs",
                           "-1", "-64KiB", "+64", "0x10", "1.5MiB", "1e6", "64,000", "64TiB"}) {
    EXPECT_THAT(refusal([text] { parse_size(text, "--buffer"); }),
                HasSubstr("--buffer: expected a size such as 65536, 64KiB or 1MiB, found"))
        << '"' << text << '"';
  }
  for (const char* text : {"0", "0KiB"}) {
    EXPECT_THAT(refusal([text] { parse_size(text, "--buffer"); }), HasSubstr("expected at least 1 byte"))
        << text;
  }
  for (const char* text :
       {"9223372036854775808", "9007199254740992KiB", "8589934592GiB", "99999999999999999999MiB"}) {
    EXPECT_THAT(refusal([text] { parse_size(text, "--buffer"); }), HasSubstr("expected a size below 2^63"))
        << text;
  }
}

TEST(ValuesTest, ReadsListsAndRangesOfSizes) {
  using Sizes = std::vector<int64_t>;
  EXPECT_EQ(parse_sizes("4KiB", "--buffers"), (Sizes{4096}));
  EXPECT_EQ(parse_sizes("64KiB,1KiB,2000", "--buffers"), (Sizes{1024, 2000, 65536}));
  EXPECT_EQ(parse_sizes("1KiB..8KiB", "--buffers"), (Sizes{1024, 2048, 4096, 8192}));
  EXPECT_EQ(parse_sizes("3..10,5", "--buffers"), (Sizes{3, 5, 6, 10}));
  EXPECT_EQ(parse_sizes("1..9223372036854775807", "--buffers").size(), 64U) << "does not overflow";
  EXPECT_EQ(refusal([] { parse_sizes("2..1", "--buffers"); }),
            "--buffers: expected a range from a smaller size to a larger one, found \"2..1\"");
  EXPECT_EQ(refusal([] { parse_sizes("1..4,2", "--buffers"); }),
            "--buffers: expected each size once, found \"1..4,2\"");
}

TEST(ValuesTest, ReadsIntegersInRange) {
  EXPECT_EQ(parse_integer("0", "--seed", 0, 10), 0U);
  EXPECT_EQ(parse_integer("10", "--seed", 0, 10), 10U);
  EXPECT_EQ(parse_integer("18446744073709551615", "--seed", 0, std::numeric_limits<uint64_t>::max()),
            std::numeric_limits<uint64_t>::max());
  for (const char* text : {"", "-1", "11", "1x", "0x1", "1.0", "18446744073709551616"}) {
    EXPECT_THAT(refusal([text] { parse_integer(text, "--seed", 0, 10); }),
                HasSubstr("--seed: expected an integer between 0 and 10, found"))
        << text;
  }
}

TEST(ValuesTest, ReadsSeconds) {
  EXPECT_DOUBLE_EQ(parse_seconds("0.25", "--time-limit"), 0.25);
  for (const char* text : {"", "0", "-1", "nan", "inf", "1s", "1e999"}) {
    EXPECT_THAT(refusal([text] { parse_seconds(text, "--time-limit"); }),
                HasSubstr("--time-limit: expected a number of seconds above 0, found"))
        << text;
  }
}

TEST(ValuesTest, ReadsChoices) {
  EXPECT_EQ(parse_choice("native", "--cpu", {"riscv", "native"}), "native");
  EXPECT_EQ(refusal([] {
              parse_choice("Native", "--cpu", {"riscv", "native"});
            }),
            "--cpu: expected one of riscv, native, found \"Native\"; did you mean native?");
}

}  // namespace
}  // namespace hwcvp
