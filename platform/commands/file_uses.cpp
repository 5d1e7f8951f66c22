#include "platform/commands/file_uses.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "schedules/files/resolved_path.h"
#include "schedules/workload/error.h"

namespace hwcvp {

FileUses::FileUses() {
  const std::pair<int, const char*> kStreams[] = {{STDOUT_FILENO, "standard output"},
                                                  {STDERR_FILENO, "standard error"}};
  for (const auto& [descriptor, user] : kStreams) {
    struct stat status = {};
    if (fstat(descriptor, &status) != 0 || S_ISCHR(status.st_mode)) continue;
    by_number_.emplace(FileNumber(status.st_dev, status.st_ino), Use{user, true});
  }
}

void FileUses::add(const std::string& path, const Use& use) {
  struct stat status = {};
  const bool there = stat(path.c_str(), &status) == 0;
  if (there && S_ISCHR(status.st_mode)) return;
  if (there) by_number_.emplace(FileNumber(status.st_dev, status.st_ino), use);
  by_path_.emplace(resolved_path(path), use);
}

const FileUses::Use* FileUses::find(const std::string& path) const {
  struct stat status = {};
  if (stat(path.c_str(), &status) == 0) {
    const auto same = by_number_.find(FileNumber(status.st_dev, status.st_ino));
    if (same != by_number_.end()) return &same->second;
  }
  const auto same = by_path_.find(resolved_path(path));
  return same == by_path_.end() ? nullptr : &same->second;
}

void FileUses::reads(const std::string& user, const std::string& path) { add(path, {user, false}); }

void FileUses::reads(const CommandOptions& options, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (options.has(name)) reads("--" + name, options.text(name));
  }
}

void FileUses::writes(const std::string& user, const std::string& path) {
  if (const Use* const other = find(path)) {
    throw InputError(fmt::format("{}: {}: expected another file than that of {}, which is {}", user, path,
                                 other->user, other->written ? "written, too" : "read"));
  }
  std::error_code ignored;  // opening the file will tell
  if (std::filesystem::is_directory(path, ignored)) {
    throw InputError(fmt::format("{}: {}: expected a file, found a folder", user, path));
  }
  add(path, {user, true});
}

}  // namespace hwcvp
