#include "platform/onnx/file/external_data.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>

#include "platform/onnx/file/text.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(const std::string& where, const std::string& problem) {
  throw InputError(fmt::format("{}: external data: {}", where, problem));
}

int64_t parse_number(const onnx::StringStringEntryProto& entry, const std::string& where) {
  const std::string& text = entry.value();
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) {
    refuse(where, fmt::format("{}: expected a number of bytes, found \"{}\"", entry.key(), printable(text)));
  }
  return value;
}

// The file, with all links followed, which must not lead out of the folder.
fs::path resolve(const std::string& location, const std::string& folder, const std::string& where) {
  const fs::path relative(location);
  bool inside = !location.empty() && location.find('\0') == std::string::npos && relative.is_relative();
  for (const fs::path& part : relative) inside = inside && part != "..";
  if (!inside) {
    refuse(where, fmt::format("location: expected a file in the model's folder or below it, found \"{}\"",
                              printable(location)));
  }
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  fs::path file = error ? fs::path() : fs::canonical(root / relative, error);
  if (error) refuse(where, fmt::format("{}: cannot be opened", printable(location)));
  const fs::path from_root = file.lexically_relative(root);
  if (from_root.empty() || *from_root.begin() == "..") {
    refuse(where, fmt::format("location: expected a file in the model's folder or below it, found a link out "
                              "of it, \"{}\"",
                              printable(location)));
  }
  if (!fs::is_regular_file(file, error)) {
    refuse(where, fmt::format("{}: expected a regular file", printable(location)));
  }
  return file;
}

}  // namespace

ExternalData locate_external_data(const onnx::TensorProto& tensor, int64_t bytes, const std::string& folder,
                                  const std::string& where) {
  std::string location;
  ExternalData data;
  data.length = bytes;
  for (const onnx::StringStringEntryProto& entry : tensor.external_data()) {
    if (entry.key() == "location") {
      location = entry.value();
    } else if (entry.key() == "offset") {
      data.offset = parse_number(entry, where);
    } else if (entry.key() == "length") {
      data.length = parse_number(entry, where);
    }  // a checksum may be there as well; nobody agrees on how it is computed
  }
  const fs::path file = resolve(location, folder, where);
  if (data.length != bytes) {
    refuse(where, fmt::format("length: expected {} bytes for the tensor, found {}", bytes, data.length));
  }
  std::error_code error;
  const auto size = static_cast<int64_t>(fs::file_size(file, error));
  if (error) refuse(where, fmt::format("{}: cannot be opened", printable(location)));
  if (data.offset > size || data.length > size - data.offset) {
    refuse(where, fmt::format("{}: expected {} bytes from offset {}, found a file of {} bytes",
                              printable(location), data.length, data.offset, size));
  }
  data.path = file.string();
  return data;
}

std::vector<std::string> external_files(const onnx::GraphProto& graph, const std::string& folder) {
  std::set<std::string> files;
  const auto add = [&](const onnx::TensorProto& tensor) {
    if (tensor.data_location() != onnx::TensorProto::EXTERNAL) return;
    for (const onnx::StringStringEntryProto& entry : tensor.external_data()) {
      if (entry.key() == "location") files.insert((fs::path(folder) / entry.value()).string());
    }
  };
  for (const onnx::TensorProto& tensor : graph.initializer()) add(tensor);
  for (const onnx::NodeProto& node : graph.node()) {
    for (const onnx::AttributeProto& attribute : node.attribute()) {
      if (attribute.has_t()) add(attribute.t());
    }
  }
  return {files.begin(), files.end()};
}

std::string read_external_data(const ExternalData& data, const std::string& where) {
  std::ifstream file(data.path, std::ios::binary);
  std::string contents(static_cast<size_t>(data.length), '\0');
  file.seekg(data.offset);
  file.read(contents.data(), data.length);
  if (!file) refuse(where, fmt::format("{}: cannot be read", printable(data.path)));
  return contents;
}

}  // namespace hwcvp::onnx_import
