// Work that may crash, in a process of its own.
#pragma once

#include <functional>
#include <string>

namespace hwcvp::onnx_import {

// Calls `work` in a child process, without its standard error and with 20 seconds of processor time, and
// returns what it returns. Throws InputError and std::runtime_error with the text of an exception that `work`
// throws, std::bad_alloc where it runs out of memory, and std::runtime_error where it crashes or takes too
// long. Call it while the process has one thread.
std::string run_isolated(const std::function<std::string()>& work);

}  // namespace hwcvp::onnx_import
