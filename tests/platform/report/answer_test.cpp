// Short and long answers.
#include "platform/report/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace hwcvp {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

RankedTable table_of(size_t rows) {
  RankedTable table("layers", {{"layer", Table::Align::left}, {"bytes"}});
  for (size_t i = 0; i < rows; ++i) {
    const size_t bytes = (i * 7) % rows;
    table.add(static_cast<double>(bytes), {"layer" + std::to_string(i), std::to_string(bytes)});
  }
  table.set_total({"total", "all"});
  return table;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(RankedTable, ShowsAllRowsWhereTheyFit) {
  std::ostringstream out;
  table_of(5).print(out, 5);
  EXPECT_EQ(lines_of(out.str()).size(), 2U + 5 + 2);
  EXPECT_THAT(out.str(), Not(HasSubstr("other")));
}

TEST(RankedTable, LeavesOutWhatWeighsLeast) {
  std::ostringstream out;
  table_of(10).print(out, 4);
  const std::vector<std::string> lines = lines_of(out.str());
  // Bytes are 0 7 4 1 8 5 2 9 6 3.
  ASSERT_EQ(lines.size(), 2U + 4 + 2);
  EXPECT_THAT(lines[2], HasSubstr("layer1 "));
  EXPECT_THAT(lines[3], HasSubstr("layer4 "));
  EXPECT_THAT(lines[4], HasSubstr("layer7 "));
  EXPECT_EQ(lines[5], "7 other layers");
  EXPECT_THAT(lines[7], HasSubstr("total"));
}

TEST(RankedTable, CutsLongNames) {
  RankedTable table("layers", {{"layer", Table::Align::left}});
  table.add(1, {std::string(200, 'x')});
  std::ostringstream out;
  table.print(out, 1);
  for (const std::string& line : lines_of(out.str())) EXPECT_LE(line.size(), 28U);
}

TEST(Answer, BreaksLinesBetweenWords) {
  EXPECT_EQ(wrapped("one two three", 7), "one two\nthree");
  EXPECT_EQ(wrapped("one two three", 6), "one\ntwo\nthree");
  EXPECT_EQ(wrapped("unbreakable", 3), "unbreakable");
  EXPECT_EQ(wrapped("", 3), "");
}

TEST(Answer, IsShortOrHasTheSectionsThatAreAskedFor) {
  Answer answer;
  answer.subject = "subject";
  answer.table = table_of(100);
  answer.notes = {"a note"};
  answer.sections = {{"first", [](std::ostream& out) { out << "the first\n"; }},
                     {"second", [](std::ostream& out) { out << "the second\n"; }}};
  answer.verdict = "verdict";
  std::ostringstream brief;
  print_short(brief, answer);
  const std::vector<std::string> lines = lines_of(brief.str());
  EXPECT_LE(lines.size(), 30U);
  EXPECT_EQ(lines.front(), "subject");
  EXPECT_EQ(lines.back(), "verdict");
  EXPECT_THAT(brief.str(), HasSubstr("a note"));
  EXPECT_THAT(brief.str(), Not(HasSubstr("the first")));

  std::ostringstream some;
  print_details(some, answer, {"second"});
  EXPECT_EQ(some.str(), "subject\n\nthe second\n\na note\n\nverdict\n");
  std::ostringstream all;
  print_details(all, answer, {});
  EXPECT_THAT(all.str(), HasSubstr("the first\n\nthe second\n"));
}

}  // namespace
}  // namespace hwcvp
