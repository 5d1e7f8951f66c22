// What the fuzz targets share. Each of them defines LLVMFuzzerTestOneInput() for one format: with libFuzzer
// in builds with HWCVP_FUZZ, else with the main of file_fuzzer.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "schedules/workload/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace hwcvp::fuzz {

// Ends the program, telling why, unless what has to hold for every input does.
void require(bool holds, const char* what);

// The rule for every message: it begins with `where`, a file or an option, and echoes no input at length.
void require_message(const std::string& message, const std::string& where);

// Reads an input by `read`, which may refuse it by InputError and by nothing else. Whether it was taken.
template <typename Read>
bool taken(const std::string& where, const Read& read) {
  try {
    read();
    return true;
  } catch (const InputError& error) {
    require_message(error.what(), where);
    return false;
  }
}

// An input as a file that lives in memory, as long as this does.
class InputFile {
 public:
  explicit InputFile(std::string_view input);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  int file_;
  std::string path_;
};

inline std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace hwcvp::fuzz
