// An ONNX model as a list of layers with their data.
//
// Does not run networks: each layer gets inputs of its own, and operators that are not convolutions or matrix
// products are left out and listed. docs/onnx.md tells what is taken from a file, and how.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "platform/tensor/layer_tensors.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

struct OnnxOptions {
  DataType float_type = DataType::int8;  // int8 or int16: element type of floating-point layers
  // Sizes of dimensions that the model leaves open, by their name, or as "INPUT[AXIS]" for those without one.
  std::map<std::string, int64_t> dimensions;
  // Layers that cannot be carried out are left out, with a note, and there may be none.
  bool only_list = false;
};

// Nodes of one operator that are no layers.
struct OperatorCount {
  std::string name;
  int64_t count = 0;
};

// What of a layer differs from the model.
struct OnnxNote {
  std::string layer;
  std::string text;
};

class OnnxNetwork {
 public:
  // Reads a file of operator set 7 to 23. Throws InputError, in one line that begins with the path, for a
  // file that is no valid model and for what cannot be carried out: open dimensions, convolutions of three
  // dimensions, ConvTranspose, weights that do not fit.
  OnnxNetwork(const std::string& path, const OnnxOptions& options);
  ~OnnxNetwork();

  // Conv, Gemm and MatMul nodes and their quantized forms, in an order in which they can run, with names that
  // differ, also where only letters and digits count. Nodes without a name are called by operator and
  // position: "Conv_3".
  const std::vector<Layer>& layers() const { return layers_; }

  // The operators of all other nodes, by name, but for those that only tell constants and their codes.
  const std::vector<OperatorCount>& not_simulated() const { return not_simulated_; }

  const std::vector<OnnxNote>& notes() const { return notes_; }

  // Files beside the model that hold data of its tensors.
  std::vector<std::string> external_files() const;

  // Whether OnnxOptions::float_type applies to any layer.
  bool has_floating_point() const { return has_floating_point_; }

  // The operands of a layer: weights and bias of the file, quantized where they are floating-point numbers;
  // the input pseudo-random. Throws InputError as the constructor does. May be called from several threads.
  LayerTensors tensors(size_t layer, uint64_t seed) const;

 private:
  struct Model;

  std::unique_ptr<Model> model_;
  std::vector<Layer> layers_;
  std::vector<OperatorCount> not_simulated_;
  std::vector<OnnxNote> notes_;
  bool has_floating_point_ = false;
};

}  // namespace hwcvp
