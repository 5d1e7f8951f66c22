// The choice of one among several ways to compute the same, by what the machine has.
#pragma once

#include <cstddef>
#include <cstring>
#include <vector>

namespace hwcvp::kernels {

// Over a table of sets, best first, each with a name and `bool (*available)()`; the last one is always
// available. The best that there is is in use until another is selected. One for the process: it decides how
// fast things are computed, and nothing else.
template <typename Set, size_t N>
class Selection {
 public:
  explicit Selection(const Set (&sets)[N]) : sets_(sets), current_(sets) {
    while (!current_->available()) ++current_;
  }

  const Set& current() const { return *current_; }
  // Those that this machine has.
  std::vector<const char*> names() const {
    std::vector<const char*> names;
    for (const Set& set : sets_) {
      if (set.available()) names.push_back(set.name);
    }
    return names;
  }
  // Uses another one from now on, for tests. False for any other name.
  bool select(const char* name) {
    for (const Set& set : sets_) {
      if (std::strcmp(set.name, name) != 0 || !set.available()) continue;
      current_ = &set;
      return true;
    }
    return false;
  }

 private:
  const Set (&sets_)[N];
  const Set* current_;
};

}  // namespace hwcvp::kernels
