// Bad usage and bad input: one clear line on standard error, nothing on standard output, exit status 2.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "platform/tensor/npy.h"
#include "tests/support/program/program.h"

namespace hwcvp {
namespace {

using ::testing::HasSubstr;

constexpr const char* kLayer =
    R"({"name": "small", "in_channels": 4, "in_height": 8, "in_width": 8, "out_channels": 6, "kernel_shape": [3, 3]})";
constexpr const char* kSchedule =
    R"({"loops": [{"dim": "K", "tile": 2}], "buffer_level": {"input": 0, "weight": 1, "output": 1}})";

class BadInputTest : public ::testing::Test {
 protected:
  BadInputTest() {
    folder.write("layer.json", kLayer);
    folder.write("schedule.json", kSchedule);
  }

  // The message must stand alone on standard error, in one line that begins with the program's name.
  void expect_refused(const std::string& arguments, const std::string& message) {
    const ProgramResult result = folder.run(arguments);
    EXPECT_EQ(result.status, 2) << arguments << "\n" << result.err;
    EXPECT_EQ(result.out, "") << arguments;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << arguments << "\n" << result.err;
    EXPECT_THAT(result.err, HasSubstr("hwcvp: " + message)) << arguments;
  }

  ProgramFolder folder;
};

TEST_F(BadInputTest, Usage) {
  const struct {
    const char* arguments;
    const char* message;
  } kCases[] = {
      {"", "expected a command; see hwcvp --help"},
      {"simulate",
       "unknown command \"simulate\": expected one of networks, quantize, predict, optimize, run, infer, "
       "accuracy, compare, explore, sweep, platform, properties, trace"},
      {"optimise",
       "unknown command \"optimise\": expected one of networks, quantize, predict, optimize, run, infer, "
       "accuracy, compare, explore, sweep, platform, properties, trace; did you mean optimize?"},
      {"help optimise",
       "unknown command \"optimise\": expected one of networks, quantize, predict, optimize, run, infer, "
       "accuracy, compare, explore, sweep, platform, properties, trace; did you mean optimize?"},
      {"compare", "expected --layer or --network"},
      {"compare --network alexnet --buffer 1KiB --buffers 2KiB",
       "--buffers: not allowed together with --buffer"},
      {"compare --network alexnet --schedule schedule.json", "--schedule: unknown option"},
      {"--layer layer.json", "unknown command \"--layer\""},
      {"run --bufer 64KiB", "--bufer: unknown option; did you mean --buffer?"},
      {"run --buf 64KiB", "--buf: unknown option"},
      {"predict --seed 1", "--seed: unknown option"},
      {"run layer.json", "layer.json: in_channels: unknown key of a network; one layer goes behind --layer"},
      {"run layer.jsn", "network: expected one of alexnet"},
      {"run alexnet vgg16", "vgg16: unexpected argument"},
      {"run alexnet --layer layer.json", "--layer and --network: expected only one of them"},
      {"networks alexnet vgg16", "vgg16: unexpected argument"},
      {"run --layer", "--layer: expected a value"},
      {"run --json=yes --layer layer.json", "--json: expected no value"},
      {"run --layer layer.json --layer layer.json", "--layer: expected once"},
      {"predict --schedule schedule.json", "--layer: expected, but not given"},
      {"predict --layer layer.json", "--schedule: expected, but not given"},
      {"optimize --layer layer.json", "--buffer: expected, but not given"},
      {"optimize --buffer 64KiB", "expected --layer or --network"},
      {"run", "expected --layer or --network"},
      {"run --layer layer.json --network alexnet", "--layer and --network: expected only one of them"},
      {"run --network alexnet --schedule schedule.json", "--schedule: expected --layer with it"},
      {"run --network alexnet --input x.npy", "--input: expected --layer with it"},
      {"run --network alexnet --output y.npy", "--output: expected --layer with it"},
      {"run --layer layer.json --schedule schedule.json --time-limit 1",
       "--time-limit: not allowed together with --schedule"},
      {"run --layer layer.json --schedule schedule.json --double-buffer input",
       "--double-buffer: not allowed together with --schedule"},
      {"accuracy --network alexnet", "--buffer: expected, but not given"},
      {"accuracy --buffer 64KiB", "expected --layer or --network"},
      {"accuracy --network alexnet --buffer 64KiB --schedule schedule.json", "--schedule: unknown option"},
      {"accuracy --network alexnet --buffer 64KiB --seed x", "--seed: expected an integer between 0 and"},
      {"accuracy --layer layer.json --buffer 4", "small: buffer: no schedule fits in 4 bytes"},
      {"run --network lenet", "network: expected one of alexnet"},
      {"run --network vgg-16",
       "network: expected one of alexnet, zfnet, vgg16, googlenet, resnet18, resnet50, squeezenet1.1, "
       "mobilenetv1, mobilenetv2, found vgg-16; did you mean vgg16?"},
      {"networks lenet", "network: expected one of alexnet"},
      {"predict --layer layer.json --schedule schedule.json --model best",
       "model: expected one of exact, wolflam1991, peemen2013,"},
  };
  for (const auto& c : kCases) expect_refused(c.arguments, c.message);
}

TEST_F(BadInputTest, Values) {
  const std::string run = "run --layer layer.json --schedule schedule.json ";
  const std::string size = ": expected a size such as 65536, 64KiB or 1MiB, found ";
  expect_refused(run + "--buffer 64kibs", "--buffer" + size + "\"64kibs\"");
  expect_refused(run + "--buffer -5", "--buffer" + size + "\"-5\"");
  expect_refused(run + "--buffer ''", "--buffer" + size + "\"\"");
  expect_refused(run + "--buffer 0", "--buffer: expected at least 1 byte, found \"0\"");
  expect_refused(run + "--buffer 9223372036854775808", "--buffer: expected a size below 2^63 bytes");
  expect_refused(run + "--buffer 4GiB", "--buffer: expected at most 2147483647 bytes, found 4294967296");
  expect_refused(run + "--seed -1",
                 "--seed: expected an integer between 0 and 18446744073709551615, found \"-1\"");
  expect_refused(run + "--seed 18446744073709551616", "--seed: expected an integer between 0 and");
  expect_refused(run + "--threads 0", "--threads: expected an integer between 1 and 1024, found \"0\"");
  expect_refused(run + "--memory-transport tlm", "--memory-transport: expected one of lt, at, found \"tlm\"");
  expect_refused(run + "--outstanding 0", "--outstanding: expected");
  expect_refused(run + "--max-burst 48",
                 "--max-burst: expected a power of two from 4 to 65536 bytes, found 48");
  expect_refused(run + "--max-burst 128KiB", "--max-burst: expected a power of two");
  expect_refused(run + "--cpu arm", "--cpu: expected one of riscv, native, found \"arm\"");
  const std::string compare = "compare --layer layer.json ";
  expect_refused(compare + "--baseline eyeriss", "--baseline: expected one of hwce, found \"eyeriss\"");
  expect_refused(compare + "--mode 3", "--mode: expected one of 1, 2, 4, all, found \"3\"");
  expect_refused(compare + "--accumulator-type int8",
                 "--accumulator-type: expected one of int32, int16, found \"int8\"");
  expect_refused(compare + "--buffers 1KiB,x", "--buffers" + size + "\"x\"");
  expect_refused(compare + "--buffers ''", "--buffers: expected sizes such as 16KiB,64KiB, found \"\"");
  expect_refused(compare + "--buffers 1KiB,2KiB,1024", "--buffers: expected each size once");
  expect_refused(compare + "--buffers 4GiB",
                 "--buffers: expected at most 2147483647 bytes, found 4294967296");
  expect_refused(compare + "--buffer 1", "small: buffer: no schedule fits in 1 bytes");
  folder.write("dense.json", R"({"name": "dense", "in_channels": 4, "in_height": 1, "in_width": 1,
                               "out_channels": 2, "kernel_shape": [1, 1]})");
  expect_refused("compare --layer dense.json --buffer 1KiB",
                 "--layer: expected a layer that the HWCE can run, found fully connected");
  folder.write("dram.json", R"({"dram": {"size_bytes": 2097152}})");
  expect_refused("compare --network vgg16 --buffer 1KiB --platform dram.json",
                 "layer conv1_1: needs 20627456 bytes of DRAM, expected at most dram.size_bytes, 2097152");
  expect_refused("optimize --layer layer.json --buffer 1KiB --time-limit 0",
                 "--time-limit: expected a number of seconds above 0, found \"0\"");
  expect_refused("optimize --layer layer.json --buffer 1KiB --double-buffer input,bias",
                 "--double-buffer: expected one of input, weight, output, found \"bias\"");
}

TEST_F(BadInputTest, Files) {
  folder.write("broken.json", "{\"loops\": [}");
  folder.write("twice.json", R"({"in_channels": 1, "in_channels": 2})");
  folder.write("empty.json", "");
  expect_refused("predict --layer none.json --schedule schedule.json", "none.json: cannot be opened");
  expect_refused("predict --layer layer.json --schedule none.json", "none.json: cannot be opened");
  expect_refused("predict --layer broken.json --schedule schedule.json", "broken.json: not JSON: line 1");
  expect_refused("predict --layer empty.json --schedule schedule.json", "empty.json: empty");
  expect_refused("predict --layer twice.json --schedule schedule.json",
                 "twice.json: \"in_channels\": expected each key once");
  expect_refused("run --layer layer.json --schedule schedule.json --platform none.json",
                 "none.json: cannot be opened");
  folder.write("file", "");
  expect_refused("run --layer layer.json --schedule schedule.json --output-dir file",
                 "--output-dir: file: cannot be made");
  expect_refused("run --layer layer.json --schedule schedule.json --output none/out.npy",
                 "--output: " + folder.path("none").string() + ": expected an existing folder");
}

TEST_F(BadInputTest, Layers) {
  const struct {
    const char* layer;
    const char* message;
  } kCases[] = {
      {R"([])", "bad.json: expected an object, found []"},
      {R"({})", "bad.json: in_channels: missing; expected an integer between 1 and 2147483647"},
      {R"({"in_channels": 0, "in_height": 8, "in_width": 8, "out_channels": 1, "kernel_shape": [1, 1]})",
       "bad.json: in_channels: expected an integer between 1 and 2147483647, found 0"},
      {R"({"in_channels": -4, "in_height": 8, "in_width": 8, "out_channels": 1, "kernel_shape": [1, 1]})",
       "bad.json: in_channels: expected an integer between 1 and 2147483647, found -4"},
      {R"({"in_channels": 1, "in_height": 2147483648, "in_width": 8, "out_channels": 1, "kernel_shape": [1, 1]})",
       "bad.json: in_height: expected an integer between 1 and 2147483647, found 2147483648"},
      {R"({"in_channels": 1, "in_height": 8, "in_width": 8, "out_channels": 1, "kernel_shape": [1, 1, 1]})",
       "bad.json: kernel_shape: expected an array of 2 values, found [1,1,1]"},
      {R"({"in_channels": 1, "in_height": 8, "in_width": 8, "out_channels": 1, "kernel_shape": [1, 1], "dtype": 1})",
       "bad.json: \"dtype\": unknown key; expected one of"},
      {R"({"in_channels": 1, "in_height": 8, "in_width": 8, "out_channels": 1, "kernel_shape": [1, 1],
           "input_type": "float"})",
       "bad.json: input_type: expected one of \"int8\", \"uint8\", \"int16\", found \"float\""},
      {R"({"in_channels": 5, "in_height": 8, "in_width": 8, "out_channels": 4, "kernel_shape": [1, 1], "group": 2})",
       "bad.json: in_channels: "},
      {R"({"in_channels": 1, "in_height": 2, "in_width": 8, "out_channels": 1, "kernel_shape": [3, 3]})",
       "bad.json: kernel_shape"},
      {R"({"in_channels": 2147483647, "in_height": 2147483647, "in_width": 2147483647, "out_channels": 2147483647,
           "kernel_shape": [1, 1]})",
       "bad.json: "},
  };
  for (const auto& c : kCases) {
    folder.write("bad.json", c.layer);
    expect_refused("predict --layer bad.json --schedule schedule.json", c.message);
  }
}

