// What the firmware in sw/ takes for stacks on the emulated core, as bench/stack_firmware_costs has measured
// it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace hwcvp::stack {

// What its way through a stack consists of; register accesses are counted apart.
enum class StackWork : uint8_t {
  job,              // once
  descriptor_word,  // read
  tensor,           // of the stack, once a job
  op,               // operators, once a job
  plan_strip,       // strips gone through beforehand
  range,            // inputs of operators, for each strip, beforehand and on the way
  piece,            // pieces of operators begun, beforehand and on the way
  look,             // inputs looked at for these
  reader,           // readers of a tensor that is looked at
  load,             // lines that come from memory
  convolve,         // pieces of convolutions
  portion,          // of output channels
  weights,          // that are loaded
  compute,          // commands
  store,            // of a convolution's outputs
  store_lines,      // of a tensor that others read on
  operate,          // pieces of other operators, of joined channels each part
  register_write,   // on the way
  room_question,    // times that the firmware asks for room in a FIFO
  kinds
};
inline constexpr size_t kStackWorks = static_cast<size_t>(StackWork::kinds);

inline constexpr std::array<const char*, kStackWorks> kStackWorkNames = {
    "job",         "descriptor_word", "tensor",         "op",           "plan_strip",
    "range",       "piece",           "look",           "reader",       "load",
    "convolve",    "portion",         "weights",        "compute",      "store",
    "store_lines", "operate",         "register_write", "room_question"};

using StackCosts = std::array<double, kStackWorks>;

// Instructions for each, by StackWork.
inline constexpr StackCosts kStackCosts = {
    3338.0,  // job
    114.2,   // descriptor_word
    125.0,   // tensor
    0.0,     // op
    0.0,     // plan_strip
    204.3,   // range
    254.8,   // piece
    41.2,    // look
    70.0,    // reader
    278.9,   // load
    0.0,     // convolve
    184.1,   // portion
    142.0,   // weights
    225.1,   // compute
    74.8,    // store
    221.1,   // store_lines
    319.3,   // operate
    5.9,     // register_write
    28.4,    // room_question
};

}  // namespace hwcvp::stack
