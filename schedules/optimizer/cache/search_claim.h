// Which of several processes searches what.
#pragma once

#include <cstdint>
#include <string>

namespace hwcvp {

// A lock on one byte of a file, held until destruction or the end of the process, however it ends: nothing is
// left behind that had to be cleaned up. Also excludes other claims of the same process. Works between
// machines where the file system's locks do.
class SearchClaim {
 public:
  enum class State {
    held,   // by this claim
    taken,  // by another one
    failed  // the file cannot be locked; nobody knows
  };

  // Makes the file where there is none. Never waits. `byte` stands for what is claimed, below 2^63.
  SearchClaim(const std::string& file, int64_t byte);
  ~SearchClaim();
  SearchClaim(const SearchClaim&) = delete;
  SearchClaim& operator=(const SearchClaim&) = delete;

  State state() const { return state_; }

 private:
  int descriptor_ = -1;
  State state_ = State::failed;
};

}  // namespace hwcvp
