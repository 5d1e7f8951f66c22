// Which file a path means.
#pragma once

#include <string>

namespace hwcvp {

// The absolute path with links resolved, that of the file itself included where it does not exist yet; the
// path as given where that fails.
std::string resolved_path(const std::string& path);

}  // namespace hwcvp
