// The timeline, decoded by protobuf.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <perfetto_trace.pb.h>

#include <map>
#include <string>
#include <utility>

#include "tests/platform/trace/trace_cases.h"

namespace hwcvp {
namespace {

using perfetto_trace::InternedString;
using perfetto_trace::Trace;
using perfetto_trace::TracePacket;
using perfetto_trace::TrackEvent;

constexpr uint64_t kSeed = 99;

using Names = std::map<uint64_t, std::string>;

struct Slice {
  uint64_t begin_ns = 0, end_ns = 0;
  std::string name, category;
  std::string track;  // with those above it: "hwc.memory/lane 1"
  Names values;       // unused ids: 1 address, 2 bytes, 3 response
};

// A reader of the format's rules: tracks before their events, interned names before their use, slices of one
// track that end before the next begins.
class Timeline {
 public:
  explicit Timeline(const std::string& bytes) {
    Trace trace;
    EXPECT_TRUE(trace.ParseFromString(bytes));
    for (const TracePacket& packet : trace.packet()) read(packet);
    EXPECT_TRUE(open_.empty()) << "a slice without an end";
  }

  std::vector<Slice> slices;

 private:
  void read(const TracePacket& packet) {
    EXPECT_EQ(packet.trusted_packet_sequence_id(), 1U);
    if (packet.has_interned_data()) {
      EXPECT_EQ(packet.sequence_flags(), TracePacket::SEQ_INCREMENTAL_STATE_CLEARED);
      const auto intern = [](Names& names, const auto& entries) {
        for (const InternedString& entry : entries) names[entry.iid()] = entry.name();
      };
      intern(categories_, packet.interned_data().event_categories());
      intern(names_, packet.interned_data().event_names());
      intern(annotations_, packet.interned_data().debug_annotation_names());
    }
    if (packet.has_track_descriptor()) {
      const auto& track = packet.track_descriptor();
      const std::string parent = track.has_parent_uuid() ? tracks_.at(track.parent_uuid()) + "/" : "";
      EXPECT_TRUE(tracks_.emplace(track.uuid(), parent + track.name()).second) << "described twice";
    }
    if (packet.has_track_event()) read(packet.track_event(), packet.timestamp());
  }

  void read(const TrackEvent& event, uint64_t time_ns) {
    const std::string track = tracks_.at(event.track_uuid());
    if (event.type() == TrackEvent::TYPE_SLICE_END) {
      ASSERT_EQ(open_.count(track), 1U) << track;
      Slice slice = std::move(open_[track]);
      open_.erase(track);
      slice.end_ns = time_ns;
      EXPECT_LE(slice.begin_ns, slice.end_ns);
      last_end_[track] = time_ns;
      slices.push_back(std::move(slice));
      return;
    }
    ASSERT_EQ(event.type(), TrackEvent::TYPE_SLICE_BEGIN);
    EXPECT_GE(time_ns, last_end_[track]) << "slices overlap on " << track;
    Slice slice;
    slice.begin_ns = time_ns;
    slice.track = track;
    slice.name = event.has_name() ? event.name() : names_.at(event.name_iid());
    if (event.category_iids_size() != 0) slice.category = categories_.at(event.category_iids(0));
    for (const auto& value : event.debug_annotations()) {
      const std::string& name = annotations_.at(value.name_iid());
      if (name == "address") slice.values[1] = std::to_string(value.pointer_value());
      if (name == "bytes") slice.values[2] = std::to_string(value.uint_value());
      if (name == "response") slice.values[3] = value.string_value();
    }
    EXPECT_TRUE(open_.emplace(track, std::move(slice)).second) << "slices overlap on " << track;
  }

  Names categories_, names_, annotations_, tracks_;
  std::map<std::string, Slice> open_;
  std::map<std::string, uint64_t> last_end_;
};

class PerfettoTraceTest : public ::testing::Test {
 protected:
  Timeline timeline(const std::function<void(TraceWriter&)>& body) {
    write_trace(folder.path("t.perfetto-trace").string(), body);
    return Timeline(folder.read("t.perfetto-trace"));
  }

  ProgramFolder folder;
};

TEST_F(PerfettoTraceTest, HoldsEveryTransaction) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  const std::vector<TraceRecord> records = random_records(kSeed, 3000);
  const Timeline found = timeline([&records](TraceWriter& writer) {
    writer.begin_layer("conv1");
    for (const TraceRecord& record : records) writer.write(record);
  });
  ASSERT_EQ(found.slices.size(), records.size() + 1) << "and one of the layer";
  for (size_t i = 0; i < records.size(); ++i) {
    const TraceRecord& r = records[i];
    const Slice& slice = found.slices[i];
    ASSERT_EQ(slice.begin_ns, r.start_ps / 1000);
    ASSERT_EQ(slice.end_ns, r.end_ps / 1000);
    ASSERT_EQ(slice.name, (r.is_read ? "read " : "write ") + std::string(to_string(r.tensor)));
    ASSERT_EQ(slice.category, to_string(r.tensor));
    ASSERT_EQ(slice.track.rfind(two_sockets().sockets[r.socket].name + "/lane ", 0), 0U) << slice.track;
    ASSERT_EQ(slice.values.at(1), std::to_string(r.address));
    ASSERT_EQ(slice.values.at(2), std::to_string(r.bytes));
    ASSERT_EQ(slice.values.count(3) != 0, !r.ok);
  }
}

TEST_F(PerfettoTraceTest, LayersHaveATrackOfTheirOwn) {
  const TraceRecord first = {1000000, 3000000, 0x40, 64, 0, TrafficClass::input, true, true};
  TraceRecord second = first;
  second.start_ps = 2000000;  // before the first ended
  second.end_ps = 9000000;
  const Timeline found = timeline([&](TraceWriter& writer) {
    writer.begin_layer("conv1");
    writer.write(first);
    writer.begin_layer("without traffic");
    writer.begin_layer("conv2");
    writer.write(second);
  });
  ASSERT_EQ(found.slices.size(), 4U);
  EXPECT_EQ(found.slices[1].track, "layers");
  EXPECT_EQ(found.slices[1].name, "conv1");
  EXPECT_EQ(found.slices[1].begin_ns, 1000U);
  EXPECT_EQ(found.slices[1].end_ns, 3000U);
  EXPECT_EQ(found.slices[3].name, "conv2");
  EXPECT_EQ(found.slices[3].begin_ns, 3000U);
  EXPECT_EQ(found.slices[3].end_ns, 9000U);
  EXPECT_EQ(found.slices[0].track, "hwc.memory/lane 1");
  EXPECT_EQ(found.slices[2].track, "hwc.memory/lane 2") << "they overlap";
}

// What stays in memory is bounded even where everything overlaps.
TEST_F(PerfettoTraceTest, LanesAreBounded) {
  write_trace(folder.path("t.pftrace").string(), [](TraceWriter& writer) {
    for (int i = 0; i < 6000; ++i) writer.write({1000, 9000000, 0, 1, 0, TrafficClass::input, true, true});
  });
  Trace trace;
  ASSERT_TRUE(trace.ParseFromString(folder.read("t.pftrace")));
  int tracks = 0;
  for (const TracePacket& packet : trace.packet()) tracks += packet.has_track_descriptor() ? 1 : 0;
  EXPECT_EQ(tracks, 3 + 4096);
}

}  // namespace
}  // namespace hwcvp
