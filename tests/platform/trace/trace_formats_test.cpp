// Every format of one run: what each carries, against the report's monitors and prediction.
#include <gtest/gtest.h>
#include <perfetto_trace.pb.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/platform/trace/trace_cases.h"

namespace hwcvp {
namespace {

using nlohmann::json;

constexpr const char* kLayer =
    R"({"name": "small", "in_channels": 8, "in_height": 12, "in_width": 13, "out_channels": 6,
        "kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "output_type": "int16"})";
constexpr const char* kSchedule =
    R"({"loops": [{"dim": "C", "tile": 3}, {"dim": "K", "tile": 2}, {"dim": "OY", "tile": 5}],
        "buffer_level": {"input": 1, "weight": 2, "output": 3}})";

// Bytes by command and tensor: "read input".
using Bytes = std::map<std::string, uint64_t>;

// Of a report's traffic object.
Bytes bytes_of(const json& traffic) {
  Bytes bytes;
  const auto add = [&](const char* name, const char* key) {
    if (const auto value = traffic.at(key).get<uint64_t>(); value != 0) bytes[name] = value;
  };
  add("read input", "input_read");
  add("read weight", "weight_read");
  add("read params", "params_read");
  add("read psum", "psum_read");
  add("write psum", "psum_write");
  add("write output", "output_write");
  return bytes;
}

// Reads and writes of all tensors together.
Bytes totals(const Bytes& bytes) {
  Bytes sums;
  for (const auto& [name, count] : bytes) sums[name.substr(0, name.find(' '))] += count;
  return sums;
}

struct Access {
  uint64_t address, bytes;
  bool is_read;
};

struct Csv {
  explicit Csv(const std::vector<std::string>& lines) {
    for (size_t i = 1; i < lines.size(); ++i) {
      std::vector<std::string> cells;
      std::istringstream line(lines[i]);
      for (std::string cell; std::getline(line, cell, ',');) cells.push_back(cell);
      EXPECT_EQ("hwc.memory", cells.at(3));
      EXPECT_EQ("ok", cells.at(8));
      bytes[cells.at(5) + " " + cells.at(4)] += std::stoull(cells.at(7));
      accesses.push_back(
          {std::stoull(cells.at(6), nullptr, 16), std::stoull(cells.at(7)), cells[5] == "read"});
    }
  }
  Bytes bytes;
  std::vector<Access> accesses;
};

Bytes bytes_of_timeline(const std::string& file) {
  perfetto_trace::Trace trace;
  EXPECT_TRUE(trace.ParseFromString(file));
  std::map<uint64_t, std::string> names, annotations;
  Bytes bytes;
  for (const auto& packet : trace.packet()) {
    for (const auto& entry : packet.interned_data().event_names()) names[entry.iid()] = entry.name();
    for (const auto& entry : packet.interned_data().debug_annotation_names()) {
      annotations[entry.iid()] = entry.name();
    }
    for (const auto& annotation : packet.track_event().debug_annotations()) {
      if (annotations.at(annotation.name_iid()) != "bytes") continue;
      bytes[names.at(packet.track_event().name_iid())] += annotation.uint_value();
    }
  }
  return bytes;
}

Bytes bytes_of_stl(const std::vector<std::string>& lines) {
  Bytes bytes;
  for (const std::string& text : lines) {
    unsigned long long cycle = 0, count = 0, address = 0;
    char command[8] = {};
    EXPECT_EQ(4, std::sscanf(text.c_str(), "%llu: (%llu) %7s %llx", &cycle, &count, command, &address))
        << text;
    bytes[command] += count;
  }
  return bytes;
}

// The blocks of 64 bytes that accesses touch, one after the other.
std::vector<std::pair<uint64_t, bool>> blocks_of(const std::vector<Access>& accesses) {
  std::vector<std::pair<uint64_t, bool>> blocks;
  for (const Access& access : accesses) {
    for (uint64_t block = access.address / 64; block <= (access.address + access.bytes - 1) / 64; ++block) {
      blocks.emplace_back(block * 64, access.is_read);
    }
  }
  return blocks;
}

