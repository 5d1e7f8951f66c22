#include "schedules/files/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "schedules/files/resolved_path.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

namespace fs = std::filesystem;

constexpr size_t kBufferBytes = 256 * 1024;

[[noreturn]] void fail(const std::string& path, int error) {
  const std::string text = fmt::format("{}: cannot be written: {}", path, std::strerror(error));
  const bool no_room = error == ENOSPC || error == EDQUOT || error == EIO;
  if (no_room) throw std::runtime_error(text);
  throw InputError(text);
}

}  // namespace

OutputFile::OutputFile(const std::string& path)
    : path_(path), target_path_(resolved_path(path)), buffer_(kBufferBytes) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) throw InputError(path + ": expected a file, found a folder");
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    file_ = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (file_ < 0) fail(path, errno);
    return;
  }
  try {
    temporary_ = std::make_unique<TemporaryFile>(target_path_);
  } catch (const std::system_error& problem) {
    fail(path, problem.code().value());
  }
  file_ = temporary_->descriptor();
}

OutputFile::~OutputFile() {
  if (!temporary_ && file_ >= 0) close(file_);
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

void OutputFile::finish(const std::string& name) {
  flush();
  check();
  if (temporary_) {
    error_ = temporary_->rename(name);
    temporary_.reset();
  } else if (close(file_) != 0) {
    error_ = errno;
  }
  file_ = -1;
  check();
}

void OutputFile::commit() { finish(target_path_); }

std::string OutputFile::keep_partial() {
  std::string name = temporary_ ? target_path_ + ".partial" : target_path_;
  finish(name);
  return name;
}

void write_file(const std::string& path, std::string_view text) {
  OutputFile file(path);
  file.append(text.data(), text.size());
  file.commit();
}

}  // namespace hwcvp
