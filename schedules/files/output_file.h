// A file that takes its name when it is complete.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "schedules/files/temporary_file.h"

namespace hwcvp {

// Written through a buffer of fixed size to a temporary file beside PATH, which commit() renames to PATH;
// devices and pipes are written as they are. A failed write is remembered, what follows it is dropped, and
// check() tells: so append() may be called where no exception may pass, as within the simulation.
class OutputFile {
 public:
  // Throws InputError where the file cannot be created, std::runtime_error where that is for want of room.
  explicit OutputFile(const std::string& path);
  // Removes the temporary file, unless commit() or keep_partial() was called.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void append(const void* data, size_t bytes);
  // Room for at least kReserve bytes to write text into; end() is where that text ends.
  static constexpr size_t kReserve = 256;
  char* reserve() {
    if (buffer_.size() - used_ < kReserve) flush();
    return buffer_.data() + used_;
  }
  void end(const char* text_end) { used_ = static_cast<size_t>(text_end - buffer_.data()); }

  // Bytes appended so far.
  uint64_t offset() const { return flushed_ + used_; }

  // Throws std::runtime_error, naming file and cause, once a write has failed.
  void check() const;
  // Writes what is buffered and gives the file its name. Throws as check().
  void commit();
  // Writes what is buffered and gives the file the name PATH.partial, which is returned. Throws as check().
  std::string keep_partial();

 private:
  void flush();
  void finish(const std::string& name);

  const std::string path_;                    // as given
  std::string target_path_;                   // with links resolved
  std::unique_ptr<TemporaryFile> temporary_;  // null for what is written in place
  std::vector<char> buffer_;
  size_t used_ = 0;
  uint64_t flushed_ = 0;
  int file_ = -1;  // that is written
  int error_ = 0;  // errno of the write that failed
};

// Writes a whole file at once. Throws as OutputFile, its constructor and commit().
void write_file(const std::string& path, std::string_view text);

}  // namespace hwcvp
