// A schedule: the loops around the datapath and the level of each tensor's buffer in them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schedules/workload/layer.h"

namespace hwcvp {

// Cuts the extent that `dim` has at this point of the nest into pieces of `tile`, the last one possibly
// shorter, visited in ascending order.
struct Loop {
  Dim dim = Dim::B;
  int64_t tile = 1;
};

// How the input buffer takes a new region: `sliding` reads only what the previous region did not hold,
// `reload` reads it all.
enum class InputReuse { sliding, reload };

// "sliding" or "reload".
const char* to_string(InputReuse reuse);

struct Schedule {
  // Job descriptors hold this many loops; a longer nest can always be shortened, since a loop that cuts
  // nothing is free.
  static constexpr size_t kMaxLoops = 64;

  std::vector<Loop> loops;                  // outermost first; what is left inside is one datapath command
  PerTensor<int> buffer_level = {0, 0, 0};  // number of loops outside each tensor's buffer
  PerTensor<bool> double_buffer = {false, false, false};
  InputReuse input_reuse = InputReuse::sliding;

  int level(Tensor tensor) const { return buffer_level[index(tensor)]; }

  // Throws InputError, with a line that begins with `where` and names the field, unless the schedule is legal
  // for the layer: at most kMaxLoops loops, every tile between 1 and the extent left of its dimension, levels
  // between 0 and the loops.
  void validate(const Layer& layer, const std::string& where) const;
};

bool operator==(const Loop& a, const Loop& b);
bool operator==(const Schedule& a, const Schedule& b);

}  // namespace hwcvp
