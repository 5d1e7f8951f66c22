// An independent check of a DRAM command trace against the rules of the standards.
#pragma once

#include <string>
#include <vector>

#include "models/dram/controller/command.h"
#include "models/dram/controller/spec.h"

namespace hwcvp {

// Shares nothing with the controller but the parameters and the form of the trace: a table of rules, each a
// pair of commands and the least distance between any two of them, tried on every pair that is near enough;
// and a replay of which rows are open, of the data bus and of the command bus. Returns one line for each
// violation, at most `most`.
//
// `end`: the cycle at which the trace was cut, for the rule that refresh is not forgotten.
std::vector<std::string> find_violations(const DramSpec& spec, std::vector<DramCommandRecord> trace,
                                         DramCycle end, size_t most = 10);

}  // namespace hwcvp
