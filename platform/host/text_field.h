// Numbers as text, written into a buffer.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace hwcvp {

// All of these write at `out`, where there is room, and return the end of what they wrote.

inline char* put_decimal(char* out, uint64_t value) {
  constexpr int kLongest = 20;
  return std::to_chars(out, out + kLongest, value).ptr;
}

// With 0x before it.
inline char* put_hex(char* out, uint64_t value, const char* digits = "0123456789abcdef") {
  *out++ = '0';
  *out++ = 'x';
  int shift = 60;
  while (shift > 0 && value >> shift == 0) shift -= 4;
  for (; shift >= 0; shift -= 4) *out++ = digits[value >> shift & 15];
  return out;
}

inline char* put_text(char* out, std::string_view text) { return text.copy(out, text.size()) + out; }

// Text as a field of comma-separated values: in one line, as shown() escapes it, with ' before what a
// spreadsheet would take for a formula, and quoted where RFC 4180 asks for it.
std::string quoted_field(const std::string& field);

}  // namespace hwcvp
