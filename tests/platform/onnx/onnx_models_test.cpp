// Small models, each named after what is in it that readers have stumbled over.
#include <gmock/gmock.h>

#include "platform/onnx/network/network_import.h"
#include "schedules/workload/error.h"
#include "tests/platform/onnx/onnx_test.h"

namespace hwcvp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string model_path(const std::string& name) {
  return std::string(HWCVP_TEST_DATA) + "/onnx/" + name + ".onnx";
}

// The layers of a model, their sizes and what is left out.
std::string text(const OnnxNetwork& network) {
  std::string text;
  for (const Layer& layer : network.layers()) {
    text += layer.name + " " + to_string(input_shape(layer)) + " -> " + to_string(output_shape(layer)) + "; ";
  }
  for (const OperatorCount& count : network.not_simulated()) {
    text += std::to_string(count.count) + " " + count.name + "; ";
  }
  return text;
}

TEST(OnnxModelsTest, LayersOfEach) {
  const struct {
    const char* name;
    const char* expected;
  } kCases[] = {
      {"conv1d", "c1 1 x 3 x 1 x 16 -> 1 x 4 x 1 x 14; "},
      {"conv_opset18", "conv 1 x 3 x 8 x 8 -> 1 x 4 x 6 x 6; "},
      {"conv_opset21", "conv 1 x 3 x 8 x 8 -> 1 x 4 x 6 x 6; "},
      {"conv_then_qlinearmatmul",
       "qc 1 x 3 x 4 x 4 -> 1 x 4 x 2 x 2; qmm 1 x 16 x 1 x 1 -> 1 x 8 x 1 x 1; 1 Flatten; "},
      {"dynamic_quant_convinteger", "ci 1 x 3 x 8 x 8 -> 1 x 4 x 6 x 6; 1 DynamicQuantizeLinear; "},
      {"gemm_matrix_bias", "gm 4 x 16 x 1 x 1 -> 4 x 8 x 1 x 1; "},
      {"ir3_initializer_not_input", "conv 1 x 3 x 8 x 8 -> 1 x 4 x 6 x 6; "},
      {"matmulinteger", "mmi 4 x 16 x 1 x 1 -> 4 x 8 x 1 x 1; "},
      {"qdq_conv_relu_quantize", "conv 1 x 3 x 8 x 8 -> 1 x 4 x 6 x 6; 1 Relu; "},
      {"qlinearadd_between",
       "c1 1 x 4 x 8 x 8 -> 1 x 4 x 8 x 8; c2 1 x 4 x 8 x 8 -> 1 x 4 x 8 x 8; 1 com.microsoft.QLinearAdd; "},
      {"qlinearconv_u8_zp0", "qc 1 x 3 x 8 x 8 -> 1 x 4 x 6 x 6; "},
      {"reshape_by_shape_arithmetic_opset13", "fc 1 x 12 x 1 x 1 -> 1 x 8 x 1 x 1; 1 Reshape; "},
      {"unknown_op_default_domain", "conv 1 x 3 x 8 x 8 -> 1 x 4 x 6 x 6; 1 RequantShift; "},
      {"unsorted_nodes", "conv 1 x 3 x 8 x 8 -> 1 x 4 x 6 x 6; 1 Relu; "},
      {"weights_behind_reshape", "mm 1 x 16 x 1 x 1 -> 1 x 8 x 1 x 1; "},
      {"weights_without_data", "conv 1 x 3 x 8 x 8 -> 1 x 4 x 6 x 6; "},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    const OnnxNetwork network(model_path(c.name), {});
    EXPECT_EQ(text(network), c.expected);
    for (size_t i = 0; i < network.layers().size(); ++i) network.tensors(i, 1);
  }
}

TEST(OnnxModelsTest, OpenDimensionsOfMinusOne) {
  OnnxOptions options;
  options.dimensions = {{"x[0]", 2}};
  EXPECT_EQ(text(OnnxNetwork(model_path("dim_minus_one"), options)), "conv 2 x 3 x 8 x 8 -> 2 x 4 x 6 x 6; ");
}

TEST(OnnxModelsTest, LayersInSubgraphsAreNamed) {
  try {
    OnnxNetwork(model_path("conv_in_if_only"), {});
    FAIL() << "not refused";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("found none but 2 Conv (in a subgraph), 1 If"));
  }
  OnnxOptions options;
  options.only_list = true;
  EXPECT_EQ(text(OnnxNetwork(model_path("conv_in_if_only"), options)), "2 Conv (in a subgraph); 1 If; ");
}

// Those that are quantized can be run as a whole.
TEST(OnnxModelsTest, WholeNetworks) {
  for (const char* const name : {"conv_then_qlinearmatmul", "matmulinteger", "qdq_conv_relu_quantize",
                                 "qlinearadd_between", "qlinearconv_u8_zp0"}) {
    EXPECT_TRUE(import_network(model_path(name), {}).complete) << name;
  }
  const NetworkImport unknown = import_network(model_path("unknown_op_default_domain"), {});
  ASSERT_EQ(unknown.operators.size(), 2U);
  EXPECT_EQ(unknown.operators[0].engine, "compute");
  EXPECT_THAT(unknown.operators[0].missing, HasSubstr("hwcvp quantize"));
  EXPECT_EQ(unknown.operators[1].engine, "");
  EXPECT_EQ(unknown.operators[1].missing, "is no operator of the machine");
}

}  // namespace
}  // namespace hwcvp
