#include "platform/trace/perfetto_writer.h"

#include <perfetto_trace.pb.h>

#include <algorithm>

namespace hwcvp {

using perfetto_trace::DebugAnnotation;
using perfetto_trace::TracePacket;
using perfetto_trace::TrackEvent;

namespace {

constexpr uint64_t kPsPerNs = 1000;
constexpr uint32_t kSequence = 1;
constexpr uint64_t kLayersTrack = 1;
// Past this many lanes slices share one; a memory port has no more transactions in flight.
constexpr size_t kMaxLanes = 4096;

// Tracks: a socket's own and its lanes, counted from 1.
uint64_t track_of(uint32_t socket, uint64_t lane = 0) { return (socket + uint64_t{1}) << 32 | lane; }

// Interned names count from 1.
uint64_t category_of(TrafficClass tensor) { return static_cast<uint64_t>(tensor) + 1; }
uint64_t name_of(TrafficClass tensor, bool is_read) {
  return 2 * static_cast<uint64_t>(tensor) + (is_read ? 1 : 2);
}
enum Annotation : uint64_t { kAddress = 1, kBytes, kResponse };

// As Trace.packet: field 1, with a length.
constexpr char kPacketTag = 1 << 3 | 2;

}  // namespace

PerfettoWriter::PerfettoWriter(const TraceHeader& header, OutputFile& file)
    : file_(file),
      begin_(std::make_unique<TracePacket>()),
      end_(std::make_unique<TracePacket>()),
      lanes_(header.sockets.size()) {
  intern_names();
  describe_track(kLayersTrack, "layers", 0);
  for (uint32_t i = 0; i < header.sockets.size(); ++i) {
    describe_track(track_of(i), header.sockets[i].name, 0);
  }
  for (TracePacket* packet : {begin_.get(), end_.get()}) {
    packet->set_sequence_flags(TracePacket::SEQ_NEEDS_INCREMENTAL_STATE);
  }
  TrackEvent& event = *begin_->mutable_track_event();
  event.set_type(TrackEvent::TYPE_SLICE_BEGIN);
  event.add_category_iids(0);
  for (const Annotation annotation : {kAddress, kBytes})
    event.add_debug_annotations()->set_name_iid(annotation);
  end_->mutable_track_event()->set_type(TrackEvent::TYPE_SLICE_END);
}

PerfettoWriter::~PerfettoWriter() = default;

void PerfettoWriter::append(TracePacket& packet) {
  packet.set_trusted_packet_sequence_id(kSequence);
  bytes_.clear();
  packet.SerializeToString(&bytes_);
  char* out = file_.reserve();
  *out++ = kPacketTag;
  uint64_t size = bytes_.size();
  for (; size >= 0x80; size >>= 7) *out++ = static_cast<char>(size | 0x80);
  *out++ = static_cast<char>(size);
  file_.end(out);
  file_.append(bytes_.data(), bytes_.size());
}

void PerfettoWriter::describe_track(uint64_t uuid, const std::string& name, uint64_t parent) {
  TracePacket packet;
  packet.mutable_track_descriptor()->set_uuid(uuid);
  packet.mutable_track_descriptor()->set_name(name);
  if (parent != 0) packet.mutable_track_descriptor()->set_parent_uuid(parent);
  append(packet);
}

void PerfettoWriter::intern_names() {
  TracePacket packet;
  packet.set_sequence_flags(TracePacket::SEQ_INCREMENTAL_STATE_CLEARED);
  auto& names = *packet.mutable_interned_data();
  const auto set = [](perfetto_trace::InternedString& entry, uint64_t id, const std::string& name) {
    entry.set_iid(id);
    entry.set_name(name);
  };
  for (size_t i = 0; i < kTrafficClassCount; ++i) {
    const auto tensor = static_cast<TrafficClass>(i);
    const std::string name = to_string(tensor);
    set(*names.add_event_categories(), category_of(tensor), name);
    set(*names.add_event_names(), name_of(tensor, true), "read " + name);
    set(*names.add_event_names(), name_of(tensor, false), "write " + name);
  }
  set(*names.add_debug_annotation_names(), kAddress, "address");
  set(*names.add_debug_annotation_names(), kBytes, "bytes");
  set(*names.add_debug_annotation_names(), kResponse, "response");
  append(packet);
}

// The first lane that is free; slices of one lane must not overlap.
uint64_t PerfettoWriter::find_lane(uint32_t socket, uint64_t start_ns, uint64_t end_ns) {
  std::vector<uint64_t>& ends = lanes_[socket];
  auto free = std::find_if(ends.begin(), ends.end(), [&](uint64_t end) { return end <= start_ns; });
  if (free == ends.end() && ends.size() == kMaxLanes) free = std::min_element(ends.begin(), ends.end());
  if (free == ends.end()) {
    free = ends.insert(ends.end(), 0);
    const uint64_t lane = ends.size();
    describe_track(track_of(socket, lane), "lane " + std::to_string(lane), track_of(socket));
  }
  *free = end_ns;
  return track_of(socket, static_cast<uint64_t>(free - ends.begin()) + 1);
}

void PerfettoWriter::begin_layer(const std::string& name) {
  end_layer_slice();
  layer_ = name;
  layer_waits_ = true;
}

void PerfettoWriter::begin_layer_slice(uint64_t start_ns) {
  TracePacket packet;
  packet.set_timestamp(std::max(start_ns, layers_end_ns_));
  TrackEvent& event = *packet.mutable_track_event();
  event.set_type(TrackEvent::TYPE_SLICE_BEGIN);
  event.set_name(layer_);
  event.set_track_uuid(kLayersTrack);
  append(packet);
  layer_waits_ = false;
  layer_open_ = true;
}

void PerfettoWriter::end_layer_slice() {
  if (layer_open_) end_slice(kLayersTrack, layers_end_ns_);
  layer_open_ = false;
}

void PerfettoWriter::end_slice(uint64_t track, uint64_t time_ns) {
  end_->set_timestamp(time_ns);
  end_->mutable_track_event()->set_track_uuid(track);
  append(*end_);
}

void PerfettoWriter::write(const TraceRecord& record) {
  const uint64_t start_ns = record.start_ps / kPsPerNs;
  const uint64_t end_ns = record.end_ps / kPsPerNs;
  if (layer_waits_) begin_layer_slice(start_ns);
  layers_end_ns_ = std::max(layers_end_ns_, end_ns);

  const uint64_t track = find_lane(record.socket, start_ns, end_ns);
  begin_->set_timestamp(start_ns);
  TrackEvent& event = *begin_->mutable_track_event();
  event.set_track_uuid(track);
  event.set_category_iids(0, category_of(record.tensor));
  event.set_name_iid(name_of(record.tensor, record.is_read));
  event.mutable_debug_annotations(0)->set_pointer_value(record.address);
  event.mutable_debug_annotations(1)->set_uint_value(record.bytes);
  if (!record.ok) {
    DebugAnnotation& response = *event.add_debug_annotations();
    response.set_name_iid(kResponse);
    response.set_string_value("error");
  }
  append(*begin_);
  if (!record.ok) event.mutable_debug_annotations()->RemoveLast();
  end_slice(track, end_ns);
}

void PerfettoWriter::finish() { end_layer_slice(); }

}  // namespace hwcvp
