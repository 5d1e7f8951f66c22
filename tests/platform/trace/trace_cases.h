// Records to write, and files to write them to.
#pragma once

#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "platform/trace/binary_reader.h"
#include "platform/trace/trace_record.h"
#include "platform/trace/trace_writer.h"
#include "tests/support/program/program.h"

namespace hwcvp {

inline TraceHeader two_sockets() {
  TraceHeader header;
  header.sockets = {{"hwc.memory", 0}, {"dram.socket", 0x80000000}};
  header.cycle_ps = 2000;
  header.dram_base = 0x80000000;
  header.dram_bytes = uint64_t{4} << 30;
  return header;
}

// As a machine makes them: times ascend, rows of a few thousand bytes at most.
inline TraceRecord random_record(std::mt19937_64& random, uint64_t& time_ps) {
  TraceRecord record;
  time_ps += random() % 50000;
  record.start_ps = time_ps;
  record.end_ps = time_ps + random() % 900000;
  record.address = 0x80000000 + random() % 0x4000000;
  record.bytes = 1 + random() % 5000;
  record.socket = static_cast<uint32_t>(random() % 2);
  record.tensor = static_cast<TrafficClass>(random() % kTrafficClassCount);
  record.is_read = random() % 2 == 0;
  record.ok = random() % 50 != 0;
  return record;
}

inline std::vector<TraceRecord> random_records(uint64_t seed, size_t count) {
  std::mt19937_64 random(seed);
  uint64_t time_ps = 0;
  std::vector<TraceRecord> records;
  records.reserve(count);
  for (size_t i = 0; i < count; ++i) records.push_back(random_record(random, time_ps));
  return records;
}

inline bool operator==(const TraceRecord& a, const TraceRecord& b) {
  return a.start_ps == b.start_ps && a.end_ps == b.end_ps && a.address == b.address && a.bytes == b.bytes &&
         a.socket == b.socket && a.tensor == b.tensor && a.is_read == b.is_read && a.ok == b.ok;
}

// Writes a whole trace: what `body` does between the beginning and the end.
inline void write_trace(const std::string& path, const std::function<void(TraceWriter&)>& body,
                        const TraceHeader& header = two_sockets()) {
  OutputFile file(path);
  const auto writer = make_trace_writer(trace_format(path, "path"), header, file);
  body(*writer);
  writer->finish();
  file.commit();
}

inline void write_trace(const std::string& path, const std::vector<TraceRecord>& records) {
  write_trace(path, [&records](TraceWriter& writer) {
    writer.begin_layer("conv1");
    for (const TraceRecord& record : records) writer.write(record);
  });
}

inline std::vector<std::string> read_lines(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

}  // namespace hwcvp
