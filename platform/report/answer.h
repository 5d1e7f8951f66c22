// What a command answers to people: in short, or with all of its tables.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "platform/report/ranked_table.h"

namespace hwcvp {

// A part of the long answer, such as a table. `name` is what --details calls it.
struct AnswerSection {
  std::string name;
  std::function<void(std::ostream& out)> print;
};

struct Answer {
  std::string subject;                  // what ran, and on what
  std::optional<RankedTable> table;     // of the short answer
  std::vector<std::string> notes;       // what stands out, a sentence each
  std::vector<AnswerSection> sections;  // of the long answer
  std::string verdict;                  // the last line, however the command ended
};

// At most 30 lines of at most 100 columns, where the subject, the notes and the verdict leave room for that.
void print_short(std::ostream& out, const Answer& answer);
// Subject, the sections of these names, or all where there are none, notes and verdict.
void print_details(std::ostream& out, const Answer& answer, const std::vector<std::string>& names);

// The text in lines of at most so many columns, broken between words.
std::string wrapped(const std::string& text, size_t columns);

}  // namespace hwcvp
