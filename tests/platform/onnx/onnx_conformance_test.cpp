// The ONNX project's own test data, as Debian packages it (libonnx-testdata): each model is read or refused
// by a rule, shapes are those of the outputs that come with it, and constants are folded to these outputs.
#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "platform/onnx/network/network_import.h"
#include "platform/onnx/onnx_network.h"
#include "platform/onnx/shapes/array.h"
#include "platform/onnx/shapes/infer_shapes.h"
#include "schedules/workload/error.h"

namespace hwcvp {
namespace {

namespace fs = std::filesystem;
using namespace onnx_import;  // NOLINT(google-build-using-namespace)

constexpr const char* kData = "/usr/lib/python3/dist-packages/onnx/backend/test/data";

std::vector<fs::path> models() {
  std::vector<fs::path> paths;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(kData, error)) {
    if (entry.path().extension() == ".onnx") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

onnx::TensorProto read_tensor(const fs::path& path) {
  onnx::TensorProto tensor;
  std::ifstream file(path, std::ios::binary);
  tensor.ParseFromIstream(&file);
  return tensor;
}

// The rule by which a file is refused.
std::string rule_of(const std::string& message) {
  static const std::pair<const char*, const char*> kRules[] = {
      {"found none", "no operator set of the default domain"},
      {"opset_import: expected", "operator set before 7"},
      {"sparse initializer", "sparse initializer"},
      {"expected fixed dimensions", "open dimension without a size"},
      {"expected dimensions of 1 to", "input without elements"},
      {"no shape", "input without a shape"},
      {"data_type: expected", "unknown element type"},
  };
  for (const auto& [text, rule] : kRules) {
    if (message.find(text) != std::string::npos) return rule;
  }
  return "";
}

TEST(OnnxConformanceTest, EveryModelIsReadOrRefusedByARule) {
  const std::vector<fs::path> paths = models();
  if (paths.empty()) GTEST_SKIP() << "no models in " << kData << ": install libonnx-testdata";
  std::map<std::string, int> counts;
  int layers = 0;
  for (const fs::path& path : paths) {
    try {
      import_network(path.string(), {});
      OnnxOptions options;
      options.only_list = true;
      layers += OnnxNetwork(path.string(), options).layers().empty() ? 0 : 1;
      ++counts["read"];
    } catch (const InputError& error) {
      const std::string rule = rule_of(error.what());
      EXPECT_NE(rule, "") << error.what();
      ++counts["refused: " + rule];
    }
  }
  std::cout << paths.size() << " models\n";
  for (const auto& [what, count] : counts) std::cout << count << " " << what << '\n';
  std::cout << layers << " with layers\n";
  EXPECT_GT(counts["read"], static_cast<int>(paths.size() * 8 / 10));
}

bool same_numbers(const Array& a, const Array& b) {
  if (a.elem_type != b.elem_type || a.dims != b.dims) return false;
  for (int64_t i = 0; i < a.size(); ++i) {
    const double x = a.number(i), y = b.number(i);
    if (std::isnan(x) && std::isnan(y)) continue;
    if (x != y && !(std::abs(x - y) <= 1e-5 * std::max(1.0, std::abs(y)))) return false;
  }
  return true;
}

// With the inputs of the test data as constants, shapes and folded constants are those of its outputs.
TEST(OnnxConformanceTest, ShapesAndConstantsAreThoseOfTheTestData) {
  const std::vector<fs::path> paths = models();
  if (paths.empty()) GTEST_SKIP() << "no models in " << kData << ": install libonnx-testdata";
  int shapes = 0, constants = 0, unknown = 0;
  for (const fs::path& path : paths) {
    const fs::path set = path.parent_path() / "test_data_set_0";
    if (!fs::exists(set / "output_0.pb")) continue;
    // The data stands for bfloat16, which NumPy does not have, as uint16.
    if (path.string().find("BFLOAT16") != std::string::npos) continue;
    ModelFile file;
    try {
      parse_model_file(path.string(), {}, file);
    } catch (const InputError&) {
      continue;
    }
    onnx::GraphProto& graph = *file.model.mutable_graph();
    for (int i = 0; i < graph.input_size(); ++i) {
      const fs::path input = set / ("input_" + std::to_string(i) + ".pb");
      const auto type = graph.input(i).type();
      if (!fs::exists(input) || !type.has_tensor_type()) continue;
      onnx::TensorProto tensor = read_tensor(input);
      tensor.set_name(graph.input(i).name());
      *graph.add_initializer() = tensor;
    }
    graph.clear_value_info();
    std::map<std::string, onnx::TensorProto> expected;
    for (int i = 0; i < graph.output_size(); ++i) {
      const fs::path output = set / ("output_" + std::to_string(i) + ".pb");
      if (!fs::exists(output) || !graph.output(i).type().has_tensor_type()) continue;
      expected[graph.output(i).name()] = read_tensor(output);
      graph.mutable_output(i)->mutable_type()->mutable_tensor_type()->clear_shape();
    }
    infer_shapes(file);
    for (const onnx::TensorProto& tensor : graph.initializer()) {
      const auto found = expected.find(tensor.name());
      if (found == expected.end()) continue;
      const auto made = read_array(tensor, ".", "made"), wanted = read_array(found->second, ".", "wanted");
      if (!made || !wanted) continue;
      ++constants;
      EXPECT_TRUE(same_numbers(*made, *wanted)) << path << " " << tensor.name();
    }
    for (const onnx::ValueInfoProto& output : graph.output()) {
      const auto found = expected.find(output.name());
      if (found == expected.end()) continue;
      const auto dims = value_type(output).dims;
      if (!dims) {
        ++unknown;
        if (std::getenv("HWCVP_SHOW_UNKNOWN") != nullptr) std::cout << path << '\n';
        continue;
      }
      ++shapes;
      EXPECT_EQ(*dims, Dims(found->second.dims().begin(), found->second.dims().end())) << path;
      EXPECT_EQ(output.type().tensor_type().elem_type(), found->second.data_type()) << path;
    }
  }
  std::cout << shapes << " shapes inferred, " << unknown << " unknown; " << constants
            << " constants folded\n";
  EXPECT_GT(shapes, 5 * unknown);
}

}  // namespace
}  // namespace hwcvp
