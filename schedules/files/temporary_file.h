// Files that have no name of their own yet.
#pragma once

#include <string>

namespace hwcvp {

// An empty file beside `target`, "TARGET.hwcvp-XXXXXX.tmp" with six random characters, open for writing and
// locked. It disappears at destruction, unless rename() was called. What a process that was killed has left
// is recognized by its lock, which has ended, and removed when a file is made in the same folder, once a
// process and folder. Between machines that works where the file system passes locks on.
class TemporaryFile {
 public:
  // Takes the permissions of `target` where there is one. Throws std::system_error where the file cannot be
  // made.
  explicit TemporaryFile(const std::string& target);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  int descriptor() const { return descriptor_; }

  // Gives the file another name, in place of what has it. Nothing is forced to the disk: that is for a
  // program that may be killed, not for a machine that loses its power. Returns errno, or 0.
  int rename(const std::string& name);

 private:
  bool create(const std::string& target);

  std::string path_;
  int descriptor_ = -1;
  int entry_ = -1;  // in the list of those that remove_temporary_files() removes
};

// Before the process ends without destructors: removes all files that are not renamed yet, and lets no thread
// make others.
void remove_temporary_files();
// The same in a signal handler, where a file that is just being made may escape.
void remove_temporary_files_in_handler();

}  // namespace hwcvp
