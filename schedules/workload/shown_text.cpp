#include "schedules/workload/shown_text.h"

#include <algorithm>

namespace hwcvp {

namespace {

constexpr std::string_view kCut = "...";
constexpr size_t kLineEnd = 1000;  // bytes that are left of either end of a long line

std::string escaped(unsigned char c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  static constexpr char kDigits[] = "0123456789abcdef";
  return {'\\', 'x', kDigits[c >> 4], kDigits[c & 15]};
}

}  // namespace

size_t printable_bytes(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  const size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || bytes > text.size()) return 0;
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool surrogate = first == 0xed && byte(1) >= 0xa0;
  const bool control = first == 0xc2 && byte(1) < 0xa0;
  const bool too_large = first == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || control || too_large ? 0 : bytes;
}

std::string shown(std::string_view text, size_t most) {
  std::string result;
  size_t room_for_cut = 0;  // where the result may end before kCut
  while (!text.empty()) {
    const size_t bytes = printable_bytes(text);
    result += bytes > 0 ? std::string(text.substr(0, bytes)) : escaped(static_cast<unsigned char>(text[0]));
    if (result.size() > most) return result.substr(0, room_for_cut) += kCut;
    if (result.size() + kCut.size() <= most) room_for_cut = result.size();
    text.remove_prefix(std::max<size_t>(bytes, 1));
  }
  return result;
}

std::string shown_line(std::string_view text) {
  if (text.size() <= 2 * kLineEnd) return shown(text, std::string::npos);
  return shown(text.substr(0, kLineEnd), std::string::npos) + std::string(kCut) +
         shown(text.substr(text.size() - kLineEnd), std::string::npos);
}

}  // namespace hwcvp
