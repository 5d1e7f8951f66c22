#include "platform/host/text_field.h"

#include "schedules/workload/shown_text.h"

namespace hwcvp {

std::string quoted_field(const std::string& field) {
  std::string text = shown(field, std::string::npos);
  if (!text.empty() && std::string_view("=+-@").find(text[0]) != std::string_view::npos)
    text.insert(0, 1, '\'');
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + '"';
}

}  // namespace hwcvp
