// Files that are wrong, hostile, or ask for what the accelerator cannot do: one clear line each.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "tests/platform/onnx/onnx_test.h"

namespace hwcvp {
namespace {

using onnx::TensorProto;
using ::testing::HasSubstr;
using ::testing::StartsWith;

ConvModel good() { return ConvModel({1, 2, 8, 8}, {4, 2, 3, 3}); }

TensorProto& weights(ModelBuilder& model) { return *model.graph().mutable_initializer(0); }

auto& shape_of_x(ModelBuilder& model) {
  return *model.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
}

void add_entry(TensorProto& tensor, const char* key, const std::string& value) {
  auto& entry = *tensor.add_external_data();
  entry.set_key(key);
  entry.set_value(value);
}

// 1 x 1 x 2 x 2 floats in another file, from the byte 4 on.
ModelBuilder external(const std::string& location) {
  ModelBuilder model;
  model.input("x", {1, 1, 4, 4}).output("y");
  TensorProto& tensor = *model.graph().add_initializer();
  tensor = float_tensor("w", {1, 1, 2, 2}, {});
  tensor.set_data_location(TensorProto::EXTERNAL);
  add_entry(tensor, "location", location);
  add_entry(tensor, "offset", "4");
  model.add("conv", "Conv", {"x", "w"}, {"y"});
  return model;
}

class OnnxRefusalTest : public OnnxTest {};

TEST_F(OnnxRefusalTest, FilesThatAreNoModels) {
  const std::string message = "m.onnx: expected an ONNX model, found a file that is none, or not whole";
  EXPECT_EQ(refusal(std::string()), message);
  EXPECT_EQ(refusal("{\"in_channels\": 1}"), message);
  EXPECT_EQ(refusal(std::string(1000, '\xff')), message);
  EXPECT_EQ(refusal(std::string(1000, '\0')), message);
  const std::string whole = good().bytes();
  int refused = 0;
  for (size_t size = 0; size < whole.size(); ++size) {
    const std::string text = refusal(whole.substr(0, size));
    refused += text == message ? 1 : 0;
    EXPECT_THAT(text, StartsWith("m.onnx: ")) << size;
  }
  EXPECT_GT(refused,
            static_cast<int>(whole.size() * 9 / 10));  // some cuts leave a model without its operator set
  std::filesystem::remove(folder.path("m.onnx"));
  std::filesystem::create_directory(folder.path("m.onnx"));
  EXPECT_EQ(refusal(whole), "m.onnx: expected an ONNX file, found a folder");
}

TEST_F(OnnxRefusalTest, Convolutions) {
  const std::string node = "m.onnx: node \"conv\" (Conv): ";
  const struct {
    std::function<void(ConvModel&)> change;
    std::string message;
  } kCases[] = {
      {[](ConvModel& m) {
         m.conv().set("strides", Dims{0, 1});
       },
       node + "attribute strides: expected 1 to 2147483647, found 0"},
      {[](ConvModel& m) {
         m.conv().set("strides", Dims{1, -1});
       },
       node + "attribute strides: expected 1 to 2147483647, found -1"},
      {[](ConvModel& m) {
         m.conv().set("dilations", Dims{1, int64_t{1} << 40});
       },
       node + "attribute dilations: expected 1 to 2147483647, found 1099511627776"},
      {[](ConvModel& m) {
         m.conv().set("dilations", Dims{2147483647, 1});
       },
       node +
           "kernel_shape[0]: expected the dilated kernel to fit in the padded input of 8, found an extent of "
           "4294967295"},
      {[](ConvModel& m) { m.conv().set("group", 0); },
       node + "attribute group: expected 1 to 2147483647, found 0"},
      {[](ConvModel& m) { m.conv().set("group", 3); },
       node + "in_channels: expected a multiple of group 3, found 2"},
      {[](ConvModel& m) { m.conv().set("group", 2); },
       node + "weights: expected 1 input channels for 2 in 2 group(s), found 2"},
      {[](ConvModel& m) {
         m.conv().set("pads", Dims{0, -1, 0, 0});
       },
       node + "pads[1]: expected an integer between 0 and 2147483647, found -1"},
      {[](ConvModel& m) {
         m.conv().set("pads", Dims{INT64_MAX, INT64_MAX, 0, 0});
       },
       node + "pads[0]: expected an integer between 0 and 2147483647, found 9223372036854775807"},
      {[](ConvModel& m) {
         m.conv().set("pads", Dims{1, 1});
       },
       node + "attribute pads: expected 4 integers, found 2"},
      {[](ConvModel& m) {
         m.conv().set("kernel_shape", Dims{3, 2});
       },
       node + "attribute kernel_shape: expected 3 x 3 as the weights have, found 3 x 2"},
      {[](ConvModel& m) { m.conv().set("kernel_shape", Dims{3}); },
       node + "attribute kernel_shape: expected 2 integers, found 1"},
      {[](ConvModel& m) { m.conv().set_text("auto_pad", "SAME"); },
       node + "attribute auto_pad: expected NOTSET, SAME_UPPER, SAME_LOWER or VALID, found another word"},
      {[](ConvModel& m) { m.conv().set("auto_pad", 1); },
       node + "attribute auto_pad: expected type STRING, found INT"},
      {[](ConvModel& m) { m.conv().set("strides", 2); },
       node + "attribute strides: expected type INTS, found INT"},
      {[](ConvModel& m) { m.conv().node().set_op_type("Convolution"); },
       "expected a Conv, Gemm or MatMul node, or one of their quantized forms, found none but 1 Convolution"},
      {[](ConvModel& m) { m.conv().node().clear_input(); },
       node + "expected at least 2 inputs, found no input 0"},
      {[](ConvModel& m) { m.conv().node().set_input(1, "none"); },
       node + "input \"none\": expected a value of the graph, found none of that name"},
      {[](ConvModel& m) { m.conv().node().set_input(0, ""); },
       node + "expected at least 2 inputs, found no input 0"},
      {[](ConvModel& m) {
         m.initializer(some_floats("b", {3}));
         m.conv().node().add_input("b");
       },
       node + "bias: expected 1 or 4 elements, found 3"},
      {[](ConvModel& m) { shape_of_x(m).mutable_dim(2)->set_dim_value(int64_t{1} << 60); },
       "m.onnx: input \"x\": expected dimensions of 1 to 2147483647, found 1 x 2 x 1152921504606846976 x 8"},
      {[](ConvModel& m) { shape_of_x(m).mutable_dim(0)->set_dim_value(0); },
       "m.onnx: input \"x\": expected dimensions of 1 to 2147483647, found 0 x 2 x 8 x 8"},
      {[](ConvModel& m) { shape_of_x(m).mutable_dim(3)->set_dim_value(-8); },
       "m.onnx: input \"x\": expected dimensions of 1 to 2147483647, found 1 x 2 x 8 x -8"},
      {[](ConvModel& m) {
         for (int axis : {0, 2, 3}) shape_of_x(m).mutable_dim(axis)->set_dim_value(2147483000);
       },
       node + "expected at most 2^58 input elements"},
      {[](ConvModel& m) { shape_of_x(m).mutable_dim(2)->set_dim_value(1); },
       node + "kernel_shape[0]: expected the dilated kernel to fit in the padded input of 1, found an extent "
              "of 3"},
      {[](ConvModel& m) { shape_of_x(m).mutable_dim(0)->set_dim_param("batch"); },
       "m.onnx: input \"x\": expected fixed dimensions, found batch x 2 x 8 x 8; --onnx-dim batch=SIZE sets "
       "one"},
      {[](ConvModel& m) { m.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->clear_shape(); },
       "m.onnx: input \"x\": expected fixed dimensions, found no shape"},
      {[](ConvModel& m) {
         for (auto* value : {m.graph().mutable_input(0), m.graph().mutable_output(0)}) {
           value->mutable_type()->mutable_tensor_type()->set_elem_type(TensorProto::INT64);
         }
       },
       node + "input: expected float16, float32, float64, int8, uint8 or int16, found int64"},
      {[](ConvModel& m) {
         auto& shape = *m.graph().mutable_output(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
         for (int64_t extent : {1, 4, 5, 6}) shape.add_dim()->set_dim_value(extent);
       },
       "m.onnx: "},
  };
  for (const auto& c : kCases) {
    ConvModel model = good();
    c.change(model);
    const std::string message = refusal(model);
    EXPECT_THAT(message, HasSubstr(c.message));
    EXPECT_THAT(message, StartsWith("m.onnx: "));
  }
}

TEST_F(OnnxRefusalTest, RanksOfThreeDimensionsAndNone) {
  const struct {
    Dims x, w;
    const char* ranks;
  } kCases[] = {{{1, 2, 8, 8, 8}, {4, 2, 3, 3, 3}, "5 and 5"},
                {{1, 2, 8, 8}, {4, 2, 3}, "4 and 3"},
                {{8}, {4, 2, 3, 3}, "1 and 4"},
                {{}, {4, 2, 3, 3}, "0 and 4"}};
  for (const auto& c : kCases) {
    EXPECT_EQ(
        refusal(ConvModel(c.x, c.w)),
        std::string("m.onnx: node \"conv\" (Conv): expected a convolution of one or two dimensions, with "
                    "input and weights of rank 3 or 4, found ranks ") +
            c.ranks);
  }
}

TEST_F(OnnxRefusalTest, TransposedConvolutions) {
  ConvModel model = good();
  model.initializer(some_floats("v", {4, 2, 2, 2})).output("z");
  model.add("up\n", "ConvTranspose", {"y", "v"}, {"z"});
  EXPECT_EQ(refusal(model),
            "m.onnx: node \"up\" (ConvTranspose): not supported: the accelerator has no transposed "
            "convolution");
}

TEST_F(OnnxRefusalTest, Products) {
  const auto product = [](const char* op_type, const Dims& a, const Dims& b, const Dims& c) {
    ModelBuilder model;
    model.input("a", a).initializer(some_floats("b", b)).output("y");
    if (!c.empty()) model.initializer(some_floats("c", c));
    std::vector<std::string> inputs = {"a", "b"};
    if (!c.empty()) inputs.emplace_back("c");
    model.add("p", op_type, inputs, {"y"});
    return model;
  };
  const std::string gemm = "m.onnx: node \"p\" (Gemm): ", matmul = "m.onnx: node \"p\" (MatMul): ";
  EXPECT_EQ(refusal(product("Gemm", {5, 6}, {7, 8}, {})),
            gemm + "expected as many columns of the first matrix as rows of the second, found 6 and 7");
  EXPECT_EQ(refusal(product("Gemm", {5, 6, 1}, {6, 8}, {})),
            gemm + "first input: expected a matrix, found rank 3");
  EXPECT_EQ(refusal(product("Gemm", {5, 6}, {6}, {})),
            gemm + "second input: expected a matrix, found rank 1");
  EXPECT_EQ(refusal(product("Gemm", {5, 6}, {6, 8}, {4, 8})),
            gemm + "bias: expected 1 or 8 values, or so many for each of 5 rows, found 4 x 8");
  EXPECT_EQ(refusal(product("MatMul", {3, 5, 6}, {2, 6, 8}, {})),
            matmul + "expected as many first matrices as second ones, found 3 and 2");
  EXPECT_EQ(refusal(product("MatMul", {5, 6}, {7, 8}, {})),
            matmul + "expected as many columns of the first matrix as rows of the second, found 6 and 7");
  EXPECT_EQ(refusal(product("MatMul", {}, {7, 8}, {})),
            matmul + "expected vectors or matrices, found a scalar");
  const int64_t large = 2000000000;
  EXPECT_THAT(refusal(product("MatMul", {large, large, large, 6}, {6, 8}, {})),
              HasSubstr("expected sizes above 0 and fewer than 2^63 rows"));
  EXPECT_EQ(refusal(product("MatMul", {large, 2, 6}, {6, 8}, {})),
            matmul + "batch: expected an integer between 1 and 2147483647, found 4000000000");
}

TEST_F(OnnxRefusalTest, Tensors) {
  const std::string tensor = "m.onnx: initializer \"w\": ";
  const struct {
    std::function<void(TensorProto&)> change;
    std::string message;
  } kCases[] = {
      {[](TensorProto& t) { t.set_dims(0, -4); }, tensor + "dims[0]: expected a size, found -4"},
      {[](TensorProto& t) { t.set_dims(0, INT64_MAX); }, tensor + "dims: expected fewer than 2^63 elements"},
      {[](TensorProto& t) {
         t.clear_dims();
         t.add_dims(int64_t{1} << 61);
         t.clear_float_data();
         t.set_raw_data("abc");
       },
       tensor + "dims: expected fewer than 2^63 bytes"},
      {[](TensorProto& t) { t.set_dims(0, 1000000000); },
       tensor + "expected 18000000000 elements for its dims, found 72"},
      {[](TensorProto& t) { t.mutable_float_data()->Truncate(71); },
       tensor + "expected 72 elements for its dims, found 71"},
      {[](TensorProto& t) {
         t.clear_float_data();
         t.set_raw_data(std::string(287, 'x'));
       },
       tensor + "raw_data: expected 288 bytes for its dims, found 287"},
      {[](TensorProto& t) { t.set_data_type(TensorProto::INT8); },
       tensor + "expected 72 elements for its dims, found 0"},
      {[](TensorProto& t) { t.set_data_type(0); }, tensor + "data_type: expected a type of ONNX, found 0"},
      {[](TensorProto& t) { t.set_data_type(99); }, tensor + "data_type: expected a type of ONNX, found 99"},
      {[](TensorProto& t) { t.mutable_segment()->set_begin(0); },
       tensor + "segment: expected a whole tensor"},
      {[](TensorProto& t) { t.set_raw_data(std::string(288, 'x')); },
       tensor + "expected its elements once, found them twice"},
      {[](TensorProto& t) { t.set_name("v"); },
       "input \"w\": expected a value of the graph, found none of that name"},
  };
  for (const auto& c : kCases) {
    ConvModel model = good();
    c.change(weights(model));
    EXPECT_THAT(refusal(model), HasSubstr(c.message));
  }
}

TEST_F(OnnxRefusalTest, DataInOtherFilesIsNotWrittenOver) {
  folder.write("w.bin", std::string(20, '\0'));
  folder.write("m.onnx", external("w.bin").bytes());
  std::filesystem::create_hard_link(folder.path("w.bin"), folder.path("same.bin"));
  for (const char* const file : {"w.bin", "./w.bin", "same.bin"}) {
    const ProgramResult result =
        folder.run(std::string("run --network m.onnx --cpu native --bandwidth ") + file);
    EXPECT_EQ(result.status, 2) << file;
    EXPECT_THAT(result.err,
                HasSubstr("expected another file than that of the data of --network, which is read"));
  }
  std::filesystem::rename(folder.path("w.bin"), folder.path("conv.schedule.json"));
  folder.write("m.onnx", external("conv.schedule.json").bytes());
  const ProgramResult result = folder.run("optimize --network m.onnx --buffer 1KiB --output-dir .");
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err,
              HasSubstr("expected another file than that of the data of --network, which is read"));
}

TEST_F(OnnxRefusalTest, DataInOtherFiles) {
  folder.write("w.bin", std::string(20, '\0'));
  folder.write("short.bin", std::string(19, '\0'));
  std::filesystem::create_directory(folder.path("folder"));
  std::filesystem::create_symlink("/etc/hostname", folder.path("link.bin"));
  std::filesystem::create_directory_symlink("/etc", folder.path("out"));
  read(external("w.bin"));
  const std::string where = "m.onnx: initializer \"w\": external data: ";
  const std::string inside = where + "location: expected a file in the model's folder or below it, found ";
  EXPECT_EQ(refusal(external("none.bin")), where + "none.bin: cannot be opened");
  EXPECT_EQ(refusal(external("short.bin")),
            where + "short.bin: expected 16 bytes from offset 4, found a file of 19 bytes");
  EXPECT_EQ(refusal(external("folder")), where + "folder: expected a regular file");
  EXPECT_EQ(refusal(external("")), inside + "\"\"");
  EXPECT_EQ(refusal(external("/etc/hostname")), inside + "\"/etc/hostname\"");
  EXPECT_EQ(refusal(external("../w.bin")), inside + "\"../w.bin\"");
  EXPECT_EQ(refusal(external("folder/../w.bin")), inside + "\"folder/../w.bin\"");
  EXPECT_EQ(refusal(external("link.bin")), inside + "a link out of it, \"link.bin\"");
  EXPECT_EQ(refusal(external("out/hostname")), inside + "a link out of it, \"out/hostname\"");
  EXPECT_EQ(refusal(external(std::string("w.bin\0x", 7))), inside + "\"w.bin_x\"");
  const struct {
    const char* key;
    const char* value;
    std::string message;
  } kCases[] = {
      {"offset", "-4", where + "offset: expected a number of bytes, found \"-4\""},
      {"offset", "four", where + "offset: expected a number of bytes, found \"four\""},
      {"offset", "9223372036854775807",
       where + "w.bin: expected 16 bytes from offset 9223372036854775807, found a file of 20 bytes"},
      {"length", "99999999999999999999",
       where + "length: expected a number of bytes, found \"99999999999999999999\""},
      {"length", "12", where + "length: expected 16 bytes for the tensor, found 12"},
  };
  for (const auto& c : kCases) {
    ModelBuilder model = external("w.bin");
    add_entry(weights(model), c.key, c.value);
    EXPECT_EQ(refusal(model), c.message);
  }
}

TEST_F(OnnxRefusalTest, Models) {
  const struct {
    std::function<void(ConvModel&)> change;
    std::string message;
  } kCases[] = {
      {[](ConvModel& m) { m.model().mutable_opset_import(0)->set_version(6); },
       "m.onnx: opset_import: expected ai.onnx version 7 to 23, found 6"},
      {[](ConvModel& m) { m.model().mutable_opset_import(0)->set_version(24); },
       "m.onnx: opset_import: expected ai.onnx version 7 to 23, found 24"},
      {[](ConvModel& m) { m.model().mutable_opset_import(0)->set_version(INT64_MAX); },
       "m.onnx: opset_import: expected ai.onnx version 7 to 23, found 9223372036854775807"},
      {[](ConvModel& m) { m.model().clear_opset_import(); },
       "m.onnx: opset_import: expected ai.onnx version 7 to 23, found none"},
      {[](ConvModel& m) { m.model().add_opset_import()->set_version(7); },
       "m.onnx: opset_import: expected one version of ai.onnx, found 13 and 7"},
      {[](ConvModel& m) {
         onnx::FunctionProto& block = *m.model().add_functions();
         block.set_name("Block");
         block.add_node()->set_op_type("Block");
         m.conv().node().set_op_type("Block");
         for (const char* name : {"a", "b"}) block.add_input(name);
         block.add_output("c");
       },
       "(Block): expected a function that does not call itself, found one that does"},
      {[](ConvModel& m) { m.model().clear_ir_version(); },
       "m.onnx: expected an ONNX model, found a file that is none, or not whole"},
      {[](ConvModel& m) { m.model().clear_graph(); },
       "m.onnx: expected an ONNX model, found a file that is none, or not whole"},
      {[](ConvModel& m) { m.graph().clear_node(); }, "m.onnx: "},
      {[](ConvModel& m) { m.conv().node().set_op_type("LSTM"); }, "m.onnx: "},
      {[](ConvModel& m) { m.graph().add_sparse_initializer()->mutable_values()->set_name("s"); },
       "m.onnx: sparse initializer \"s\": expected dense initializers"},
      // A value with two sources, and a cycle.
      {[](ConvModel& m) { m.add("again", "Relu", {"x"}, {"y"}); },
       "m.onnx: node \"again\" (Relu): output \"y\": expected a value that nothing else makes"},
      {[](ConvModel& m) {
         m.conv().node().set_input(0, "z");
         m.add("back", "Relu", {"y"}, {"z"});
       },
       "m.onnx: node \"conv\" (Conv): expected nodes that can run one after another, found one that waits "
       "for "
       "its own output"},
      {[](ConvModel& m) {
         m.add("pool", "MaxPool", {"x"}, {"z"}).set("kernel_shape", {2, 2}).set("strides", Dims{0, 0});
       },
       "m.onnx: node \"pool\" (MaxPool): attribute strides: expected 1 to 2147483647, found 0"},
  };
  for (const auto& c : kCases) {
    ConvModel model = good();
    c.change(model);
    const std::string message = refusal(model);
    EXPECT_THAT(message, HasSubstr(c.message));
    EXPECT_THAT(message, StartsWith("m.onnx: "));
    EXPECT_LT(message.size(), 700U);
  }
}

// Shapes that rules could trip over.
TEST_F(OnnxRefusalTest, RanksThatDoNotAgree) {
  ModelBuilder model;
  model.input("x", {1, 1, 3}, TensorProto::INT8).output("y", TensorProto::INT32);
  model.initializer(integer_tensor("w", TensorProto::INT8, {2, 1, 1, 2}, {1, 2, 3, 4}));
  model.initializer(float_tensor("s", {}, {1})).initializer(integer_tensor("z", TensorProto::INT8, {}, {0}));
  model.output("q", TensorProto::INT8);
  model.add("linear", "QLinearConv", {"x", "s", "z", "w", "s", "z", "s", "z"}, {"q"});
  model.add("integer", "ConvInteger", {"x", "w"}, {"y"});
  EXPECT_THAT(refusal(model), HasSubstr("found ranks 3 and 4"));
}

TEST_F(OnnxRefusalTest, AModelWithoutLayers) {
  ModelBuilder model;
  model.input("x", {1, 2}).output("y");
  model.add("relu", "Relu", {"x"}, {"y"});
  EXPECT_EQ(
      refusal(model),
      "m.onnx: expected a Conv, Gemm or MatMul node, or one of their quantized forms, found none but 1 Relu");
}

TEST_F(OnnxRefusalTest, ShapesThatCannotBeInferred) {
  ConvModel model = good();
  model.graph().mutable_output(0)->set_name("v");
  model.initializer(some_floats("w2", {4, 4, 1, 1}));
  model.add("own", "Filter", {"y"}, {"z"}).node().set_domain("com.example");
  model.add("second", "Conv", {"z", "w2"}, {"v"});
  model.model().add_opset_import()->set_domain("com.example");
  model.model().mutable_opset_import(1)->set_version(1);
  EXPECT_EQ(refusal(model),
            "m.onnx: node \"second\" (Conv): input \"z\": expected fixed dimensions, found none that can be "
            "inferred");
}

// The program itself: exit status 2, and nothing but the line.
TEST_F(OnnxRefusalTest, TheProgramSaysSo) {
  folder.write("m.onnx", "no model");
  for (const char* command :
       {"run --network m.onnx", "optimize --network m.onnx --buffer 1KiB", "networks m.onnx"}) {
    const ProgramResult result = folder.run(command);
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "hwcvp: m.onnx: expected an ONNX model, found a file that is none, or not whole\n");
  }
  // Weights that are not in the file, of a size that no memory has.
  ModelBuilder model;
  model.input("x", {1, 2147483647, 1, 1}).input("w", {2147483647, 1, 1, 1}).output("y");
  model.add("conv", "Conv", {"x", "w"}, {"y"}).set("group", 2147483647);
  folder.write("m.onnx", model.bytes());
  const ProgramResult result = folder.run("run --network m.onnx");
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
}

}  // namespace
}  // namespace hwcvp
