// Which files a command reads and writes.
#pragma once

#include <sys/types.h>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "platform/cli/options.h"

namespace hwcvp {

// Keeps a command from writing over what it reads, or two things to one file, under whatever names: links and
// "a/../b" are seen through. Devices may be written twice. What is read has to be there when it is told of.
class FileUses {
 public:
  // Standard output and standard error are written, where they are files.
  FileUses();

  // `user` is what names the file to people, such as "--layer". A folder counts as a file that is read.
  void reads(const std::string& user, const std::string& path);
  // The files of these options, of those that are given.
  void reads(const CommandOptions& options, const std::vector<std::string>& names);
  // Throws InputError where the path is that of another use, or of a folder. Tell of what is read before.
  void writes(const std::string& user, const std::string& path);

 private:
  struct Use {
    std::string user;
    bool written;
  };
  using FileNumber = std::pair<dev_t, ino_t>;

  void add(const std::string& path, const Use& use);
  const Use* find(const std::string& path) const;

  std::map<std::string, Use> by_path_;   // with links resolved
  std::map<FileNumber, Use> by_number_;  // of files that are there
};

}  // namespace hwcvp
