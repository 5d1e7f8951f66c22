// Runs the built program in a folder of its own.
#pragma once

#include <filesystem>
#include <string>

namespace hwcvp {

struct ProgramResult {
  int status = -1;  // exit status; 128 + signal where a signal ended it
  std::string out;  // standard output
  std::string err;  // standard error
};

// Whether the program is built with a sanitizer: it takes a few seconds to begin, and all addresses there
// are.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
// Seconds, for timeout(1) and sleep(1), after which the program has begun, and nothing that takes long has
// ended.
inline const std::string kSoon = kSanitized ? "5" : "0.3";

// A temporary folder with files, in which programs run. Removed at the end.
class ProgramFolder {
 public:
  ProgramFolder();
  ~ProgramFolder();
  ProgramFolder(const ProgramFolder&) = delete;
  ProgramFolder& operator=(const ProgramFolder&) = delete;

  std::filesystem::path path(const std::string& name) const { return folder_ / name; }
  void write(const std::string& name, const std::string& contents) const;
  std::string read(const std::string& name) const;

  // Runs a shell command line in the folder.
  ProgramResult shell(const std::string& command) const;
  // Runs the built hwcvp with these arguments, as the shell takes them.
  ProgramResult run(const std::string& arguments) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace hwcvp
