// How the DRAM of a machine is timed.
#pragma once

#include <memory>
#include <string>

#include "models/dram/controller/spec.h"

namespace hwcvp {

// Simple, where every access takes the same, or command by command, as a device has it.
class DramTimingModel {
 public:
  DramTimingModel() = default;  // simple
  // "simple", the name of a preset, or the path of a DRAM file. Throws InputError as find_dram_spec().
  explicit DramTimingModel(std::string name);

  // As it was given.
  const std::string& name() const { return name_; }
  bool simple() const { return spec_ == nullptr; }
  // Of the device; only where it is not simple.
  const DramSpec& spec() const { return *spec_; }

  // Whether a name stands for the simple timing.
  static bool is_simple(const std::string& name) { return name == "simple"; }

 private:
  std::string name_ = "simple";
  std::shared_ptr<const DramSpec> spec_;
};

}  // namespace hwcvp
