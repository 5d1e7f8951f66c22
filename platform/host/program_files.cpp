#include "platform/host/program_files.h"

#include <filesystem>
#include <system_error>

#include "schedules/workload/error.h"

namespace hwcvp {

std::string find_firmware_image() {
  namespace fs = std::filesystem;
  static const char* const kImage = "hwcvp_firmware.bin";
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  std::string searched;
  for (const fs::path& candidate : {folder / "firmware" / kImage, folder.parent_path() / "firmware" / kImage,
                                    folder / HWCVP_FIRMWARE_FOLDER / kImage}) {
    std::string path = candidate.lexically_normal().string();
    if (fs::exists(candidate, error)) return path;
    searched += (searched.empty() ? "" : ", ") + path;
  }
  throw InputError("firmware image: expected one of " + searched + ", found none");
}

}  // namespace hwcvp
