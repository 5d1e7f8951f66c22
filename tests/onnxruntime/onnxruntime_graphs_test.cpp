// Random graphs of every operator: each integer tensor of the reference, which the machine is held to, is the
// one that ONNX Runtime computes.
#include <gtest/gtest.h>

#include "platform/graph_reference/graph_reference.h"
#include "platform/onnx_export/onnx_export.h"
#include "schedules/workload/error.h"
#include "tests/support/environment.h"
#include "tests/support/graph/random_graph.h"
#include "tests/support/onnxruntime/onnx_runtime.h"

namespace hwcvp {
namespace {

TEST(OnnxRuntimeGraphs, ComputeWhatTheReferenceDoes) {
  if (!has_onnx_runtime()) GTEST_SKIP() << "ONNX Runtime could not be installed";
  const uint64_t first = static_cast<uint64_t>(from_environment("HWCVP_SEED", 1));
  const uint64_t count = static_cast<uint64_t>(from_environment("HWCVP_GRAPHS", 2000));
  std::cout << "graphs of the seeds " << first << " to " << first + count - 1 << '\n';
  const ProgramFolder folder;
  RandomGraphOptions options;
  std::vector<OnnxRuntimeCase> cases;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const graph::Graph graph = random_graph(seed, options);
    OnnxRuntimeCase test;
    test.model = graph.name + ".onnx";
    write_onnx(graph, folder.path(test.model).string());
    const HostTensor input = random_input(graph.values[graph.inputs[0]].shape, seed);
    test.inputs.emplace("x", input);
    graph::run_reference(graph, {input}, {}, [&](graph::ValueIndex value, const HostTensor& tensor) {
      if (tensor.type() != DataType::float32) test.expected.emplace(graph.values[value].name, tensor);
    });
    cases.push_back(std::move(test));
  }
  const ProgramResult result = run_onnx_runtime(folder, cases);
  EXPECT_EQ(result.status, 0) << result.out.substr(0, 4000) << result.err.substr(0, 2000);
  std::cout << result.out.substr(result.out.size() - std::min<size_t>(200, result.out.size()));
}

}  // namespace
}  // namespace hwcvp
