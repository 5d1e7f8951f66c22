#include "platform/host/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

namespace fs = std::filesystem;

constexpr size_t kBufferBytes = 256 * 1024;
constexpr int kMode = 0666;

}  // namespace

OutputFile::OutputFile(const std::string& path) : path_(path), target_path_(path), buffer_(kBufferBytes) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  if (fs::is_directory(status)) throw InputError(path + ": expected a file, found a folder");
  const bool in_place = fs::exists(status) && !fs::is_regular_file(status);
  if (!in_place) {
    if (const fs::path resolved = fs::weakly_canonical(path, ignored); !ignored) target_path_ = resolved;
  }
  keep_ = in_place;
  open_path_ = in_place ? path : target_path_ + ".partial";
  file_ = open(open_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode);
  if (file_ < 0) throw InputError(fmt::format("{}: cannot be written: {}", path, std::strerror(errno)));
}

OutputFile::~OutputFile() {
  if (file_ >= 0) ::close(file_);
  if (!keep_) unlink(open_path_.c_str());
}

void OutputFile::append(const void* data, size_t bytes) {
  const char* from = static_cast<const char*>(data);
  while (bytes > 0) {
    if (used_ == buffer_.size()) flush();
    const size_t part = std::min(bytes, buffer_.size() - used_);
    std::memcpy(buffer_.data() + used_, from, part);
    used_ += part;
    from += part;
    bytes -= part;
  }
}

void OutputFile::flush() {
  size_t written = 0;
  while (written < used_ && error_ == 0) {
    const ssize_t result = ::write(file_, buffer_.data() + written, used_ - written);
    if (result >= 0) {
      written += static_cast<size_t>(result);
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  flushed_ += used_;
  used_ = 0;
}

void OutputFile::check() const {
  if (error_ != 0) {
    throw std::runtime_error(fmt::format("{}: writing failed: {}", path_, std::strerror(error_)));
  }
}

void OutputFile::close() {
  flush();
  if (::close(file_) != 0 && error_ == 0) error_ = errno;
  file_ = -1;
  check();
}

void OutputFile::commit() {
  close();
  if (keep_) return;
  if (std::rename(open_path_.c_str(), target_path_.c_str()) != 0) {
    error_ = errno;
    check();
  }
  keep_ = true;
}

std::string OutputFile::keep_partial() {
  close();
  keep_ = true;
  return open_path_;
}

}  // namespace hwcvp
