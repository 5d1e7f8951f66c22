// Damaged files: read, or refused by one line; never a crash, a hang or memory for sizes that a file only
// claims. HWCVP_MUTATIONS sets how many, HWCVP_SEED which.
#include <gmock/gmock.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "platform/onnx/network/network_import.h"
#include "schedules/workload/error.h"
#include "tests/platform/onnx/onnx_test.h"
#include "tests/platform/onnx/quantized_model.h"
#include "tests/support/environment.h"

namespace hwcvp {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Random = std::mt19937_64;

size_t below(Random& random, size_t end) { return static_cast<size_t>(random() % end); }

int64_t odd_integer(Random& random) {
  static constexpr int64_t kOdd[] = {0,  1,  -1, 2,         3,         7,         64,        1000000007,
                                     -2, -7, 23, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, 1LL << 40};
  return kOdd[below(random, std::size(kOdd))];
}

void change_bytes(std::string& bytes, Random& random) {
  for (size_t i = 0, count = 1 + below(random, 4); i < count && !bytes.empty(); ++i) {
    const size_t at = below(random, bytes.size());
    switch (below(random, 4)) {
      case 0:
        bytes[at] = static_cast<char>(random());
        break;
      case 1:
        bytes.erase(at, 1 + below(random, 8));
        break;
      case 2:
        bytes.insert(at, 1, static_cast<char>(random()));
        break;
      default:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(random, 8)));
    }
  }
  if (below(random, 20) == 0) bytes.resize(below(random, bytes.size() + 1));
}

void change_field(Message& message, const FieldDescriptor* field, Random& random) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  if (field->is_repeated()) {
    const int size = reflection.FieldSize(message, field);
    if (size == 0) return;
    const auto at = static_cast<int>(below(random, static_cast<size_t>(size)));
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection.SetRepeatedInt64(&message, field, at, odd_integer(random));
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection.SetRepeatedInt32(&message, field, at, static_cast<int32_t>(odd_integer(random)));
      case FieldDescriptor::CPPTYPE_FLOAT:
        return reflection.SetRepeatedFloat(&message, field, at, below(random, 2) == 0 ? NAN : 1e30F);
      case FieldDescriptor::CPPTYPE_STRING: {
        const auto other = static_cast<int>(below(random, static_cast<size_t>(size)));
        return reflection.SwapElements(&message, field, at, other);
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (below(random, 2) == 0) return reflection.SwapElements(&message, field, at, 0);
        return reflection.RemoveLast(&message, field);
      default:
        return;
    }
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(&message, field, odd_integer(random));
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(&message, field, static_cast<int32_t>(below(random, 24)));
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.SetString(&message, field, below(random, 2) == 0 ? "" : "x_q");
    default:
      return reflection.ClearField(&message, field);
  }
}

// A field of a message somewhere below.
void change_message(Message& message, Random& random) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  if (fields.empty()) return;
  const FieldDescriptor* const field = fields[below(random, fields.size())];
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && below(random, 10) != 0) {
    if (!field->is_repeated()) return change_message(*reflection.MutableMessage(&message, field), random);
    const auto size = static_cast<size_t>(reflection.FieldSize(message, field));
    const auto at = static_cast<int>(below(random, size));
    return change_message(*reflection.MutableRepeatedMessage(&message, field, at), random);
  }
  change_field(message, field, random);
}

std::string read_file(const std::string& name) {
  std::ifstream file(std::string(HWCVP_TEST_DATA) + "/onnx/" + name + ".onnx", std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

std::vector<std::string> whole_files() {
  std::vector<std::string> files = {small_resnet().bytes(), small_resnet(19).bytes()};
  for (const char* const name :
       {"conv1d", "conv_in_if_only", "conv_then_qlinearmatmul", "gemm_matrix_bias", "qdq_conv_relu_quantize",
        "qlinearadd_between", "weights_behind_reshape", "reshape_by_shape_arithmetic_opset13"}) {
    files.push_back(read_file(name));
  }
  return files;
}

class OnnxMutationTest : public OnnxTest {};

TEST_F(OnnxMutationTest, AreReadOrRefused) {
  const int64_t count = from_environment("HWCVP_MUTATIONS", 300);
  const auto seed = static_cast<uint64_t>(from_environment("HWCVP_SEED", 20261130));
  std::cout << count << " mutations, seed " << seed << '\n';
  const std::vector<std::string> files = whole_files();
  int64_t read = 0, whole = 0;
  std::chrono::duration<double> longest{0};
  for (int64_t i = 0; i < count; ++i) {
    Random random(seed + static_cast<uint64_t>(i));
    std::string bytes = files[below(random, files.size())];
    if (below(random, 3) == 0) {
      change_bytes(bytes, random);
    } else {
      onnx::ModelProto model;
      ASSERT_TRUE(model.ParseFromString(bytes));
      for (size_t k = 0, changes = 1 + below(random, 3); k < changes; ++k) change_message(model, random);
      bytes = model.SerializeAsString();
    }
    folder.write("m.onnx", bytes);
    const std::string path = folder.path("m.onnx").string();
    const auto start = std::chrono::steady_clock::now();
    try {
      whole += import_network(path, {}).complete ? 1 : 0;
      OnnxOptions options;
      options.only_list = true;
      OnnxNetwork(path, options);
      ++read;
    } catch (const InputError& error) {
      const std::string message = error.what();
      EXPECT_EQ(message.find('\n'), std::string::npos) << message;
      EXPECT_EQ(message.rfind(path, 0), 0U) << message;
      EXPECT_EQ(message.find("crashes"), std::string::npos) << "mutation " << i;
      EXPECT_EQ(message.find("not a valid model"), std::string::npos) << "mutation " << i << ": " << message;
    } catch (const std::exception& error) {
      ADD_FAILURE() << "mutation " << i << ": " << error.what();
    }
    longest = std::max<std::chrono::duration<double>>(longest, std::chrono::steady_clock::now() - start);
  }
  std::cout << read << " read, " << whole << " of them whole networks; at most " << longest.count()
            << " s for a file\n";
  EXPECT_GT(read, 0);
  EXPECT_LT(read, count);
}

}  // namespace
}  // namespace hwcvp