TEST_F(BadInputTest, Schedules) {
  const auto with_loops = [](const std::string& loops) {
    return R"({"loops": [)" + loops + R"(], "buffer_level": {"input": 0, "weight": 0, "output": 0}})";
  };
  const std::pair<std::string, const char*> kCases[] = {
      {with_loops(R"({"dim": "K", "tile": 0})"),
       "bad.json: loops[0].tile: expected an integer between 1 and 2147483647, found 0"},
      {with_loops(R"({"dim": "K", "tile": -2})"), "bad.json: loops[0].tile: expected an integer between 1"},
      {with_loops(R"({"dim": "K", "tile": 7})"),
       "bad.json: loops[0].tile: expected an integer between 1 and 6, what is left of K there, found 7"},
      {with_loops(R"({"dim": "K", "tile": 2}, {"dim": "K", "tile": 3})"),
       "bad.json: loops[1].tile: expected an integer between 1 and 2, what is left of K there, found 3"},
      {with_loops(R"({"dim": "M", "tile": 1})"), "bad.json: loops[0].dim: expected one of \"B\", \"G\""},
      {with_loops(R"({"dim": "K"})"), "bad.json: loops[0].tile: missing"},
      {with_loops(R"({"dim": "K", "tile": 1, "order": 1})"), "bad.json: loops[0].\"order\": unknown key"},
      {with_loops(R"({"dim": "K", "tile": 1.5})"), "bad.json: loops[0].tile: expected an integer"},
      {R"({"loops": []})", "bad.json: buffer_level: missing"},
      {R"({"loops": [], "buffer_level": {"input": 0, "weight": 1, "output": 0}})",
       "bad.json: buffer_level.weight: expected an integer between 0 and 0, the number of loops, found 1"},
      {R"({"loops": [], "buffer_level": {"input": 0, "weight": 0, "output": 0}, "input_reuse": "cached"})",
       "bad.json: input_reuse: expected one of \"sliding\", \"reload\""},
      {R"({"loops": [], "buffer_level": {"input": 0, "weight": 0, "output": 0}, "double_buffer": {"bias": true}})",
       "bad.json: double_buffer.\"bias\": unknown key"},
  };
  for (const auto& [schedule, message] : kCases) {
    folder.write("bad.json", schedule);
    expect_refused("predict --layer layer.json --schedule bad.json", message);
  }
}

