// What the ways to break a machine have in common.
#pragma once

#include <string>

namespace hwcvp {

// Something that goes wrong once, and then tells what it was.
class Fault {
 public:
  virtual ~Fault() = default;

  // What was broken, where and when; empty until it has happened.
  const std::string& injected() const { return injected_; }

 protected:
  // Notes what happens, at the simulated time; an information report of type "/hwcvp/faults" tells it.
  void note(const std::string& what);

 private:
  std::string injected_;
};

}  // namespace hwcvp
