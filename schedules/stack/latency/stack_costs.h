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
  strip_tensor,     // tensors, for each strip, beforehand and on the way
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
  wait,             // for what reads or makes a tensor
  register_write,   // on the way
  room_question,    // times that the firmware asks for room in a FIFO
  kinds
};
inline constexpr size_t kStackWorks = static_cast<size_t>(StackWork::kinds);

inline constexpr std::array<const char*, kStackWorks> kStackWorkNames = {
    "job",     "descriptor_word", "tensor",       "op",     "plan_strip",  "strip_tensor",
    "range",   "piece",           "look",         "reader", "load",        "convolve",
    "portion", "weights",         "compute",      "store",  "store_lines", "operate",
    "wait",    "register_write",  "room_question"};

using StackCosts = std::array<double, kStackWorks>;

// Instructions for each, by StackWork.
inline constexpr StackCosts kStackCosts = {
    3607.0,  // job
    106.9,   // descriptor_word
    392.5,   // tensor
    0.0,     // op
    0.0,     // plan_strip
    0.0,     // strip_tensor
    199.9,   // range
    254.3,   // piece
    51.3,    // look
    51.7,    // reader
    218.3,   // load
    31.8,    // convolve
    43.7,    // portion
    156.3,   // weights
    190.2,   // compute
    187.5,   // store
    168.2,   // store_lines
    271.5,   // operate
    44.1,    // wait
    5.5,     // register_write
    30.4,    // room_question
};

}  // namespace hwcvp::stack
