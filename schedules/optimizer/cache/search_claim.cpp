#include "schedules/optimizer/cache/search_claim.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace hwcvp {

SearchClaim::SearchClaim(const std::string& file, int64_t byte)
    : descriptor_(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) return;
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = byte;
  lock.l_len = 1;
  // A lock of the open file, not of the process: closing another descriptor does not end it.
  if (fcntl(descriptor_, F_OFD_SETLK, &lock) == 0) {
    state_ = State::held;
  } else if (errno == EAGAIN || errno == EACCES) {
    state_ = State::taken;
  }
}

SearchClaim::~SearchClaim() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace hwcvp
