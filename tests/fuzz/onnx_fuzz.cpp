// ONNX models, with the data of their layers. The ONNX library checks models in a process of its own, so this
// goes through some hundred a second, not thousands.
#include "platform/onnx/onnx_network.h"
#include "tests/fuzz/fuzz.h"

using namespace hwcvp;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr int64_t kMostElements = 1 << 16;  // of inputs, which are made up whatever the file's size is
  const fuzz::InputFile file(fuzz::text_of(data, size));
  for (const DataType type : {DataType::int8, DataType::int16}) {
    OnnxOptions options;
    options.float_type = type;
    fuzz::taken(file.path(), [&] {
      const OnnxNetwork network(file.path(), options);
      for (size_t i = 0; i < network.layers().size(); ++i) {
        const Layer& layer = network.layers()[i];
        fuzz::require(fuzz::taken("layer", [&] { layer.validate("layer"); }), "a legal layer");
        if (layer.input_elements() > kMostElements || layer.weight_elements() > kMostElements) continue;
        const LayerTensors tensors = network.tensors(i, 1);
        fuzz::require(tensors.weights.elements() == layer.weight_elements(), "the weights of the layer");
      }
    });
  }
  return 0;
}