TEST_F(BadInputTest, WhatDoesNotFit) {
  expect_refused("run --layer layer.json --schedule schedule.json --buffer 100",
                 "layer small: the schedule does not fit: expected at most 100 bytes of buffer, found 616");
  expect_refused("run --layer layer.json --buffer 1", "");
  expect_refused("optimize --layer layer.json --buffer 1", "");
  folder.write("machine.json", R"({"hwc": {"max_channels": 5}})");
  folder.write(
      "int16.json",
      R"({"name": "small", "in_channels": 4, "in_height": 8, "in_width": 8, "out_channels": 6, "kernel_shape": [3, 3],
    "input_type": "int16", "weight_type": "int16", "output_type": "int16"})");
  expect_refused("run --layer layer.json --schedule schedule.json --platform machine.json",
                 "layer small: out_channels: expected at most hwc.max_channels, 5, found 6");
  // Before time goes into a search, which would find that nothing fits.
  expect_refused("run --layer layer.json --buffer 1 --platform machine.json",
                 "layer small: out_channels: expected");
  expect_refused("accuracy --layer layer.json --buffer 1 --platform machine.json",
                 "layer small: out_channels: expected");
  expect_refused("compare --layer int16.json --buffer 1 --platform machine.json",
                 "layer small: out_channels: expected");
  folder.write("machine.json", R"({"dram": {"size_bytes": 2097152}})");
  folder.write("large.json", R"({"name": "large", "in_channels": 1, "in_height": 2048, "in_width": 2048,
                                 "out_channels": 1, "kernel_shape": [1, 1]})");
  expect_refused("run --layer large.json --platform machine.json",
                 "layer large: needs 26222592 bytes of DRAM, expected at most");
  folder.write("raw.json", R"({"in_channels": 1, "in_height": 2, "in_width": 2, "out_channels": 1,
                               "kernel_shape": [1, 1], "output_type": "int32"})");
  expect_refused("run --layer raw.json --relu",
                 "--relu: expected output_type int8, uint8 or int16, found int32 in layer layer");
}

