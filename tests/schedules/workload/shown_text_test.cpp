// Text of others in messages: one line, no control characters, of bounded length.
#include "schedules/workload/shown_text.h"

#include <gtest/gtest.h>

#include <string>

namespace hwcvp {
namespace {

using namespace std::string_literals;

TEST(ShownTextTest, LeavesWhatPrints) {
  EXPECT_EQ(shown(""), "");
  EXPECT_EQ(shown("conv 3x3 \"a\" \\ größe 卷积 😀"), "conv 3x3 \"a\" \\ größe 卷积 😀");
  EXPECT_EQ(shown(std::string(60, 'x')), std::string(60, 'x'));
}

TEST(ShownTextTest, EscapesControlCharacters) {
  EXPECT_EQ(shown("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  EXPECT_EQ(shown("\x1b[31m\x7f\0end"s), "\\x1b[31m\\x7f\\x00end");
  EXPECT_EQ(shown("\xc2\x9b[31m"), "\\xc2\\x9b[31m") << "U+009B begins sequences as ESC [ does";
}

TEST(ShownTextTest, EscapesWhatIsNotUtf8) {
  EXPECT_EQ(shown("\xff\x80"), "\\xff\\x80");
  EXPECT_EQ(shown("a\xc3"), "a\\xc3") << "cut off";
  EXPECT_EQ(shown("\xc0\xaf"), "\\xc0\\xaf") << "overlong";
  EXPECT_EQ(shown("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
  EXPECT_EQ(shown("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "past U+10FFFF";
}

TEST(ShownTextTest, CutsBetweenCharacters) {
  EXPECT_EQ(shown(std::string(61, 'x')), std::string(57, 'x') + "...");
  EXPECT_EQ(shown("123456789", 8), "12345...");
  EXPECT_EQ(shown("1234öööö", 8), "1234...") << "the fifth character would end in the sixth byte";
  EXPECT_EQ(shown("1234\n\n\n\n", 8), "1234...");
  EXPECT_LE(shown(std::string(1000000, '\n')).size(), 60U);
}

TEST(ShownTextTest, CutsLinesInTheMiddle) {
  EXPECT_EQ(shown_line("a.json: x\n"), "a.json: x\\n");
  const std::string line = shown_line("a" + std::string(100000, 'x') + ": cannot be opened");
  EXPECT_LE(line.size(), 2010U);
  EXPECT_EQ(line.substr(0, 2), "ax");
  EXPECT_EQ(line.substr(line.size() - 19), "x: cannot be opened");
}

}  // namespace
}  // namespace hwcvp