std::vector<std::pair<uint64_t, bool>> blocks_of_dramsim3(const std::vector<std::string>& lines) {
  std::vector<std::pair<uint64_t, bool>> blocks;
  for (const std::string& text : lines) {
    std::istringstream line(text);
    std::string address, command;
    line >> address >> command;
    blocks.emplace_back(std::stoull(address, nullptr, 16), command == "READ");
  }
  return blocks;
}

std::vector<std::pair<uint64_t, bool>> blocks_of_ramulator2(const std::vector<std::string>& lines) {
  std::vector<std::pair<uint64_t, bool>> blocks;
  for (const std::string& text : lines) {
    std::istringstream line(text);
    std::string command, address;
    line >> command >> address;
    blocks.emplace_back(std::stoull(address, nullptr, 16), command == "LD");
  }
  return blocks;
}

class TraceFormatsTest : public ::testing::TestWithParam<const char*> {
 protected:
  TraceFormatsTest() {
    folder.write("layer.json", kLayer);
    folder.write("schedule.json", kSchedule);
  }
  std::string succeed(const std::string& arguments) {
    const ProgramResult result = folder.run(arguments);
    EXPECT_EQ(result.status, 0) << arguments << "\n" << result.err;
    return result.out;
  }
  std::vector<std::string> converted(const std::string& suffix) {
    succeed("trace convert t.hwctrace t" + suffix);
    return read_lines(folder.path("t" + suffix));
  }

  ProgramFolder folder;
};

TEST_P(TraceFormatsTest, CountsAreTheMonitorsAndThePredictions) {
  const std::string run = "run --layer layer.json --schedule schedule.json --json --trace t.hwctrace ";
  const json layer = json::parse(succeed(run + GetParam())).at("layers").at(0);
  const Bytes predicted = bytes_of(layer.at("predicted").at("traffic"));
  EXPECT_EQ(predicted, bytes_of(layer.at("observed").at("traffic")));
  EXPECT_EQ(6U, predicted.size()) << "every tensor moves";

  const Csv csv(converted(".csv"));
  EXPECT_EQ(predicted, csv.bytes);
  converted(".perfetto-trace");
  EXPECT_EQ(predicted, bytes_of_timeline(folder.read("t.perfetto-trace")));
  EXPECT_EQ(totals(predicted), bytes_of_stl(converted(".stl")));
  EXPECT_EQ(blocks_of(csv.accesses), blocks_of_dramsim3(converted(".dramsim3.trace")));
  EXPECT_EQ(blocks_of(csv.accesses), blocks_of_ramulator2(converted(".ramulator2.trace")));

  const json info = json::parse(succeed("trace info t.hwctrace --json"));
  const json replay = json::parse(succeed("trace replay t.hwctrace --json"));
  for (const json& tensors : {info.at("sockets").at(0).at("tensors"), replay.at("tensors")}) {
    Bytes counted;
    for (const auto& tensor : tensors.items()) {
      if (tensor.key() == "total") continue;
      for (const std::string command : {"read", "write"}) {
        const auto count = tensor.value().at(command + "_bytes").get<uint64_t>();
        if (count != 0) counted[command + " " + tensor.key()] = count;
      }
    }
    EXPECT_EQ(predicted, counted);
  }
  EXPECT_EQ(csv.accesses.size(), replay.at("replayed").get<size_t>());
  EXPECT_EQ(0, replay.at("differing"));
}