TEST_F(BadInputTest, DebuggerAndLog) {
  const std::string run = "run --layer layer.json --schedule schedule.json ";
  expect_refused(run + "--firmware-log all", "--firmware-log: expected");
  expect_refused(run + "--gdb 65536", "--gdb: ");
  expect_refused(run + "--gdb port", "--gdb: ");
  expect_refused(run + "--gdb", "--gdb: expected a value");
  expect_refused(run + "--gdb 0 --cpu native", "--gdb: expected the control processor riscv, found native");
}

TEST_F(BadInputTest, Constraints) {
  const struct {
    const char* file;
    const char* message;
  } kCases[] = {
      {R"({"capacities": {}})", "constraints.json: \"capacities\": unknown key; expected one of"},
      {R"({"capacity": {"input": 0}})",
       "constraints.json: capacity.input: expected an integer between 1 and"},
      {R"({"capacity": {"bias": 1}})", "constraints.json: capacity.\"bias\": unknown key"},
      {R"({"tile_multiple": {"K": 1.5}})", "constraints.json: tile_multiple.K: expected an integer"},
      {R"({"outer_loops": [{"dim": "M", "tile": 1}]})",
       "constraints.json: outer_loops[0].dim: expected one of"},
      {R"({"outer_loops": [{"dim": "K", "tile": 7}]})",
       "constraints.json: layer small: outer_loops[0].tile: expected an integer between 1 and 6, found 7"},
      {R"({"tile_multiple": {"K": 4}, "outer_loops": [{"dim": "K", "tile": 3}]})",
       "constraints.json: layer small: outer_loops[0].tile: expected a multiple of tile_multiple.K, 4"},
      {R"({"buffer_level": {"input": -1}})", "constraints.json: buffer_level.input: expected an integer"},
      {R"({"price": {"psum_read": -1}})", "constraints.json: price.psum_read: expected an integer between 0"},
      {R"({"price": {"params_read": 1}})", "constraints.json: price.\"params_read\": unknown key"},
      {R"({"capacity": {"output": 3}})",
       "small: buffer: no schedule fits in 1024 bytes under these constraints"},
  };
  for (const auto& bad : kCases) {
    folder.write("constraints.json", bad.file);
    expect_refused("optimize --layer layer.json --buffer 1KiB --constraints constraints.json", bad.message);
    expect_refused("run --layer layer.json --buffer 1KiB --cpu native --constraints constraints.json",
                   bad.message);
  }
  folder.write("constraints.json", R"({"double_buffer": {"input": true}})");
  expect_refused(
      "optimize --layer layer.json --buffer 1KiB --double-buffer weight --constraints constraints.json",
      "constraints.json: double_buffer: not allowed together with --double-buffer");
  expect_refused("optimize --layer layer.json --buffer 1KiB --objective speed",
                 "--objective: expected one of traffic, latency, balanced");
  for (const char* command : {"run", "compare"}) {
    expect_refused(std::string(command) + " --layer layer.json --buffer 1KiB --objective front",
                   "--objective: expected one of traffic, latency, balanced, bus-bytes, found \"front\"");
  }
  expect_refused("optimize --layer layer.json --buffer 1KiB --objective front --layout any",
                 "--layout: expected one for each tensor, not any, with --objective front");
  expect_refused("optimize --layer layer.json --buffer 1KiB --slack 5",
                 "--slack: expected --objective balanced with it");
  expect_refused("optimize --layer layer.json --buffer 1KiB --objective latency --slack 5",
                 "--slack: expected --objective balanced with it");
  for (const char* slack : {"-1", "10001", "5%", "nan", "inf", "-0"}) {
    expect_refused(
        std::string("optimize --layer layer.json --buffer 1KiB --objective balanced --slack ") + slack,
        "--slack: expected percent between 0 and 10000, such as 5 or 2.5, found");
  }
  expect_refused("optimize --layer layer.json --buffer 1KiB --platform p.json",
                 "--platform: expected --objective latency, balanced, front or bus-bytes, --layout or "
                 "--operators all with it");
  expect_refused("optimize --layer layer.json --buffer 1KiB --cache layer.json",
                 "layer.json: expected a folder for the cache");
  for (const char* option : {"--constraints", "--objective", "--cache"}) {
    expect_refused(std::string("run --layer layer.json --schedule schedule.json ") + option + " given",
                   std::string(option) + ": not allowed together with --schedule");
  }
}

