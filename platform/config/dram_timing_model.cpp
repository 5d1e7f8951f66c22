#include "platform/config/dram_timing_model.h"

#include <utility>

#include "platform/dram/dram_spec_file.h"

namespace hwcvp {

DramTimingModel::DramTimingModel(std::string name) : name_(std::move(name)) {
  if (!is_simple(name_)) spec_ = std::make_shared<const DramSpec>(find_dram_spec(name_));
}

}  // namespace hwcvp
