#include "platform/onnx/file/text.h"

#include <algorithm>
#include <string_view>

#include "schedules/workload/shown_text.h"

namespace hwcvp::onnx_import {

std::string printable(const std::string& text, size_t most) {
  std::string result;
  size_t i = 0;
  while (i < text.size()) {
    const size_t bytes = printable_bytes(std::string_view(text).substr(i));
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