TEST_F(BadInputTest, PlatformFiles) {
  folder.write("machine.json", R"({"hwc": {"clock": 500}})");
  expect_refused("platform --platform machine.json",
                 "machine.json: hwc.\"clock\": unknown key; expected one of");
  folder.write("machine.json", R"({"dram": {"size_bytes": -1}})");
  expect_refused("run --layer layer.json --platform machine.json",
                 "machine.json: dram.size_bytes: expected an integer between 2097152");
}

TEST_F(BadInputTest, Tensors) {
  const std::string run = "run --layer layer.json --schedule schedule.json --cpu native ";
  const auto write = [this](const char* name, DataType type, const Shape& shape) {
    write_npy(folder.path(name).string(), HostTensor(type, shape));
  };
  write("shape.npy", DataType::int8, {1, 4, 8, 9});
  expect_refused(run + "--input shape.npy", "shape.npy: shape: expected");
  write("rank.npy", DataType::int8, {4, 8, 8});
  expect_refused(run + "--input rank.npy", "rank.npy: shape: expected");
  write("type.npy", DataType::int16, {1, 4, 8, 8});
  expect_refused(run + "--input type.npy", "type.npy: descr: expected");
  write("weights.npy", DataType::int8, {6, 4, 3, 3});
  std::string whole = folder.read("weights.npy");
  folder.write("truncated.npy", whole.substr(0, whole.size() - 1));
  expect_refused(run + "--weights truncated.npy", "truncated.npy: ");
  folder.write("longer.npy", whole + "x");
  expect_refused(run + "--weights longer.npy", "longer.npy: ");
  folder.write("header.npy", whole.substr(0, 20));
  expect_refused(run + "--weights header.npy", "header.npy: ");
  folder.write("text.npy", "1 2 3\n");
  expect_refused(run + "--bias text.npy", "text.npy: ");
  write("bias.npy", DataType::int32, {5});
  expect_refused(run + "--bias bias.npy", "bias.npy: shape: expected");
  expect_refused(run + "--input none.npy", "none.npy: ");
}

