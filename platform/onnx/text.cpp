#include "platform/onnx/text.h"

#include <algorithm>

namespace hwcvp::onnx_import {

namespace {

// Bytes of the UTF-8 character at the front, 0 where there is none. Overlong forms, surrogates and what lies
// past U+10FFFF are not characters.
size_t character_bytes(const unsigned char* text, size_t size) {
  const unsigned char first = text[0];
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  const size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || bytes > size) return 0;
  for (size_t i = 1; i < bytes; ++i) {
    if ((text[i] & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xe0 && text[1] < 0xa0) || (first == 0xf0 && text[1] < 0x90);
  const bool surrogate = first == 0xed && text[1] >= 0xa0;
  const bool control = first == 0xc2 && text[1] < 0xa0;
  const bool too_large = first == 0xf4 && text[1] >= 0x90;
  return overlong || surrogate || control || too_large ? 0 : bytes;
}

}  // namespace

std::string printable(const std::string& text, size_t most) {
  std::string result;
  size_t i = 0;
  while (i < text.size()) {
    const auto* const rest = reinterpret_cast<const unsigned char*>(text.data()) + i;
    const size_t bytes = character_bytes(rest, text.size() - i);
    const size_t taken = std::max<size_t>(bytes, 1);
    if (result.size() + taken > most) break;
    if (bytes > 0) {
      result.append(text, i, bytes);
    } else if (text[i] != '\n' && text[i] != '\t') {
      result += '_';
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
    i += taken;
  }
  while (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

}  // namespace hwcvp::onnx_import
