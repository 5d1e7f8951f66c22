#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace hwcvp::fuzz {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: expected %s\n", what);
  std::abort();
}

void require_message(const std::string& message, const std::string& where) {
  constexpr size_t kMostBytes = 4000;
  if (message.size() <= kMostBytes && message.compare(0, where.size(), where) == 0) return;
  std::fprintf(stderr,
               "fuzz: expected a short message that begins with \"%s\", found \"%.200s\", %zu bytes\n",
               where.c_str(), message.c_str(), message.size());
  std::abort();
}

InputFile::InputFile(std::string_view input) : file_(memfd_create("fuzz", MFD_CLOEXEC)) {
  require(file_ >= 0, "a file in memory");
  for (size_t written = 0; written < input.size();) {
    const ssize_t count = write(file_, input.data() + written, input.size() - written);
    require(count > 0, "room for a file in memory");
    written += static_cast<size_t>(count);
  }
  path_ = "/proc/self/fd/" + std::to_string(file_);
}

InputFile::~InputFile() { close(file_); }

}  // namespace hwcvp::fuzz