TEST_F(BadInputTest, MissingFirmwareImage) {
  const ProgramResult result =
      folder.shell("cp '" HWCVP_PROGRAM "' hwcvp && ./hwcvp run --layer layer.json --schedule schedule.json");
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err,
              HasSubstr("hwcvp: firmware image: expected one of " + folder.path("firmware").string()));
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
}

TEST_F(BadInputTest, Properties) {
  folder.write("timed.json", R"({"dram": {"timing": "ddr4-2400"}})");
  const struct {
    const char* arguments;
    const char* message;
  } kCases[] = {
      {"platform --set hwc.clok_mhz=3",
       "--set: hwc.clok_mhz: unknown property; the closest is hwc.clock_mhz"},
      {"platform --set hwc.clock_mhz", "--set: hwc.clock_mhz: expected PATH=VALUE"},
      {"properties --set dram.timing=ddr\xff",
       "--set: dram.timing: expected printable UTF-8 text, found ddr\\xff"},
      {"properties --set hwc.clock_mhz=fast",
       "--set: hwc.clock_mhz: expected a number between 0.001 and 100000, found \"fast\""},
      {"properties --set hwc.mac_rows=1 --set hwc.mac_rows=2", "--set: hwc.mac_rows: expected once"},
      {"run --layer layer.json --buffer 1KiB --set hwc.buffer_bytes=2KiB",
       "--set: hwc.buffer_bytes: not allowed together with --buffer"},
      {"run --layer layer.json --dram ddr4-2400 --set dram.latency_ns=3",
       "--set: dram.latency_ns: expected only with timing \"simple\", found timing \"ddr4-2400\""},
      {"accuracy --layer layer.json --buffer 1KiB --set dram.timing=ddr9",
       "--set: dram: DRAM ddr9: expected"},
      {"compare --layer layer.json --set hwc.buffer_bytes=2KiB",
       "--set: hwc.buffer_bytes: expected --buffer"},
      {"optimize --layer layer.json --buffer 1KiB --set hwc.mac_rows=2",
       "--set: expected --objective latency, balanced, front or bus-bytes, --layout or --operators all with "
       "it"},
      {"trace replay a.hwctrace --set hwc.mac_rows=2", "--set: hwc.mac_rows: expected dram.latency_ns"},
      {"trace replay a.hwctrace --platform timed.json", "timed.json: dram.timing: expected \"simple\""},
  };
  for (const auto& c : kCases) expect_refused(c.arguments, c.message);
}

