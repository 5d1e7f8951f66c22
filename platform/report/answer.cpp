#include "platform/report/answer.h"

#include <algorithm>
#include <sstream>

namespace hwcvp {

namespace {

constexpr size_t kAnswerColumns = 100;
constexpr size_t kMostAnswerRows = 14;

void print_line(std::ostream& out, const std::string& text) { out << wrapped(text, kAnswerColumns) << '\n'; }

void print_end(std::ostream& out, const Answer& answer) {
  for (const std::string& note : answer.notes) print_line(out, note);
  if (!answer.notes.empty()) out << '\n';
  out << answer.verdict << '\n';
}

}  // namespace

std::string wrapped(const std::string& text, size_t columns) {
  std::istringstream words(text);
  std::string result;
  size_t column = 0;
  for (std::string word; words >> word;) {
    if (column > 0 && column + 1 + word.size() > columns) {
      result += '\n';
      column = 0;
    } else if (column > 0) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
  }
  return result;
}

void print_short(std::ostream& out, const Answer& answer) {
  print_line(out, answer.subject);
  out << '\n';
  if (answer.table) {
    answer.table->print(out, kMostAnswerRows);
    out << '\n';
  }
  print_end(out, answer);
}

void print_details(std::ostream& out, const Answer& answer, const std::vector<std::string>& names) {
  print_line(out, answer.subject);
  out << '\n';
  for (const AnswerSection& section : answer.sections) {
    if (!names.empty() && std::find(names.begin(), names.end(), section.name) == names.end()) continue;
    section.print(out);
    out << '\n';
  }
  print_end(out, answer);
}

}  // namespace hwcvp
