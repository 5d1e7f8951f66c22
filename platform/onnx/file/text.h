// Text from a model file, made fit for messages, tables and JSON.
#pragma once

#include <string>

namespace hwcvp::onnx_import {

// The text with line breaks as spaces and with '_' in place of control characters and of what is not UTF-8;
// longer text is cut after at most `most` bytes, between characters.
std::string printable(const std::string& text, size_t most = 180);

}  // namespace hwcvp::onnx_import