TEST_F(BadInputTest, Layouts) {
  folder.write("groups.json",
               R"({"name": "groups", "in_channels": 12, "in_height": 2, "in_width": 2, "out_channels": 8,
    "kernel_shape": [1, 1], "group": 2})");
  const struct {
    const char* arguments;
    const char* message;
  } kCases[] = {
      {"run --layer layer.json --layout nhcw",
       "--layout: expected nchw, nhwc, or blocks of 2 to 256 channels such as nchw8c, found \"nhcw\""},
      {"run --layer layer.json --layout nchw0c", "--layout: expected nchw"},
      {"run --layer layer.json --layout nchw8", "--layout: expected nchw"},
      {"run --layer layer.json --layout input=any,nhwc", "--layout: expected TENSOR=LAYOUT, found \"nhwc\""},
      {"run --layer layer.json --layout psum=nhwc",
       "--layout: expected input, weight or output before '=', found \"psum\""},
      {"run --layer layer.json --layout input=nhwc,input=nchw", "--layout: input: expected once"},
      {"run --layer layer.json --layout nhwc --set layout.weight=nchw",
       "--set: layout.weight: not allowed together with --layout"},
      {"run --layer layer.json --set layout.weight=nwhc", "--set: layout.weight: expected nchw, nhwc, or"},
      {"run --layer groups.json --layout input=nchw4c",
       "layer groups: input channels of 2 groups in blocks of 4: expected groups of whole blocks, or blocks "
       "of "
       "whole groups"},
      {"run --layer groups.json --layout output=nchw6c",
       "layer groups: output channels of 2 groups in blocks"},
      {"optimize --layer groups.json --buffer 1KiB --layout nchw8c",
       "layer groups: input channels of 2 groups"},
      {"predict --layer layer.json --schedule schedule.json --model zhang2015 --layout nhwc",
       "--layout: expected --model exact with it"},
      {"optimize --layer layer.json --buffer 1KiB --set bus.width_bytes=8",
       "--set: expected --objective latency, balanced, front or bus-bytes, --layout or --operators all with "
       "it"},
      {"compare --layer layer.json --layout nhwc", "--layout: unknown option"},
  };
  for (const auto& c : kCases) expect_refused(c.arguments, c.message);
}

// A key of each kind of JSON file, and a command that reads it.
const std::pair<const char*, const char*> kJsonFiles[] = {
    {"in_channels", "predict --layer bad.json --schedule schedule.json"},
    {"loops", "predict --layer layer.json --schedule bad.json"},
    {"hwc", "platform --platform bad.json"},
    {"capacity", "optimize --layer layer.json --buffer 1KiB --constraints bad.json"},
    {"organization", "run --layer layer.json --schedule schedule.json --dram bad.json"},
};

TEST_F(BadInputTest, DeepJson) {
  for (const auto& [key, arguments] : kJsonFiles) {
    const std::string where = std::string(key) == "organization" ? "--dram: dram: bad.json: " : "bad.json: ";
    folder.write("bad.json", "{\"" + std::string(key) + "\": " + std::string(100000, '[') +
                                 std::string(100000, ']') + "}");
    expect_refused(arguments, where + key);
  }
}