// protoc, which knows nothing of the writer, decodes the timeline without a field that it does not know.
TEST_P(TraceFormatsTest, ProtocDecodesTheTimeline) {
  succeed(std::string("run --layer layer.json --schedule schedule.json --json --trace t.pftrace ") +
          GetParam());
  const std::string text = folder.path("decoded.txt").string();
  const std::string command = std::string(HWCVP_PROTOC) +
                              " --proto_path=" HWCVP_PROTO_FOLDER
                              " --decode=hwcvp.perfetto_trace.Trace perfetto_trace.proto < '" +
                              folder.path("t.pftrace").string() + "' > '" + text + "'";
  ASSERT_EQ(0, std::system(command.c_str())) << command;
  size_t begun = 0, ended = 0;
  for (const std::string& line : read_lines(text)) {
    const size_t first = line.find_first_not_of(' ');
    ASSERT_NE(std::string::npos, first);
    ASSERT_FALSE(line[first] >= '0' && line[first] <= '9') << "a field without a name: " << line;
    begun += line.find("type: TYPE_SLICE_BEGIN") == std::string::npos ? 0 : 1;
    ended += line.find("type: TYPE_SLICE_END") == std::string::npos ? 0 : 1;
  }
  EXPECT_GT(begun, 20U);
  EXPECT_EQ(begun, ended);
}

INSTANTIATE_TEST_SUITE_P(
    Machines, TraceFormatsTest,
    ::testing::Values("", "--memory-transport at --outstanding 16 --max-burst 64",
                      "--memory-transport at --max-burst 32 --set hwc.aligned_bursts=true",
                      "--dram ddr4-2400 --memory-transport at"));

// The numbers of the fields, as protos/perfetto/trace of github.com/google/perfetto has them: trace.proto,
// trace_packet.proto, interned_data.proto, track_descriptor.proto, track_event.proto, debug_annotation.proto.
TEST(PerfettoFieldsTest, NumbersArePerfettos) {
  using namespace perfetto_trace;
  EXPECT_EQ(1, Trace::kPacketFieldNumber);
  EXPECT_EQ(8, TracePacket::kTimestampFieldNumber);
  EXPECT_EQ(10, TracePacket::kTrustedPacketSequenceIdFieldNumber);
  EXPECT_EQ(11, TracePacket::kTrackEventFieldNumber);
  EXPECT_EQ(12, TracePacket::kInternedDataFieldNumber);
  EXPECT_EQ(13, TracePacket::kSequenceFlagsFieldNumber);
  EXPECT_EQ(60, TracePacket::kTrackDescriptorFieldNumber);
  EXPECT_EQ(1, static_cast<int>(TracePacket::SEQ_INCREMENTAL_STATE_CLEARED));
  EXPECT_EQ(2, static_cast<int>(TracePacket::SEQ_NEEDS_INCREMENTAL_STATE));
  EXPECT_EQ(1, TrackDescriptor::kUuidFieldNumber);
  EXPECT_EQ(2, TrackDescriptor::kNameFieldNumber);
  EXPECT_EQ(5, TrackDescriptor::kParentUuidFieldNumber);
  EXPECT_EQ(3, TrackEvent::kCategoryIidsFieldNumber);
  EXPECT_EQ(4, TrackEvent::kDebugAnnotationsFieldNumber);
  EXPECT_EQ(9, TrackEvent::kTypeFieldNumber);
  EXPECT_EQ(10, TrackEvent::kNameIidFieldNumber);
  EXPECT_EQ(11, TrackEvent::kTrackUuidFieldNumber);
  EXPECT_EQ(23, TrackEvent::kNameFieldNumber);
  EXPECT_EQ(1, static_cast<int>(TrackEvent::TYPE_SLICE_BEGIN));
  EXPECT_EQ(2, static_cast<int>(TrackEvent::TYPE_SLICE_END));
  EXPECT_EQ(1, DebugAnnotation::kNameIidFieldNumber);
  EXPECT_EQ(3, DebugAnnotation::kUintValueFieldNumber);
  EXPECT_EQ(6, DebugAnnotation::kStringValueFieldNumber);
  EXPECT_EQ(7, DebugAnnotation::kPointerValueFieldNumber);
  EXPECT_EQ(1, InternedData::kEventCategoriesFieldNumber);
  EXPECT_EQ(2, InternedData::kEventNamesFieldNumber);
  EXPECT_EQ(3, InternedData::kDebugAnnotationNamesFieldNumber);
  EXPECT_EQ(1, InternedString::kIidFieldNumber);
  EXPECT_EQ(2, InternedString::kNameFieldNumber);
}

}  // namespace
}  // namespace hwcvp
