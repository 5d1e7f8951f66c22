// JSON: round trips, defaults, and one good line for everything that is wrong.
#include "schedules/json/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "schedules/workload/error.h"
#include "tests/support/random_case.h"

namespace hwcvp {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr const char* kLayer =
    R"({"in_channels": 4, "in_height": 9, "in_width": 9, "out_channels": 8, "kernel_shape": [3, 3]})";
constexpr const char* kSchedule =
    R"({"loops": [{"dim": "K", "tile": 3}], "buffer_level": {"input": 0, "weight": 1, "output": 1}})";

std::string layer_error(const json& document) {
  try {
    layer_from_json(document, "conv.json");
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

std::string schedule_error(const json& document) {
  try {
    schedule_from_json(document, layer_from_json(json::parse(kLayer), "conv.json"), "s.json");
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Json, RandomCasesSurviveTheRoundTrip) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 500; ++i) {
    const RandomCase test = random_case(random);
    EXPECT_TRUE(layer_from_json(to_json(test.layer), "x") == test.layer) << to_json_text(test);
    EXPECT_TRUE(schedule_from_json(to_json(test.schedule), test.layer, "x") == test.schedule)
        << to_json_text(test);
  }
}

TEST(Json, OptionalFieldsOfALayerHaveDefaults) {
  const Layer layer = layer_from_json(json::parse(kLayer), "x");
  Layer expected;
  expected.in_channels = 4;
  expected.in_height = expected.in_width = 9;
  expected.out_channels = 8;
  expected.kernel_shape = {3, 3};
  EXPECT_TRUE(layer == expected);
  EXPECT_EQ(layer.batch, 1);
  EXPECT_EQ(layer.accumulator_type, DataType::int32);
  EXPECT_EQ(layer.output_type, DataType::int8);
}

TEST(Json, ALayerInSinglePrecisionSurvivesTheRoundTrip) {
  json document = json::parse(kLayer);
  document["input_type"] = document["output_type"] = "uint8";
  document["input_zero_point"] = 255;
  document["output_zero_point"] = 3;
  document["output_min"] = 2;
  document["output_max"] = 200;
  document["scales"] = 0.1;
  Layer layer = layer_from_json(document, "x");
  EXPECT_EQ(layer.input_type, DataType::uint8);
  EXPECT_EQ(layer.output_type, DataType::uint8);
  EXPECT_EQ(layer.scales, std::vector<float>(8, 0.1F)) << "one number stands for all channels";
  EXPECT_EQ(to_json(layer)["scales"], 0.1F);
  EXPECT_TRUE(layer_from_json(to_json(layer), "x") == layer);
  EXPECT_EQ(layer.output_limits().least, 2);
  EXPECT_EQ(layer.output_limits().most, 200);

  layer.scales[3] = 1e-40F;
  layer.scales[7] = 3.4028234663852886e38F;
  EXPECT_TRUE(layer_from_json(to_json(layer), "x") == layer);
  EXPECT_TRUE(layer_from_json(json::parse(to_json(layer).dump()), "x") == layer) << "in text";

  document["out_channels"] = 65537;
  EXPECT_EQ(layer_error(document),
            "conv.json: out_channels: expected at most 65536 with scales, found 65537");
}

TEST(Json, ALayerWithoutScalesIsWrittenAsBefore) {
  json written = to_json(layer_from_json(json::parse(kLayer), "x"));
  for (const char* key : {"input_zero_point", "scales", "output_zero_point", "output_min", "output_max"}) {
    EXPECT_FALSE(written.contains(key)) << key;
  }
}

TEST(Json, OptionalFieldsOfAScheduleHaveDefaults) {
  const Layer layer = layer_from_json(json::parse(kLayer), "x");
  json document = json::parse(kSchedule);
  Schedule schedule = schedule_from_json(document, layer, "x");
  EXPECT_EQ(schedule.input_reuse, InputReuse::sliding);
  EXPECT_EQ(schedule.double_buffer, (PerTensor<bool>{false, false, false}));
  document["double_buffer"] = {{"weight", true}};
  document["input_reuse"] = "reload";
  schedule = schedule_from_json(document, layer, "x");
  EXPECT_EQ(schedule.input_reuse, InputReuse::reload);
  EXPECT_EQ(schedule.double_buffer, (PerTensor<bool>{false, true, false}));
}

TEST(Json, ResultsCarryTheirTotal) {
  Traffic traffic;
  traffic.input_read = 1;
  traffic.weight_read = 2;
  traffic.output_write = 4;
  traffic.psum_read = 8;
  traffic.psum_write = 16;
  traffic.params_read = 32;
  EXPECT_EQ(
      to_json(traffic).dump(),
      R"({"input_read":1,"output_write":4,"params_read":32,"psum_read":8,"psum_write":16,"total":63,"weight_read":2})");
  EXPECT_EQ(to_json(BufferUse{{1, 2, 4}}).dump(), R"({"input":1,"output":4,"total":7,"weight":2})");
}

// Field, its bad value, and the line.
struct BadField {
  const char* field;
  const char* value;
  const char* message;
};

TEST(Json, BadLayersGetOneLine) {
  const std::vector<BadField> cases = {
      {"in_channels", "1000000000000000000",
       "conv.json: in_channels: expected an integer between 1 and 2147483647, found 1000000000000000000"},
      {"in_channels", "18446744073709551615",
       "conv.json: in_channels: expected an integer between 1 and 2147483647, found 18446744073709551615"},
      {"in_channels", "-1", "conv.json: in_channels: expected an integer between 1 and 2147483647, found -1"},
      {"in_channels", "1e30",
       "conv.json: in_channels: expected an integer between 1 and 2147483647, found 1e+30"},
      {"in_channels", "2.5",
       "conv.json: in_channels: expected an integer between 1 and 2147483647, found 2.5"},
      {"in_channels", "\"4\"",
       "conv.json: in_channels: expected an integer between 1 and 2147483647, found \"4\""},
      {"in_channels", "null",
       "conv.json: in_channels: expected an integer between 1 and 2147483647, found null"},
      {"batch", "true", "conv.json: batch: expected an integer between 1 and 2147483647, found true"},
      {"kernel_shape", "3", "conv.json: kernel_shape: expected an array of 2 values, found 3"},
      {"kernel_shape", "[3]", "conv.json: kernel_shape: expected an array of 2 values, found [3]"},
      {"strides", "[1, 0]", "conv.json: strides[1]: expected an integer between 1 and 2147483647, found 0"},
      {"pads", "[0, 0, -1, 0]", "conv.json: pads[2]: expected an integer between 0 and 2147483647, found -1"},
      {"input_type", "\"float\"",
       "conv.json: input_type: expected one of \"int8\", \"uint8\", \"int16\", found \"float\""},
      {"name", "7", "conv.json: name: expected a string of 1 to 200 characters, found 7"},
      {"group", "3", "conv.json: in_channels: expected a multiple of group 3, found 4"},
      {"output_type", "\"uint8\"", "conv.json: output_type: expected scales with uint8 outputs, found uint8"},
      {"input_zero_point", "128",
       "conv.json: input_zero_point: expected -128 to 127, the numbers of int8, found 128"},
      {"input_zero_point", "256",
       "conv.json: input_zero_point: expected an integer between -128 and 255, found 256"},
      {"output_zero_point", "1", "conv.json: output_zero_point: expected none without scales"},
      {"output_min", "0", "conv.json: output_min: expected none without scales"},
      {"output_max", "0", "conv.json: output_max: expected none without scales"},
      {"scales", "\"1\"",
       "conv.json: scales: expected a number between 0 and 3.4028234663852886e+38 or an array of 1 to 65536 "
       "values, found \"1\""},
      {"scales", "[1, -1]",
       "conv.json: scales[1]: expected a number between 0 and 3.4028234663852886e+38, found -1"},
      {"scales", "[1, 2]",
       "conv.json: scales: expected one number, or one for each of 8 output channels, found 2"},
      {"scales", "[]",
       "conv.json: scales: expected a number between 0 and 3.4028234663852886e+38 or an array of 1 to 65536 "
       "values, found []"},
      {"scales", "1e-60",
       "conv.json: scales[0]: expected a finite number above 0 in single precision, found 0"},
      {"dilations", "[5, 1]",
       "conv.json: kernel_shape[0]: expected the dilated kernel to fit in the padded input of 9, found an "
       "extent of 11"},
  };
  for (const BadField& bad : cases) {
    json document = json::parse(kLayer);
    document[bad.field] = json::parse(bad.value);
    EXPECT_EQ(layer_error(document), bad.message);
  }

  json unknown = json::parse(kLayer);
  unknown["stride"] = 1;
  EXPECT_EQ(
      layer_error(unknown),
      "conv.json: \"stride\": unknown key; expected one of accumulator_type, batch, dilations, group, "
      "in_channels, "
      "in_height, in_width, input_type, input_zero_point, kernel_shape, name, out_channels, output_max, "
      "output_min, output_type, output_zero_point, pads, scales, strides, weight_type; did you mean "
      "strides?");
  json missing = json::parse(kLayer);
  missing.erase("in_width");
  EXPECT_EQ(layer_error(missing),
            "conv.json: in_width: missing; expected an integer between 1 and 2147483647");
  EXPECT_EQ(layer_error(json::array({1})), "conv.json: expected an object, found [1]");
}

TEST(Json, BadSchedulesGetOneLine) {
  const std::vector<BadField> cases = {
      {"loops", "[{\"dim\": \"X\", \"tile\": 1}]",
       "s.json: loops[0].dim: expected one of \"B\", \"G\", \"K\", \"C\", \"OY\", \"OX\", \"FY\", \"FX\", "
       "found \"X\""},
      {"loops", "[{\"dim\": \"K\", \"tile\": 4}, {\"dim\": \"K\", \"tile\": 0}]",
       "s.json: loops[1].tile: expected an integer between 1 and 2147483647, found 0"},
      {"loops", "[{\"dim\": \"K\", \"tile\": 4}, {\"dim\": \"K\", \"tile\": 5}]",
       "s.json: loops[1].tile: expected an integer between 1 and 4, what is left of K there, found 5"},
      {"loops", "[{\"dim\": \"K\"}]",
       "s.json: loops[0].tile: missing; expected an integer between 1 and 2147483647"},
      {"loops", "[{\"dim\": \"K\", \"tile\": 1, \"step\": 1}]",
       "s.json: loops[0].\"step\": unknown key; expected one of dim, tile"},
      {"loops", "{}", "s.json: loops: expected an array of at most 64 values, found {}"},
      {"buffer_level", "{\"input\": 0, \"weight\": 0}",
       "s.json: buffer_level.output: missing; expected an integer between 0 and 64"},
      {"buffer_level", "{\"input\": 0, \"weight\": 0, \"output\": 2}",
       "s.json: buffer_level.output: expected an integer between 0 and 1, the number of loops, found 2"},
      {"double_buffer", "{\"input\": 1}", "s.json: double_buffer.input: expected true or false, found 1"},
      {"input_reuse", "\"slide\"",
       "s.json: input_reuse: expected one of \"sliding\", \"reload\", found \"slide\""},
  };
  for (const BadField& bad : cases) {
    json document = json::parse(kSchedule);
    document[bad.field] = json::parse(bad.value);
    EXPECT_EQ(schedule_error(document), bad.message);
  }
}

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) : path_(::testing::TempDir() + "json_test_input.json") {
    std::ofstream(path_) << text;
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string file_error(const std::string& path) {
  try {
    read_layer(path);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Json, FilesAreReadAndNamedInErrors) {
  const TemporaryFile good(kLayer);
  EXPECT_EQ(read_layer(good.path()).in_width, 9);
  EXPECT_EQ(file_error("/nonexistent/layer.json"), "/nonexistent/layer.json: cannot be opened");
  EXPECT_EQ(file_error("/"), "/: cannot be read");
}

TEST(Json, SyntaxErrorsNameTheLine) {
  const TemporaryFile broken("{\n  \"batch\": 1,\n  oops\n}\n");
  const std::string error = file_error(broken.path());
  EXPECT_EQ(error.rfind(broken.path() + ": not JSON: line 3, column 3", 0), 0u) << error;
  EXPECT_EQ(error.find('\n'), std::string::npos) << error;
}

TEST(Json, RepeatedKeysAreRefused) {
  const TemporaryFile twice("{\"batch\": 1, \"batch\": 2}");
  EXPECT_EQ(file_error(twice.path()), twice.path() + ": \"batch\": expected each key once");
}

std::string nested(size_t levels) {
  return R"({"kernel_shape": )" + std::string(levels, '[') + std::string(levels, ']') + "}";
}

TEST(Json, DeepNestingIsRefusedWhileParsing) {
  for (const size_t levels : {64, 65, 100000, 500000}) {
    const TemporaryFile deep(nested(levels));
    EXPECT_THAT(file_error(deep.path()), HasSubstr("expected at most 64 levels of objects and arrays"))
        << levels;
  }
  const TemporaryFile deepest(nested(63));
  EXPECT_THAT(file_error(deepest.path()),
              HasSubstr("kernel_shape[0]: expected an integer between 1 and 2147483647, found [[["));
  const TemporaryFile objects([] {
    std::string text;
    for (int i = 0; i < 100000; ++i) text += R"({"batch":)";
    return text;
  }());
  EXPECT_THAT(file_error(objects.path()), HasSubstr("expected at most 64 levels"));
}

TEST(Json, NumbersThatOverflowAreRefusedByFileAndField) {
  const char* const expected = "expected a number between -1.8e308 and 1.8e308, found one outside";
  const struct {
    std::string text;
    const char* field;
  } kCases[] = {
      {R"({"in_channels": 1e309})", ": in_channels: "},
      {R"({"kernel_shape": [3, -1e999]})", ": kernel_shape[1]: "},
      {R"({"a": [{"b": 1}, {"b": 1, "c": 1e400}]})", ": a[1].c: "},
      {"1e309", ": "},
  };
  for (const auto& c : kCases) {
    const TemporaryFile file(c.text);
    EXPECT_EQ(file_error(file.path()), file.path() + c.field + expected) << c.text;
  }
  const TemporaryFile digits(R"({"in_channels": )" + std::string(400, '9') + "}");
  EXPECT_EQ(file_error(digits.path()), digits.path() + ": in_channels: " + expected);
}

TEST(Json, LargeFilesAreRefusedUnread) {
  const TemporaryFile large("{" + std::string(1 << 20, ' ') + "}");
  EXPECT_EQ(file_error(large.path()), large.path() + ": expected at most 1048576 bytes of JSON, found more");
  EXPECT_THAT(file_error("/dev/zero"), HasSubstr("expected at most 1048576 bytes"));
}

TEST(Json, TokensOfAnyLengthAreCutAndEscaped) {
  const std::string lengthy(10000, 'x');
  for (const std::string& text :
       {lengthy, "{\"" + lengthy + "\": 1}", "{\"batch\": \"" + lengthy + "\"}", "[\"" + lengthy + "\"",
        "{\"" + lengthy + "\": 1, \"" + lengthy + "\": 2}", "{\"" + lengthy + "\": 1e309}",
        std::string("{\"\\u001b\\n\": 1, \"\\u001b\\n\": 2}"), std::string("\x1b\n\x7f\xff\0", 5)}) {
    const TemporaryFile file(text);
    const std::string error = file_error(file.path()).substr(file.path().size());
    EXPECT_LE(error.size(), 400U) << error;
    for (const char c : error) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << error;
  }
}

TEST(Json, ManyLoopsAreRefusedAtOnce) {
  json document = json::parse(kSchedule);
  document["loops"] = json::array();
  for (int i = 0; i < 100000; ++i) document["loops"].push_back({{"dim", "K"}, {"tile", 1}});
  EXPECT_EQ(schedule_error(document),
            "s.json: loops: expected an array of at most 64 values, found 100000 values");
}

// Linear in the size of a file: a quadratic parser takes minutes for this one.
TEST(Json, ManyObjectsInAListTakeNoTime) {
  std::string text = R"({"loops": [{})";
  for (int i = 0; i < 300000; ++i) text += ",{}";
  const TemporaryFile many(text + "]}");
  const auto start = std::chrono::steady_clock::now();
  const Layer layer = layer_from_json(json::parse(kLayer), "conv.json");
  EXPECT_THAT(
      [&] { read_schedule(many.path(), layer); },
      ThrowsMessage<InputError>(HasSubstr("loops: expected an array of at most 64 values, found 300001")));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace hwcvp