TEST_F(BadInputTest, NumbersThatOverflow) {
  for (const auto& [key, arguments] : kJsonFiles) {
    const std::string where = std::string(key) == "organization" ? "--dram: dram: bad.json: " : "bad.json: ";
    folder.write("bad.json", "{\"" + std::string(key) + "\": [{\"a\": 1e309}]}");
    expect_refused(arguments, where + key + "[0].a: expected a number between -1.8e308 and 1.8e308");
  }
  expect_refused("platform --set hwc.clock_mhz=1e309", "--set: hwc.clock_mhz: expected a number");
}

// Whatever a user types or a file holds, a message is one line without control characters.
TEST_F(BadInputTest, TokensOfAnyLengthAndKind) {
  const std::string lengthy(20000, 'x');
  const std::string evil = "$(printf 'a\\033[31m\\nb\\177\\377')";
  for (const char* const format :
       {"@",
        "--@",
        "run --@",
        "run --@=1",
        "run @",
        "networks @",
        "trace @",
        "trace info @",
        "predict --layer @ --schedule @",
        "run --layer layer.json --buffer @",
        "run --layer layer.json --buffer 1KiB --dram @",
        "run --network @ --buffer 1KiB",
        "run --layer layer.json --buffer 1KiB --cpu @",
        "platform --set @",
        "platform --set @=1",
        "platform --set hwc.clock_mhz=@",
        "platform --set dram.timing=@",
        "run --layer layer.json --layout @ --buffer 1KiB",
        "run --layer layer.json --layout input=@ --buffer 1KiB",
        "run --layer layer.json --layout @=nchw --buffer 1KiB",
        "optimize --layer layer.json --buffer 1KiB --objective @",
        "optimize --layer layer.json --buffer 1KiB --time-limit @",
        "optimize --network @.onnx --buffer 1KiB",
        "run --layer layer.json --schedule schedule.json --trace @",
        "run --layer layer.json --schedule schedule.json --trace t.csv --trace-socket @",
        "run --layer layer.json --schedule schedule.json --input @",
        "trace convert @ @.csv"}) {
    for (const std::string& token : {lengthy, "\"" + evil + "\""}) {
      std::string arguments = format;
      for (size_t at = 0; (at = arguments.find('@', at)) != std::string::npos; at += token.size()) {
        arguments.replace(at, 1, token);
      }
      ProgramResult result = folder.run(arguments);
      EXPECT_EQ(result.status, 2) << format << "\n" << result.err;
      EXPECT_LE(result.err.size(), 2100U) << format;
      ASSERT_FALSE(result.err.empty()) << format;
      EXPECT_EQ(result.err.back(), '\n') << format;
      result.err.pop_back();
      for (const char c : result.err) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << format << "\n" << result.err;
    }
  }
}

TEST_F(BadInputTest, NamesWithControlCharactersAreEscaped) {
  folder.write("evil.json", R"({"name": "=a\u001b[31m\nb", "in_channels": 4, "in_height": 8, "in_width": 8,
                                "out_channels": 6, "kernel_shape": [3, 3]})");
  const ProgramResult result = folder.run(
      "run --layer evil.json --schedule schedule.json --cpu native --trace t.csv --bandwidth b.csv");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out.find('\x1b'), std::string::npos);
  EXPECT_EQ(result.err.find('\x1b'), std::string::npos);
  EXPECT_THAT(result.out, HasSubstr("=a\\x1b[31m\\nb"));
  for (const char* file : {"t.csv", "b.csv"}) {
    EXPECT_THAT(folder.read(file), HasSubstr("'=a\\x1b[31m\\nb")) << file;
    EXPECT_EQ(folder.read(file).find('\x1b'), std::string::npos) << file;
  }
}

TEST_F(BadInputTest, PropertiesThatAreSetReachTheMachine) {
  const ProgramResult result =
      folder.run("properties --set dram.timing=ddr4-2400 --set hwc.buffer_bytes=8KiB");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, ::testing::ContainsRegex("hwc.buffer_bytes +integer +B +65536 +8192 "));
  EXPECT_THAT(result.out, ::testing::ContainsRegex("dram.latency_ns +number +ns +60 +- "));
  EXPECT_THAT(folder.run("platform --set bus.width_bytes=8").out, HasSubstr("\"width_bytes\": 8"));
}

}  // namespace
}  // namespace hwcvp
