// From a network in floating point to one of integers, with ranges seen on calibration inputs.
//
// Does not train: no weight is changed but by rounding.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "platform/tensor/tensor.h"

namespace hwcvp {

struct QuantizeOptions {
  std::map<std::string, int64_t> dimensions;  // of those that the file leaves open
  std::vector<std::string> data;              // .npy files, an input each; pseudo-random inputs where empty
  uint64_t seed = 1;                          // of these
  double percent = 100;                       // of the numbers of a tensor that its range holds
  DataType activations = DataType::uint8;     // or int8
};

// What became of a tensor. `noise` is what the network of integers differs in, all that came before included.
struct QuantizedTensor {
  std::string name;
  float scale = 1;
  int32_t zero_point = 0;
  float least = 0, most = 0;
  double signal_to_noise = 0;  // dB; infinite where nothing differs
};

struct QuantizeReport {
  std::vector<QuantizedTensor> tensors;     // in the order of the network
  std::vector<std::string> floating_point;  // "OPERATOR NAME" of nodes that stay as they are
  int64_t inputs = 0;                       // that were run
  bool pseudo_random = false;
};

// Reads, quantizes and writes a network. Throws InputError for a file that is no network in floating point
// with one input, for operators that cannot be carried out, and for data of another
// type or shape.
QuantizeReport quantize_network(const std::string& path, const std::string& out_path,
                                const QuantizeOptions& options);

}  // namespace hwcvp
