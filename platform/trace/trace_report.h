// What traces hold and what their replay did, for people and for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "platform/trace/binary_reader.h"
#include "platform/trace/trace_replay.h"
#include "platform/trace/trace_summary.h"

namespace hwcvp {

// Aligned tables: bytes by socket and tensor, and by layer.
void print_trace(std::ostream& out, const BinaryReader& reader, const TraceSummary& summary);
void print_replay(std::ostream& out, const ReplayResult& result);

// The documents that docs/traces.md describes.
nlohmann::ordered_json to_json(const BinaryReader& reader, const TraceSummary& summary);
nlohmann::ordered_json to_json(const ReplayResult& result);

}  // namespace hwcvp
