// The choices that a DRAM controller leaves open.
#pragma once

#include <cstdint>
#include <string>

namespace hwcvp {

// How a controller works; the strings name the policies in models/dram/controller/policies.h.
struct DramControllerConfig {
  int64_t queue_depth = 32;  // bursts that wait in a channel
  std::string scheduler = "fr_fcfs";
  std::string page_policy = "open";
  std::string refresh = "all_bank";
  std::string mapping = "row-rank-bank-column-bank_group-channel";
  int64_t bypass_limit = 64;  // bursts that may overtake the oldest one of a channel
};

}  // namespace hwcvp
