#include "platform/tensor/npy.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

#include "platform/tensor/npy_header.h"
#include "schedules/files/output_file.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

// Layout of a file: magic, version (2 bytes), length of the header (2 bytes in version 1.0, else 4,
// little-endian), header, data.
constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr size_t kVersionEnd = 8;
constexpr size_t kDataAlignment = 64;
// A header of ours has under 200 bytes; version 1.0 cannot have more than this.
constexpr uint64_t kMaxHeaderBytes = 65535;

[[noreturn]] void fail(const std::string& path, std::string_view field, const std::string& problem) {
  throw InputError(fmt::format("{}: {}: {}", path, field, problem));
}

uint64_t regular_file_size(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!error && !std::filesystem::is_regular_file(status)) {
    fail(path, "file",
         std::filesystem::exists(status) ? "expected a regular file" : "expected a file, found none");
  }
  const uint64_t size = error ? 0 : std::filesystem::file_size(path, error);
  if (error) fail(path, "file", fmt::format("expected a readable file: {}", error.message()));
  return size;
}

// A file that is open for reading and has as many bytes left as are asked of it.
class Reader {
 public:
  explicit Reader(const std::string& path)
      : path_(path), left_(regular_file_size(path)), file_(path, std::ios::binary) {
    if (!file_) fail(path_, "file", fmt::format("expected a readable file: {}", std::strerror(errno)));
  }

  uint64_t left() const { return left_; }

  void read(void* out, uint64_t size, std::string_view field) {
    if (size > left_) {
      fail(path_, field, fmt::format("expected {} bytes, found a truncated file with {}", size, left_));
    }
    file_.read(static_cast<char*>(out), static_cast<std::streamsize>(size));
    if (!file_) fail(path_, field, "expected to read the file to its end, but reading failed");
    left_ -= size;
  }

 private:
  const std::string& path_;
  uint64_t left_;
  std::ifstream file_;
};

std::string read_header_text(Reader& file, const std::string& path) {
  char start[kVersionEnd];
  file.read(start, sizeof(start), "magic");
  if (std::string_view(start, kMagic.size()) != kMagic) {
    fail(path, "magic", "expected a NumPy .npy file, which begins with \\x93NUMPY");
  }
  const int major = static_cast<uint8_t>(start[6]);
  const int minor = static_cast<uint8_t>(start[7]);
  if (major < 1 || major > 3 || minor != 0) {
    fail(path, "version", fmt::format("expected 1.0, 2.0 or 3.0, found {}.{}", major, minor));
  }
  uint8_t length_bytes[4] = {};
  file.read(length_bytes, major == 1 ? 2 : 4, "header length");
  uint64_t length = 0;
  for (size_t i = 0; i < sizeof(length_bytes); ++i) length |= uint64_t{length_bytes[i]} << (8 * i);
  if (length > kMaxHeaderBytes) {
    fail(path, "header length", fmt::format("expected at most {}, found {}", kMaxHeaderBytes, length));
  }
  if (length > file.left()) {
    fail(path, "header",
         fmt::format("expected {} bytes, found a truncated file with {}", length, file.left()));
  }
  std::string text(length, '\0');
  file.read(text.data(), length, "header");
  return text;
}

void require_tensor(const std::string& path, const NpyHeader& header, DataType type, const Shape& shape) {
  if (header.descr != npy_descr(type)) {
    fail(path, "descr",
         fmt::format("expected '{}' ({}), found '{}'", npy_descr(type), to_string(type), header.descr));
  }
  if (header.shape != shape) {
    fail(path, "shape", fmt::format("expected {}, found {}", npy_tuple(shape), npy_tuple(header.shape)));
  }
}

// The tensor whose elements lie in Fortran order, the first axis innermost, in ours.
HostTensor to_c_order(const HostTensor& fortran) {
  const Shape& shape = fortran.shape();
  const auto size = static_cast<size_t>(bytes(fortran.type()));
  std::vector<size_t> strides(shape.size());  // of the axes in `fortran`, in bytes
  size_t stride = size;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    strides[axis] = stride;
    stride *= static_cast<size_t>(shape[axis]);
  }
  HostTensor tensor(fortran.type(), shape);
  std::vector<int64_t> index(shape.size());
  size_t from = 0;  // of the element with this index
  for (int64_t i = 0; i < tensor.elements(); ++i) {
    std::memcpy(tensor.bytes() + static_cast<size_t>(i) * size, fortran.bytes() + from, size);
    for (size_t axis = shape.size(); axis-- > 0;) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * static_cast<size_t>(shape[axis]);
      index[axis] = 0;
    }
  }
  return tensor;
}

}  // namespace

HostTensor read_npy(const std::string& path, DataType type, const Shape& shape) {
  Reader file(path);
  const NpyHeader header = parse_npy_header(read_header_text(file, path), path);
  require_tensor(path, header, type, shape);

  uint64_t size = static_cast<uint64_t>(bytes(type));
  for (const int64_t extent : shape) {
    if (__builtin_mul_overflow(size, static_cast<uint64_t>(extent), &size)) {
      fail(path, "shape", "expected fewer than 2^64 bytes of data");
    }
  }
  if (size != file.left()) {
    fail(path, "data",
         fmt::format("expected {} bytes, found {} ({})", size, file.left(),
                     file.left() < size ? "a truncated file" : "trailing bytes"));
  }
  HostTensor tensor(type, shape);
  file.read(tensor.bytes(), size, "data");
  return header.fortran_order ? to_c_order(tensor) : tensor;
}

void write_npy(const std::string& path, const HostTensor& tensor) {
  std::string header = to_text({npy_descr(tensor.type()), false, tensor.shape()});
  const size_t start = kVersionEnd + 2;
  const size_t used = start + header.size() + 1;
  header.append((kDataAlignment - used % kDataAlignment) % kDataAlignment, ' ');
  header += '\n';

  OutputFile file(path);
  const char version_and_length[] = {1, 0, static_cast<char>(header.size() & 0xff),
                                     static_cast<char>(header.size() >> 8)};
  file.append(kMagic.data(), kMagic.size());
  file.append(version_and_length, sizeof(version_and_length));
  file.append(header.data(), header.size());
  file.append(tensor.bytes(), static_cast<size_t>(tensor.size_bytes()));
  file.commit();
}

}  // namespace hwcvp
