#include "schedules/files/resolved_path.h"

#include <filesystem>
#include <system_error>

namespace hwcvp {

std::string resolved_path(const std::string& path) {
  constexpr int kMostLinks = 40;  // as of Linux
  std::error_code error;
  std::error_code no_link;
  std::filesystem::path file = std::filesystem::absolute(path, error);
  // Canonical paths follow a link only to a file that is there.
  for (int i = 0; i < kMostLinks; ++i) {
    const std::filesystem::path target = std::filesystem::read_symlink(file, no_link);
    if (no_link) break;
    file = file.parent_path() / target;
  }
  if (!error) file = std::filesystem::weakly_canonical(file, error);
  return error ? path : file.string();
}

}  // namespace hwcvp
